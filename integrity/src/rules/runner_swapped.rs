//! Checks that run on other machines.

use findings::{Finding, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::{Check, ci_step_weakened};

rule! {
    /// A job that checks the code and runs on a machine of its own now, where it ran on one of the forge.
    ///
    /// ## Why it hurts
    /// A machine that keeps its disk keeps what the last change left on it, a cargo that is none among it.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// jobs: { test: { runs-on: ubuntu-latest, steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// jobs: { test: { runs-on: [self-hosted, linux], steps: [{ run: cargo test }] } }
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// jobs: { test: { runs-on: ubuntu-22.04, steps: [{ run: cargo test }] } }
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// jobs: { test: { runs-on: ubuntu-24.04, steps: [{ run: cargo test }] } }
    /// ```
    pub static RUNNER_SWAPPED = {
        id: "runner-swapped",
        guard: "integrity",
        group: "gate-integrity",
        level: Note,
        summary: "finds checks that run on machines of their own",
    };
}

pub(super) static CHECK: Check = Check { rule: &RUNNER_SWAPPED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    ci_step_weakened::report(scene, &RUNNER_SWAPPED, Kind::Runner, findings);
}
