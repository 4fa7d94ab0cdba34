//! Actions that are no longer what somebody read.

use findings::{Finding, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::{Check, ci_step_weakened};

rule! {
    /// An action that was pinned to a commit and follows a tag or a branch now, one of the same name from somebody else,
    /// and one without a commit where all others have one. A newer commit is silent.
    ///
    /// ## Why it hurts
    /// Whoever can move the tag can run what they like where the secrets of CI are, without any change here.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// jobs:
    ///   test:
    ///     steps:
    ///       - uses: actions/checkout@0123456789012345678901234567890123456789
    ///       - run: cargo test
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// jobs:
    ///   test:
    ///     steps:
    ///       - uses: actions/checkout@v5 #~
    ///       - run: cargo test
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// jobs: { test: { steps: [{ uses: "actions/checkout@0123456789012345678901234567890123456789" }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// jobs: { test: { steps: [{ uses: "actions/checkout@9876543210987654321098765432109876543210" }] } }
    /// ```
    pub static ACTION_UNPINNED = {
        id: "action-unpinned",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds actions that are no longer pinned",
    };
}

pub(super) static CHECK: Check = Check { rule: &ACTION_UNPINNED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    ci_step_weakened::report(scene, &ACTION_UNPINNED, Kind::Action, findings);
}
