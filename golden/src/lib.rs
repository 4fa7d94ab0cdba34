//! The guard `golden`: rankings change only when somebody meant them to.
//!
//! A corpus is a file of requests and, beside it, a file of the rankings approved for them. The static tier compares
//! head's recorded rankings with the base's; the live tier asks the service built from head whether it still answers
//! what is recorded; [`accept`] records what it answers now. Rankings are compared as rankings, see [`compare`],
//! and by digests of Gatefold's own.

mod accept;
mod capture;
pub mod compare;
mod control;
mod error;
mod evidence;
mod format;
#[cfg(feature = "live")]
pub mod grpc;
mod lines;
mod live_tier;
pub mod measures;
mod parts;
mod policy;
mod ranking;
mod recording;
mod requests;
mod rules;
mod side;
mod static_tier;
mod tolerance;
pub mod witness;

pub use accept::{Accepted, accept};
pub use capture::{Answer, Ask, Start};
pub use compare::compare;
pub use control::control;
pub use error::Error;
pub use format::FORMAT;
pub use lines::{MAX_ID_BYTES, MAX_LINES, Refusal};
pub use live_tier::check_live;
pub use policy::{Corpus, Policy, SECTION};
pub use ranking::{Item, MAX_ITEMS, MAX_STAGES, Part, Ranking};
pub use recording::{Entry, Recording};
pub use requests::{Case, Requests};
pub use rules::RULES;
pub use static_tier::check_static;
pub use tolerance::Tolerance;
