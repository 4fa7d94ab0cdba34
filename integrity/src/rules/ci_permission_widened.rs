//! Jobs of CI that may do more.

use findings::{Finding, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::{Check, ci_step_weakened};

rule! {
    /// A job that may write where it could read, or that has every permission since its list is gone, and a workflow that
    /// checks out the code of a pull request under `pull_request_target`, with the rights of this repository.
    ///
    /// ## Why it hurts
    /// The token of a job is what stands between a test that somebody wrote yesterday and the repository. With rights to
    /// write it can push, and can approve.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// permissions: { contents: read }
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// permissions: { contents: write } #~
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// permissions: read-all
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// permissions: {}
    /// jobs: { test: { permissions: { contents: read }, steps: [{ run: cargo test }] } }
    /// ```
    pub static CI_PERMISSION_WIDENED = {
        id: "ci-permission-widened",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds jobs of CI that may do more than they could",
    };
}

pub(super) static CHECK: Check = Check { rule: &CI_PERMISSION_WIDENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    ci_step_weakened::report(scene, &CI_PERMISSION_WIDENED, Kind::Trust, findings);
}
