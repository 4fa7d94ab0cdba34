//! The language that every part of Gatefold speaks: rules, findings, reports, and how they are shown.
//!
//! This crate knows no guard and prints nothing. A renderer is a function from a [`Report`] to text; what
//! becomes of the text is the business of the binary.

pub mod catalogue;
mod control;
mod docs;
mod exit;
mod finding;
mod kept;
pub mod render;
mod report;
mod rule;
mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use control::missed;
pub use docs::unmarked;
pub use exit::Exit;
pub use finding::{Delta, Edit, Finding, Fix, Judged, Location, Note, Side, Span, digest};
pub use kept::Kept;
pub use report::{
    BaseInfo, ChangeInfo, Checked, GuardRun, JudgedFinding, Outcome, PolicyInfo, PolicySide, Report, Request,
    SCHEMA, Status, Tier, Verdict,
};
pub use rule::{CLAIM, INVARIANT, Level, NOT_LOOKED_AT, Rule, UNREADABLE};
pub use tally::Tally;
