//! Jobs under another name.

use findings::{Finding, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::{Check, ci_step_weakened};

rule! {
    /// A job that checks the code and whose name no job has any more. What it checks may all still be there: that is
    /// compared elsewhere.
    ///
    /// ## Why it hurts
    /// A forge requires checks by name. A required name that no job reports blocks every merge until somebody takes it
    /// from the list, and then nobody is required to run the new one.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// on: [pull_request]
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// on: [pull_request]
    /// jobs: { unit: { steps: [{ run: cargo test }] } }
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// on: [pull_request]
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// on: [pull_request]
    /// jobs: { unit: { name: test, steps: [{ run: cargo test }] } }
    /// ```
    pub static JOB_RENAMED = {
        id: "job-renamed",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds checks whose job has another name",
    };
}

pub(super) static CHECK: Check = Check { rule: &JOB_RENAMED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    ci_step_weakened::report(scene, &JOB_RENAMED, Kind::Name, findings);
}
