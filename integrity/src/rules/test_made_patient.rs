//! Tests that wait longer, or try again, before they fail.

use findings::{Finding, rule};

use crate::Scene;
use crate::evidence;
use crate::patience::{self, Wait};
use crate::rules::Check;
use crate::rust::At;

rule! {
    /// A test that is there on both sides and that sleeps more often, waits longer, or tries again until it passes: a
    /// `sleep`, a loop that ends with the first success, an attribute (`#[retry]`, `#[flaky]`), a longer time for
    /// `timeout` or for what it waits. Helpers of tests are compared in the same way, and so are constants of tests that
    /// say by their name that something is waited for. New tests are silent, and so is a shorter time.
    ///
    /// ## Why it hurts
    /// A failure that comes and goes is mostly a race in the code. A test that waits for it to go away hides it from
    /// everybody but the callers.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn a_reload_takes_effect() {
    ///     reload();
    ///     assert_eq!(version(), 2);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn a_reload_takes_effect() { //~
    ///     reload();
    ///     std::thread::sleep(Duration::from_secs(2));
    ///     assert_eq!(version(), 2);
    /// }
    /// ```
    ///
    /// ## Instead
    /// Wait for what tells that it happened.
    /// ```base rust
    /// #[test]
    /// fn a_reload_takes_effect() {
    ///     reload();
    ///     std::thread::sleep(Duration::from_secs(2));
    ///     assert_eq!(version(), 2);
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn a_reload_takes_effect() {
    ///     let done = reload();
    ///     done.join().unwrap();
    ///     assert_eq!(version(), 2);
    /// }
    /// ```
    pub static TEST_MADE_PATIENT = {
        id: "test-made-patient",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds tests that wait longer, or try again, before they fail",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_MADE_PATIENT, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (base, head) in scene.differing() {
        let what = more_patient(base, head);
        findings.extend(what.map(|what| evidence::of_pair(&TEST_MADE_PATIENT, base, head, &what)));
    }
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        for (name, value) in &head.facts.constants {
            let Some(before) = base.facts.constants.get(name).filter(|before| *before != value) else {
                continue;
            };
            let Some((was, is)) = patience::longer(name, before, value) else { continue };
            // The tests that wait so long are found by what they call.
            let mut users = head.facts.functions.iter().filter(|function| function.body.contains(name));
            let Some(user) = users.next() else { continue };
            let what = format!("waits `{name}`, which is {is} and was {was}");
            let twin = base.facts.functions.iter().find(|function| function.title() == user.title());
            let before = At { side: base, function: twin.unwrap_or(user) };
            let finding =
                evidence::of_pair(&TEST_MADE_PATIENT, before, At { side: head, function: user }, &what);
            findings.push(finding.note(format!("- {was}\n+ {is}")));
        }
    }
}

fn more_patient(base: At<'_>, head: At<'_>) -> Option<String> {
    let (was, is) = (Wait::of(base.function), Wait::of(head.function));
    if is.attributes > was.attributes {
        return Some("is tried again when it fails".to_owned());
    }
    if is.retries > was.retries {
        return Some("tries again until it passes".to_owned());
    }
    if is.sleeps > was.sleeps {
        return Some(format!("sleeps {} where it slept {}", times(is.sleeps), times(was.sleeps)));
    }
    if is.times.len() != was.times.len() {
        return None;
    }
    let longer = was.times.iter().zip(&is.times).find(|(was, is)| is.0 > was.0)?;
    Some(format!("waits `{}` where it waited `{}`", longer.1.1, longer.0.1))
}

fn times(count: usize) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}
