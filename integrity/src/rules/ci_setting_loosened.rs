//! CI settings that make a check weaker without taking it away.

use findings::{Finding, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::{Check, ci_step_weakened};

rule! {
    /// What surrounds a check of CI and makes it weaker without taking it away: `--locked` dropped, fewer cases of property
    /// tests, more retries, a profile without overflow checks, a variable or `PATH` that puts another program where the
    /// real one was, another condition of a job, a job that no longer waits for a check, another commit of the judge, a
    /// script or an action more in the job that runs it.
    ///
    /// ## Why it hurts
    /// Each has honest reasons, and each lets the same green tick mean less. Whoever reviews the change should have seen
    /// it.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// on: [pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace --locked
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// on: [pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace #~
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// on: [pull_request]
    /// env: { PROPTEST_CASES: 100 }
    /// jobs: { test: { steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// on: [pull_request]
    /// env: { PROPTEST_CASES: 1000 }
    /// jobs: { test: { steps: [{ run: cargo test --locked }] } }
    /// ```
    pub static CI_SETTING_LOOSENED = {
        id: "ci-setting-loosened",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds settings of CI that make a check weaker",
    };
}

pub(super) static CHECK: Check = Check { rule: &CI_SETTING_LOOSENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    ci_step_weakened::report(scene, &CI_SETTING_LOOSENED, Kind::Setting, findings);
}
