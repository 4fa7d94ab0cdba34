//! Requests, rankings and how two of them differ: what the guard `golden` and a service's own tests share.
//!
//! A crate of its own, so that a service that depends on it for its tests gets neither git nor a network stack.
//! Nothing in it knows a policy, a guard or a finding. A service's test asks in process:
//!
//! ```text
//! # Cargo.toml: [dev-dependencies] gatefold-rankings = { git = "..", features = ["insta"] }
//! #[test]
//! fn the_rankings_are_the_recorded_ones() {
//!     let corpus = rankings::InProcess::new("queue", "ranker.v1.Queue/Rank").limit("limit");
//!     rankings::assert_rankings!(corpus, || {
//!         let queue = Queue::start(SEED, CLOCK);
//!         move |case| ranking_of(queue.rank(&case.request))
//!     });
//! }
//! ```

pub mod compare;
mod format;
mod in_process;
pub mod lines;
mod noise;
pub mod ranking;
pub mod recording;
pub mod requests;
mod settle;
pub mod snapshot;
pub mod tolerance;

pub use compare::compare;
pub use format::FORMAT;
pub use in_process::{InProcess, InProcessError, MIN_RUNS, Prepared};
pub use lines::{MAX_ID_BYTES, MAX_LINES, Refusal};
pub use noise::{Kind, Noise, OtherAnswer, compare_beyond};
pub use ranking::{Item, MAX_ITEMS, MAX_STAGES, Part, Ranking};
pub use recording::{Entry, Form, Recording};
pub use requests::{Case, Requests};
pub use settle::{same_parts, settle};
pub use tolerance::Tolerance;

// `assert_rankings!` calls it in the crate of whoever writes the test.
#[cfg(feature = "insta")]
#[doc(hidden)]
pub use insta;

/// The digest of a content: the first 32 hex digits of its BLAKE3 hash, and the empty text for an empty content, as in
/// approvals and reports.
fn digest(content: &[u8]) -> String {
    if content.is_empty() {
        return String::new();
    }
    blake3::hash(content).to_hex()[..32].to_owned()
}
