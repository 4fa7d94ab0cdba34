//! Clock, deadline, logs and metrics of the ranking services.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clock;
mod deadline;
mod logs;
mod metrics;
pub mod names;

pub use clock::{Clock, FixedClock, SystemClock};
pub use deadline::{Deadline, grpc_timeout};
pub use logs::{error_chain, log_to_stderr};
pub use metrics::{Cause, Code, Metrics, Rpc};
