//! Tests that can no longer fail.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::evidence;
use crate::rules::Check;
use crate::scene::texts;

rule! {
    /// A test that asserted something and now asserts nothing: its assertions are gone, its body is empty, or what is
    /// left holds whatever the code does (`assert!(true)`, a value compared with itself). Assertions count in the test
    /// itself and in the helpers that it calls; `unwrap`, `expect` and `?` count too. An assertion macro that the change
    /// defines or imports under the name of the standard library's is found, too.
    ///
    /// ## Why it hurts
    /// A test that cannot fail is worse than none: it is counted, it is green, and everybody believes in it.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn blocked_artists_are_filtered() {
    ///     let kept = filter(&candidates(), &blocked());
    ///     assert!(kept.iter().all(|candidate| candidate.artist != 9));
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn blocked_artists_are_filtered() { //~
    ///     let _kept = filter(&candidates(), &blocked());
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// #[test]
    /// fn blocked_artists_are_filtered() {
    ///     let kept = filter(&candidates(), &blocked());
    ///     assert!(kept.iter().all(|candidate| candidate.artist != 9));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn blocked_artists_are_filtered() {
    ///     assert_none_blocked(&filter(&candidates(), &blocked()));
    /// }
    ///
    /// #[cfg(test)]
    /// fn assert_none_blocked(kept: &[Candidate]) {
    ///     assert!(kept.iter().all(|candidate| candidate.artist != 9));
    /// }
    /// ```
    pub static TEST_MADE_VACUOUS = {
        id: "test-made-vacuous",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds tests that no longer assert anything",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_MADE_VACUOUS, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&TEST_MADE_VACUOUS, Kind::Vacuous, findings);
    shadowed(scene, findings);
}

/// Assertion macros of the standard library that head defines or imports anew: every test below asserts what they say.
fn shadowed(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for file in scene.change.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let texts = texts(scene.base, &scene.change.head, file);
        let before = texts.base.and_then(Result::ok).unwrap_or_default();
        let Some(Ok(after)) = texts.head else { continue };
        for (number, line) in (1..).zip(after.lines()) {
            let folded = line.split_whitespace().collect::<Vec<_>>().join(" ");
            let Some(name) = shadows(&folded) else { continue };
            if before.lines().any(|line| shadows(line.trim()) == Some(name)) {
                continue;
            }
            let message = format!("`{name}!` is redefined, so that tests assert what the change says");
            findings.push(
                Finding::new(&TEST_MADE_VACUOUS, Location::point(&file.path, number, 1), message)
                    .help(evidence::HELP)
                    .fact(name),
            );
        }
    }
}

/// The assertion macro that a line of code defines or imports under its name.
fn shadows(line: &str) -> Option<&'static str> {
    let code = !line.starts_with("//");
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    ["assert_eq", "assert_ne", "assert"].into_iter().find(|name| {
        let defines =
            line.strip_prefix("macro_rules! ").and_then(|rest| rest.strip_prefix(name)).is_some_and(ends);
        let imports = line.starts_with("use ") || line.starts_with("pub use ");
        let renames = line.split(" as ").skip(1).any(|rest| rest.strip_prefix(name).is_some_and(ends));
        code && (defines || imports && renames)
    })
}
