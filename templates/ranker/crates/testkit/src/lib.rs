//! What the tests of all services share: a service in this process, parts that fail, golden requests, the built binary.
//!
//! It is for tests, and panics where a test would.

mod answers;
mod binary;
mod collector;
mod corpus;
mod explanations;
mod faults;
mod known;
mod memory_log;
mod parts;
mod permutations;
mod readme;
mod reload;
mod running;
mod surface;

pub use answers::{check_beginnings, check_score, check_unknown_field};
pub use binary::{Binary, Process};
pub use collector::{CollectedSpan, Collector};
pub use corpus::{Golden, corpus, coverage, requests};
pub use explanations::explained_and_not;
pub use faults::{Fault, FaultyModel, FaultyStore, FullLog};
pub use known::{distinct, history, incomplete, known, stale};
pub use memory_log::MemoryLog;
pub use parts::{NOON, host, model, noon, store};
pub use permutations::{check_orders, check_threads};
pub use readme::{Shown, message, shown};
pub use reload::check_model_reload;
pub use running::{AMPLE, Running, connect, request_within};
pub use surface::{check_health, check_metrics, check_readme, check_reflection, metrics, metrics_with};
