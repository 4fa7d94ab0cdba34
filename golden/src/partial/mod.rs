//! Partial reports: what one shard of a corpus, or all of it, shows, so that many machines share one corpus.
//!
//! A [`Tally`] is a monoid: [`Tally::merge`] is associative and commutative, and the default is its identity. It does
//! not matter into how many shards a corpus was cut or in which order their partials are merged, to the last bit of
//! every mean. A [`Partial`] is the tallies of the corpora of one shard with what they were made from; [`merge`]
//! refuses whatever is not one whole.

mod file;
mod findings;
mod merge;
mod render;
mod replay;
mod shard;
mod sum;
mod tally;
mod words;

pub use file::{MAX_BYTES, Partial, SCHEMA, Slice};
pub(crate) use findings::findings;
pub use merge::{Mismatch, Whole, merge};
pub use replay::replay;
pub use shard::Shard;
pub use sum::Sum;
pub use tally::{Outcome, Segment, Tally};
