//! Who is in which arm of which experiment, and the log of what was served under it.
//!
//! Assignment is a pure function of salt, unit and the time of day; exposure is one event for each answer.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod append;
mod assignments;
mod check;
mod experiment;
mod exposure;
mod json_lines;
mod jsonl_log;
mod moment;
mod outcome;
mod standings;
mod trouble;
mod unique_keys;

pub use assignments::{Assigned, Assignments, bucket};
pub use check::ExperimentError;
pub use experiment::{
    Arm, BUCKETS, CONTROL, Direction, Experiment, Guardrail, Kind, Margin, Metric, Standing, State,
};
pub use exposure::{Exposure, ExposureLog, LogError, Shown};
pub use json_lines::{JsonLine, JsonLines};
pub use jsonl_log::JsonLinesLog;
pub use moment::moment;
pub use outcome::Outcome;
pub use standings::Standings;
