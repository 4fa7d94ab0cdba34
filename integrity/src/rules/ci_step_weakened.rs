//! CI that checks less.

use findings::{Finding, Rule, rule};

use crate::Scene;
use crate::ci::Kind;
use crate::rules::Check;

rule! {
    /// A command that checked the code and no longer does, or whose failure no longer counts: a step or job that is gone,
    /// `continue-on-error`, `allow_failure`, `|| true`, `if: false`, `set +e`, a pipe without `pipefail`, a trap, a function
    /// or an alias in place of cargo, an early `exit 0`; a command with a narrower selection, a matrix with fewer entries,
    /// an event or a path that no longer starts the checks; a script that became a link or can no longer be run; the wiring
    /// of the gate itself, with the variables and programs that steps hand on to it, and with what comes new before the judge in
    /// its job: an action of the change itself, a checkout or an artefact over the folders that steps go by, `BASH_ENV`,
    /// `PATH`, a wrapper or a linker from the change; a required name that goes to a job which checks nothing. Workflows and
    /// actions of GitHub, pipelines of GitLab, the scripts of `integrity.scripts` and those that these name are compared as
    /// data: order, comments, names of steps, new steps and new versions of actions are silent, in the gate's job those that
    /// set up a toolchain or keep a cache, and a command that moved to another job, file or script is found there if something
    /// runs it. A condition that names this repository is silent where the base's manifest or CI says that it is this one.
    ///
    /// ## Why it hurts
    /// Everything else in this gate relies on CI running it. A check that is skipped is green.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// on: [push, pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace
    ///       - run: cargo clippy -- -D warnings
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// on: [push, pull_request]
    /// jobs:
    ///   test: #~
    ///     steps:
    ///       - run: cargo test --workspace || true #~
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// on: [push, pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace
    ///       - run: cargo clippy -- -D warnings
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// on:
    ///   pull_request:
    ///   push:
    /// jobs:
    ///   lint:
    ///     # A job of its own, so that it is done sooner.
    ///     steps:
    ///       - run: cargo clippy --all-targets -- -Dwarnings
    ///   test:
    ///     steps:
    ///       - name: Tests
    ///         run: cargo test --workspace --locked
    /// ```
    pub static CI_STEP_WEAKENED = {
        id: "ci-step-weakened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds steps of CI that are gone, softened or narrowed",
    };
}

pub(super) static CHECK: Check = Check { rule: &CI_STEP_WEAKENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    report(scene, &CI_STEP_WEAKENED, Kind::Step, findings);
}

/// What CI lost of one kind, as findings of a rule.
pub(super) fn report(scene: &Scene<'_>, rule: &'static Rule, kind: Kind, findings: &mut Vec<Finding>) {
    for loss in scene.ci().iter().filter(|loss| loss.kind == kind) {
        let finding = Finding::new(rule, loss.place.clone(), &loss.what).help(loss.help);
        let finding = match &loss.at_base {
            Some(place) => finding.note_at_base(place.clone(), &loss.note),
            None => finding.note(&loss.note),
        };
        findings.push(finding.fact(&loss.what).judged(&loss.base, &loss.head));
    }
}
