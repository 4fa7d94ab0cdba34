//! Checks over batches of records: what is missing, out of range, stale, unknown, or not as it was.
//!
//! A check measures; [`Expectations`] say from which measure on a batch is warned of or refused. [`load`] reads a folder
//! of records, checks it and refuses it where it has to be.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batch;
mod checks;
mod distribution;
mod expectations;
mod level;
mod load;
mod parts;
mod profile;
mod report;
mod standard;

pub use checks::{CHECKS, Check};
pub use distribution::Distribution;
pub use expectations::{EntityExpectations, Expectations, FeatureExpectations, Ordinary, Vocabulary};
pub use level::{Level, Limits};
pub use load::{LoadError, Loaded, load};
pub use profile::{EntityProfile, Profile};
pub use report::{Measure, Report, inspect};
pub use standard::{Standard, StandardError};
