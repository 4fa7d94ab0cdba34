//! Tests that can no longer fail.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::rules::Check;

rule! {
    /// A test that asserted something and now asserts nothing: its assertions are gone, its body is empty, or what is
    /// left holds whatever the code does (`assert!(true)`, a value compared with itself). Assertions count in the test
    /// itself and in the helpers that it calls; `unwrap`, `expect` and `?` count too.
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
}
