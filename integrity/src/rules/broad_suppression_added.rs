//! Suppressions that silence everything, or a whole crate.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, suppression_added};

rule! {
    /// An `#[allow]` or `#[expect]` of a group of lints (`warnings`, `unused`, `clippy::all`) anywhere, and `#![allow]` of
    /// dead code, unused results or unreachable code for a whole file, where the change as a whole has more of them than the base.
    ///
    /// ## Why it hurts
    /// It silences what nobody has looked at yet, in code that is not even written.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn rank() {}
    /// ```
    /// ```head rust bad
    /// #![allow(warnings)] //~
    ///
    /// pub fn rank() {
    ///     let unused = 3;
    /// }
    /// ```
    ///
    /// ## Instead
    /// Name the one lint, at the one place, with a reason.
    /// ```base rust
    /// pub fn rank() {}
    /// ```
    /// ```head rust good
    /// pub fn rank() {
    ///     #[expect(unused_variables, reason = "the next stage reads it")]
    ///     let unused = 3;
    /// }
    /// ```
    pub static BROAD_SUPPRESSION_ADDED = {
        id: "broad-suppression-added",
        guard: "integrity",
        group: "suppressions",
        level: Error,
        summary: "finds suppressions that silence a whole group of lints, or a whole crate",
    };
}

pub(super) static CHECK: Check = Check { rule: &BROAD_SUPPRESSION_ADDED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    suppression_added::added(scene, &BROAD_SUPPRESSION_ADDED, &suppression_added::is_broad, "", findings);
}
