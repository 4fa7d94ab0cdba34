//! What stands around the gate: forms of the report for platforms, the doctor, counts over reports, completions and pages.

#[cfg(unix)]
mod census;
#[cfg(unix)]
mod doctor;
mod fix;
mod formats;
mod manual;
mod stats;
#[allow(dead_code, reason = "other targets use the rest")]
#[path = "../support/workspace.rs"]
mod workspace;
