//! An open-loop load generator: requests are due by a schedule, and do not wait for the answers before them.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrivals;
pub mod client;
mod drive;
pub mod process;
mod report;
pub mod requests;
pub mod scrape;

pub use arrivals::Arrivals;
pub use drive::{Run, drive};
pub use report::Report;
