//! What stands around the gate: forms of the report for platforms, the doctor, counts over reports, completions and pages.

mod formats;
#[path = "../support/workspace.rs"]
mod workspace;
