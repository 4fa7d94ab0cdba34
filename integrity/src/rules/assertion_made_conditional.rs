//! Assertions that are made under a condition only.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::rules::Check;

rule! {
    /// An assertion that says what it said at the base and now stands behind an `if`, so that it is made on some runs
    /// only. One behind a condition that never holds counts as removed.
    ///
    /// ## Why it hurts
    /// The test looks as thorough as before. On the runs where the condition does not hold, and that may be all of CI,
    /// it promises nothing, and whoever reads the green run cannot tell.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn blocked_artists_are_filtered() {
    ///     let kept = filter(&candidates(), &blocked());
    ///     assert_eq!(kept.len(), 2);
    ///     assert!(!kept.contains(&9));
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn blocked_artists_are_filtered() {
    ///     let kept = filter(&candidates(), &blocked());
    ///     assert_eq!(kept.len(), 2);
    ///     if std::env::var("ALL_TESTS").is_ok() {
    ///         assert!(!kept.contains(&9)); //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Assert it always, or split off a test whose name says when it runs.
    /// ```base rust
    /// #[test]
    /// fn the_store_answers() {
    ///     if has_store() {
    ///         assert_eq!(ask(), 3);
    ///     }
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn the_store_answers() {
    ///     assert_eq!(ask(), 3);
    /// }
    /// ```
    pub static ASSERTION_MADE_CONDITIONAL = {
        id: "assertion-made-conditional",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds assertions that are made on fewer runs than they were",
    };
}

pub(super) static CHECK: Check = Check { rule: &ASSERTION_MADE_CONDITIONAL, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&ASSERTION_MADE_CONDITIONAL, Kind::Conditional, findings);
}
