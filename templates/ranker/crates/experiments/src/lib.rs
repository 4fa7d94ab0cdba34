//! Who is in which arm of which experiment, and the log of what was served under it.
//!
//! Assignment is a pure function of salt and unit; exposure is one event for each answer.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod assignments;
mod exposure;
mod jsonl_log;

pub use assignments::{Arm, Assigned, Assignments, BUCKETS, Experiment, ExperimentError, bucket};
pub use exposure::{Exposure, ExposureLog, LogError, Shown};
pub use jsonl_log::JsonLinesLog;
