//! The guard `golden`: rankings change only when somebody meant them to.
//!
//! A corpus is a file of requests and, beside it, a file of the rankings approved for them. The static tier compares
//! head's recorded rankings with the base's; the live tier asks the service built from head whether it still answers
//! what is recorded; [`accept`] records what it answers now. Rankings are compared as rankings, see [`compare`],
//! and by digests of Gatefold's own.

mod accept;
pub mod bulk;
mod capture;
mod control;
pub mod coverage;
mod error;
mod evidence;
#[cfg(feature = "live")]
pub mod grpc;
pub mod intent;
mod live_tier;
mod loosened;
pub mod measures;
pub mod measuring;
pub mod mutants;
mod noise;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod partial;
mod parts;
#[cfg(feature = "live")]
mod paths;
mod policy;
pub mod quality;
mod reading;
pub mod report;
mod rules;
mod side;
mod static_tier;
pub mod statistics;
pub mod trec;
mod verdict;
pub mod witness;

pub use accept::{Accepted, accept, accept_with, replace};
pub use capture::{Answer, Ask, Start};
pub use control::control;
pub use error::Error;
pub use live_tier::{check_live, check_live_with};
pub use noise::{Measured, Noisy, Runs, noise};
pub use policy::{
    Corpus, Declaring, Invariant, ModelLimits, Mutants, Policy, Recorded, SECTION, Shares, Source,
};
// What a service's own tests need too stands in a crate of its own.
pub use rankings::*;
pub use rules::RULES;
pub use static_tier::{Approved, check_static, check_static_with};
pub use verdict::Verdict;
