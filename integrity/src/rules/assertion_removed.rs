//! Assertions that are gone from a test that stayed.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::examples;
use crate::rules::Check;

rule! {
    /// An assertion that a test, or a helper that tests call, had at the base and for which head has nothing: not the
    /// same assertion elsewhere in the test, not another one in its place, not a row, a loop or a helper that says it.
    ///
    /// ## Why it hurts
    /// The test still stands there, still has its name and is still green. Whoever relies on it does not see that one of
    /// the things it promised is no longer looked at.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn ties_stand_in_candidate_order() {
    ///     let ranked = rank(&[candidate(7, 0.5), candidate(3, 0.5)]);
    ///     assert_eq!(ranked.len(), 2);
    ///     assert_eq!(ranked[0].id, 7);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn ties_stand_in_candidate_order() { //~
    ///     let ranked = rank(&[candidate(7, 0.5), candidate(3, 0.5)]);
    ///     assert_eq!(ranked.len(), 2);
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say what changed and let a human decide. A table, a loop or a helper that says the same is no removal.
    /// ```base rust
    /// #[test]
    /// fn limits_are_kept() {
    ///     assert_eq!(rank_at_most(3).len(), 3);
    ///     assert_eq!(rank_at_most(7).len(), 7);
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn limits_are_kept() {
    ///     for limit in [3, 7] {
    ///         assert_eq!(rank_at_most(limit).len(), limit);
    ///     }
    /// }
    /// ```
    pub static ASSERTION_REMOVED = {
        id: "assertion-removed",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds assertions that a surviving test lost",
    };
}

pub(super) static CHECK: Check = Check { rule: &ASSERTION_REMOVED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&ASSERTION_REMOVED, Kind::Removed, findings);
    examples::shortened(scene, &ASSERTION_REMOVED, findings);
}
