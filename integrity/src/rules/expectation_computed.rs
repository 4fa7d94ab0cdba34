//! Expected values that are computed where they were written down.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::rules::Check;

rule! {
    /// An assertion whose expected value was written down and is now what a function gives.
    ///
    /// ## Why it hurts
    /// A test that computes what it expects with the code that it judges agrees with every fault of that code. Whether
    /// this one does cannot be seen here: it is not where the function is no part of what is tested.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let ranked = rank(&request());
    ///     assert_eq!(ranked.score, 0.75);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let ranked = rank(&request());
    ///     assert_eq!(ranked.score, weighted_sum(&request())); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let ranked = rank(&request());
    ///     assert_eq!(ranked.score, weighted_sum(&request()));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let ranked = rank(&request());
    ///     assert_eq!(ranked.score, 0.75);
    /// }
    /// ```
    pub static EXPECTATION_COMPUTED = {
        id: "expectation-computed",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds expected values that were written down and are computed now",
    };
}

pub(super) static CHECK: Check = Check { rule: &EXPECTATION_COMPUTED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&EXPECTATION_COMPUTED, Kind::Computed, findings);
}
