//! The section `scenarios`: one call, and what must come back.

mod check;
mod detail;
mod entry;
mod expect;
mod judge;
mod metadata;
mod shape;
mod touch;

pub(crate) use check::{By, Check, Count, Sorted, list_at, value_at};
pub(crate) use entry::Scenario;
pub(crate) use shape::check_message;
