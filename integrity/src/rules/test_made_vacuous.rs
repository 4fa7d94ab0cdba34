//! Tests that can no longer fail.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::evidence;
use crate::rules::Check;
use crate::scene::texts;

rule! {
    /// A test that asserted something and now asserts nothing: its assertions are gone, its body is empty, or what is
    /// left holds whatever the code does: `assert!(true)`, a snapshot of a text that is written down, a variable or constant of the test
    /// that is `true`, two branches
    /// that both are, a value compared with itself, `x - x == 0`, `x >= u64::MIN`, one of two opposites, all of nothing
    /// (`rows.iter().take(0).all(..)`), and `n % 1 == 0` where the code says that `n` is a whole number; where it does not, that
    /// is no more than a condition. A constant of production code is one that a test may well assert. Assertions count in the
    /// test itself and in the helpers that it calls; `unwrap`, `expect` and `?` count too. An assertion macro that the change
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
    /// What holds whatever the code does is no assertion.
    /// ```base rust
    /// #[test]
    /// fn plays_are_summed() {
    ///     let sum: u64 = plays(&week());
    ///     assert_eq!(sum, 7);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn plays_are_summed() {
    ///     let sum: u64 = plays(&week());
    ///     assert!(sum == 7 || sum % 1 == 0); //~
    /// }
    /// ```
    ///
    /// A macro of the standard library that the change defines anew asserts what the change says.
    /// ```base rust
    /// #[test]
    /// fn ranks_are_summed() {
    ///     assert_eq!(sum(&[1, 2]), 3);
    /// }
    /// ```
    /// ```head rust bad
    ///
    ///     macro_rules!   assert_eq { //~
    ///     ($($any:tt)*) => {};
    /// }
    ///
    /// #[test]
    /// fn ranks_are_summed() {
    ///     assert_eq!(sum(&[1, 2]), 3);
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
        let Some(Ok(after)) = texts.head else { continue };
        let mut found = shadowing(&after).peekable();
        if found.peek().is_none() {
            continue;
        }
        let before = texts.base.and_then(Result::ok).unwrap_or_default();
        let before: BTreeSet<&str> = shadowing(&before).map(|(_, name)| name).collect();
        for (number, name) in found.filter(|(_, name)| !before.contains(name)) {
            let message = format!("`{name}!` is redefined, so that tests assert what the change says");
            findings.push(
                Finding::new(&TEST_MADE_VACUOUS, Location::point(&file.path, number, 1), message)
                    .help(evidence::HELP)
                    .fact(name),
            );
        }
    }
}

/// The lines that define or import an assertion macro, and which.
fn shadowing(text: &str) -> impl Iterator<Item = (u32, &'static str)> {
    let may = |line: &str| ["macro_rules!", "use", "pub"].iter().any(|word| line.starts_with(word));
    let lines = (1..).zip(text.lines()).filter(move |(_, line)| !line.is_empty() && may(line.trim_start()));
    lines.filter_map(|(number, line)| {
        let folded = line.split_whitespace().collect::<Vec<_>>().join(" ");
        Some((number, shadows(&folded)?))
    })
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
