//! Computes what is believed about the long-term reward of tracks from delayed outcomes.
//!
//! The log of outcomes is the truth, and beliefs are computed from it anew each time: whatever the order of its lines,
//! and however often a line stands in it, the same log gives the same file to the last byte.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod beliefs;
mod ledger;
mod outcome;
mod read;
mod update;

pub use beliefs::{Believed, WriteError, text, write};
pub use ledger::{Ledger, LedgerFull, Told};
pub use outcome::Outcome;
pub use read::{Count, Garbage, ReadError, read};
pub use update::{Summary, Update, UpdateError, update};
