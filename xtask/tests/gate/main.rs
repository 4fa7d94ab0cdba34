//! The real binary over copies of the reference workspace, in real repositories.

mod approvals;
mod approving;
#[cfg(unix)]
mod bad_input;
#[cfg(unix)]
mod base_judges;
mod called;
mod circles;
#[cfg(unix)]
mod delegated;
mod exit_status;
mod first_key;
mod five_faults;
mod going_back;
mod golden_commands;
mod golden_report;
mod honest_changes;
#[cfg(unix)]
mod hostile;
mod house_rules;
#[cfg(unix)]
mod kept_findings;
#[cfg(unix)]
mod odd_repositories;
mod renamed;
mod round_insta;
mod same_bytes;
mod stamping;
#[cfg(unix)]
mod starting;
#[cfg(unix)]
mod without_end;
#[path = "../support/workspace.rs"]
mod workspace;
