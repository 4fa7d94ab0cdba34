//! Recordings of corpora that do not belong into reviewed text: a columnar file in a store outside git, and a manifest
//! in git that names it by the digest of what it holds.
//!
//! ```text
//! file        "gatefold.bulk/1\n", the dictionary, the blocks; all numbers little-endian
//! dictionary  u32 count, u32 end of each identifier, their bytes; ascending; zeros up to a multiple of 8
//! block       u32 kind of scores, u32 number of items, ids of the requests like the dictionary's,
//!             per list u32 segment, status, model, degraded, end of its items; per item u32 number in the dictionary;
//!             zeros up to a multiple of 8; per item its score, f64, or f32 where all scores of the block are such
//! ```
//!
//! Where each section stands, how long it is and its BLAKE3 says the [`Manifest`], which is digested itself; so the name
//! of the file binds all of it. Scores are f64: services of today answer doubles, of which next to none is a 32-bit
//! number, and a rounded score would be another ranking. Blocks whose scores all are 32-bit numbers take a third less,
//! and read back as the same numbers. What explains a score ([`Part`](crate::Part)) is not kept.
//!
//! Reading holds the identifiers of the items and one block a side in memory; writing the identifiers and one block.

mod accept;
pub(crate) mod asking;
mod block;
mod bytes;
mod canonical;
pub(crate) mod delta;
pub(crate) mod lists;
mod manifest;
mod reader;
mod requests;
pub(crate) mod side;
mod store;
mod texts;
mod tier;
mod walk;
mod writer;

pub(crate) use accept::record;
pub use block::{Block, LISTS};
pub use canonical::Canonical;
pub use lists::Translation;
pub use manifest::{Manifest, SCHEMA, Section};
pub use reader::{Reader, Row};
pub use requests::{REQUESTS_SCHEMA, RequestsManifest, store_requests};
pub(crate) use side::is_bulk;
pub use store::Store;
pub(crate) use tier::check;
pub use writer::{About, Writer};

/// What the file begins with.
const MAGIC: &[u8; 16] = b"gatefold.bulk/1\n";

/// Stages as one word of a table; no stage has a line end.
fn joined(stages: &[String]) -> String {
    stages.join("\n")
}
