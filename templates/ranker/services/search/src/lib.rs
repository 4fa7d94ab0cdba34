//! Finds tracks by what people type, and ranks what it finds.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod index;
pub mod titles;
pub mod words;
