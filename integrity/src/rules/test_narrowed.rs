//! Tests that run in fewer places than they did.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, test_disabled};

rule! {
    /// A test that got a condition which holds in some builds only: a feature that the package has, or has by default no
    /// more, a platform, `cfg_attr(miri, ignore)`, an early return on some systems; a harness that is not one of the known
    /// ones, a macro around its module, an example in the documentation that is `no_run`.
    ///
    /// ## Why it hurts
    /// It may be right: a test of a feature needs the feature. It also is how a failing test disappears from the one
    /// build that everybody looks at, so whoever reviews the change should have seen it.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn paths_are_split() {
    ///     assert_eq!(split("a/b"), ["a", "b"]);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// #[cfg(unix)] //~
    /// fn paths_are_split() {
    ///     assert_eq!(split("a/b"), ["a", "b"]);
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// #[test]
    /// #[cfg(unix)]
    /// fn paths_are_split() {
    ///     assert_eq!(split("a/b"), ["a", "b"]);
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn paths_are_split() {
    ///     assert_eq!(split("a/b"), ["a", "b"]);
    /// }
    /// ```
    pub static TEST_NARROWED = {
        id: "test-narrowed",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds tests that run under fewer conditions than they did",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_NARROWED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    test_disabled::in_code(scene, &TEST_NARROWED, false, findings);
}
