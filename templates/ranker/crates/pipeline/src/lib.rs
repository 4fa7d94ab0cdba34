//! The stages of a ranking and the runner that puts them in order: no transport, no clock, no I/O.
//!
//! A ranking is a [`Pipeline`]: a list of stages that anyone can read by [`Pipeline::describe`]. Queries and candidates
//! are types of the service; a candidate is `Ord`, and equal scores stand in candidate order, so that an answer never
//! depends on the order in which candidates arrived.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod assembly;
mod budget;
mod describe;
mod effect;
mod error;
mod filter;
mod hydrator;
mod merge;
mod outcome;
mod query_hydrator;
mod runner;
mod scored;
mod scorer;
mod selector;
mod source;
mod split;
mod watch;
mod when;

pub use budget::Budget;
pub use effect::{Effect, Served};
pub use error::{OnFailure, RankError, StageError};
pub use filter::Filter;
pub use hydrator::Hydrator;
pub use merge::Merge;
pub use outcome::{Degraded, Outcome, Removed};
pub use query_hydrator::QueryHydrator;
pub use runner::Pipeline;
pub use scored::{Scored, StageScore};
pub use scorer::Scorer;
pub use selector::Selector;
pub use source::Source;
pub use split::Split;
pub use watch::Watched;
pub use when::{When, when};
