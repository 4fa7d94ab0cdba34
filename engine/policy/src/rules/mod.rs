//! The rules of the engine itself, guard `policy`: one file a rule.

pub mod broken_manifest;
pub mod ended_emergency;
pub mod expired_approval;
pub mod expired_exception;
pub mod malformed_approval;
pub mod malformed_exception;
pub mod missing_module;
pub mod policy_adopted;
pub mod source_too_deep;
pub mod source_too_large;
pub mod unparsable_source;
pub mod unread_dependency;
pub mod unread_submodule;
pub mod unreadable_file;
pub mod unsigned_approval;
pub mod unused_exception;

use findings::{Finding, Location, Rule};
use source::{Problem, ProblemKind};

/// Every rule of the guard `policy`.
pub static RULES: &[&Rule] = &[
    &broken_manifest::BROKEN_MANIFEST,
    &ended_emergency::ENDED_EMERGENCY,
    &expired_approval::EXPIRED_APPROVAL,
    &expired_exception::EXPIRED_EXCEPTION,
    &malformed_approval::MALFORMED_APPROVAL,
    &malformed_exception::MALFORMED_EXCEPTION,
    &missing_module::MISSING_MODULE,
    &policy_adopted::POLICY_ADOPTED,
    &source_too_deep::SOURCE_TOO_DEEP,
    &source_too_large::SOURCE_TOO_LARGE,
    &unparsable_source::UNPARSABLE_SOURCE,
    &unread_dependency::UNREAD_DEPENDENCY,
    &unread_submodule::UNREAD_SUBMODULE,
    &unreadable_file::UNREADABLE_FILE,
    &unsigned_approval::UNSIGNED_APPROVAL,
    &unused_exception::UNUSED_EXCEPTION,
];

/// The finding that something was not looked at.
pub fn problem(problem: &Problem) -> Finding {
    let rule: &'static Rule = match problem.kind {
        ProblemKind::Unparsable => &unparsable_source::UNPARSABLE_SOURCE,
        ProblemKind::TooDeep => &source_too_deep::SOURCE_TOO_DEEP,
        ProblemKind::TooLarge => &source_too_large::SOURCE_TOO_LARGE,
        ProblemKind::Unreadable => &unreadable_file::UNREADABLE_FILE,
        ProblemKind::Manifest | ProblemKind::Member | ProblemKind::Outside | ProblemKind::Twin => {
            &broken_manifest::BROKEN_MANIFEST
        }
        ProblemKind::Elsewhere => &unread_dependency::UNREAD_DEPENDENCY,
        ProblemKind::MissingModule => &missing_module::MISSING_MODULE,
    };
    let place = match (problem.line, problem.column) {
        (Some(line), column) => Location::point(&problem.path, line, column.unwrap_or(1)),
        (None, _) => Location::file(&problem.path),
    };
    let message = format!("not looked at: {}", problem.message);
    Finding::new(rule, place, message).help(problem.kind.mend()).fact(&problem.message)
}
