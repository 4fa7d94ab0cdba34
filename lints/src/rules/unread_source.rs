//! Files that could not be looked at.

use findings::{Finding, Level, Location, NOT_LOOKED_AT, rule};
use source::{Problem, ProblemKind};

use crate::{Check, Lint};

rule! {
    /// Rust files that do not parse, are nested too deeply, are too large or cannot be read, modules whose file is not
    /// there, and text files that are too large to be read.
    ///
    /// It advises where no target reaches the file: templates of code generators and fragments for `include!` end in
    /// `.rs` too, and of 70 files that did not parse in 18,000 of published crates all were such.
    ///
    /// ## Why it hurts
    /// No rule has seen what stands there. A guard that passes over what it cannot read teaches whoever wants to hide
    /// something how to do it.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(candidates: &[Candidate] { //~
    ///     candidates
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// fn rank(candidates: &[Candidate]) {
    ///     candidates
    /// }
    /// ```
    pub static UNREAD_SOURCE = {
        id: "unread-source",
        guard: "lints",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds files that could not be read or parsed, so that no rule has seen them",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNREAD_SOURCE, check: Check::Problem(check) };

fn check(problem: &Problem, compiled: bool) -> Option<Finding> {
    let of_the_graph = matches!(
        problem.kind,
        ProblemKind::Manifest
            | ProblemKind::Member
            | ProblemKind::Outside
            | ProblemKind::Elsewhere
            | ProblemKind::Twin
    );
    if of_the_graph {
        return None;
    }
    let location = match (problem.line, problem.column) {
        (Some(line), column) => Location::point(&problem.path, line, column.unwrap_or(1)),
        (None, _) => Location::file(&problem.path),
    };
    let message = format!("this was not looked at: {}", problem.message.replace('`', "'"));
    let mut finding =
        Finding::new(&UNREAD_SOURCE, location, message).help(problem.kind.mend()).fact(&problem.message);
    // A module without a file compiles only once a build script has made it, and is then generated.
    if !compiled || problem.kind == ProblemKind::MissingModule {
        finding.level = Level::Warning;
    }
    Some(finding)
}
