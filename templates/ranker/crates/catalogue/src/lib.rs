//! What is known about tracks, viewers and shelves: their features, schemas, and the arithmetic that services share.
//!
//! A feature is declared once, here, whichever service reads it; a [`Track`] and a [`Profile`] are what a record of
//! features means at a time.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod belief;
pub mod measures;
mod schemas;
pub mod shelf;
pub mod title;
pub mod track;
pub mod viewer;

pub use schemas::schemas;
pub use track::Track;
pub use viewer::Profile;

/// A day, in seconds.
const DAY: u64 = 24 * 60 * 60;
