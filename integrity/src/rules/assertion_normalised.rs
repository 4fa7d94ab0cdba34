//! Assertions that look at less of a value than they did.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::rules::Check;

rule! {
    /// An assertion that expects what it expected, of a value that is trimmed, rounded, sorted or lowered first.
    ///
    /// ## Why it hurts
    /// The caller gets the value as it is. What the test no longer tells apart, spaces, the last digit, the order, is
    /// what somebody downstream will trip over.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn the_title_is_kept() {
    ///     let track = track();
    ///     assert_eq!(track.title, "rain");
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_title_is_kept() {
    ///     let track = track();
    ///     assert_eq!(track.title.trim(), "rain"); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Repair the code, or say in the test why the difference means nothing.
    /// ```base rust
    /// #[test]
    /// fn the_title_is_kept() {
    ///     let track = track();
    ///     assert_eq!(track.title.trim(), "rain");
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn the_title_is_kept() {
    ///     let track = track();
    ///     assert_eq!(track.title, "rain");
    /// }
    /// ```
    pub static ASSERTION_NORMALISED = {
        id: "assertion-normalised",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds assertions that make values alike before they compare them",
    };
}

pub(super) static CHECK: Check = Check { rule: &ASSERTION_NORMALISED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&ASSERTION_NORMALISED, Kind::Normalised, findings);
}
