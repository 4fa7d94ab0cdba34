//! Other people who must look at what judges.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, owners_weakened};

rule! {
    /// An owner more, or one of several less, for what judges a change: approvals, policy, CI, hooks, CODEOWNERS, what
    /// the policy protects; and other owners of tests. Any one of several owners suffices, so one more is one more who may
    /// approve.
    ///
    /// ## Why it hurts
    /// It is how a team changes, and how somebody makes themselves an approver. Only a person can tell.
    ///
    /// ## Example
    /// ```base text .github/CODEOWNERS
    /// /approvals/ @platform
    /// ```
    /// ```head text .github/CODEOWNERS bad
    /// /approvals/ @platform @bot #~
    /// ```
    ///
    /// ## Instead
    /// ```base text .github/CODEOWNERS
    /// /approvals/ @platform
    /// ```
    /// ```head text .github/CODEOWNERS good
    /// /approvals/ @platform
    /// /services/home/ @home
    /// ```
    pub static OWNERS_CHANGED = {
        id: "owners-changed",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds other code owners of what judges a change",
    };
}

pub(super) static CHECK: Check = Check { rule: &OWNERS_CHANGED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    owners_weakened::report(scene, &OWNERS_CHANGED, false, findings);
}
