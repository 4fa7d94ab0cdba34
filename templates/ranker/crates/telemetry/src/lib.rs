//! Clock, deadline, logs, traces and metrics of the ranking services.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod buckets;
mod calls;
mod clock;
mod deadline;
mod export;
mod labels;
mod logs;
mod metrics;
pub mod names;
pub mod trace;

pub use calls::{Asked, Branch, Calls, count_records, counted};
pub use clock::{Clock, FixedClock, SystemClock};
pub use deadline::{Deadline, grpc_timeout};
pub use export::{ExportError, TraceConfig, export, flush_traces};
pub use labels::{Cause, Code, Dependency, Part, Reload};
pub use logs::{error_chain, log_to_stderr};
pub use metrics::{InFlight, Metrics, StageTimer};
