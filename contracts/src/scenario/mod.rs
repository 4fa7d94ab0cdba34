//! The section `scenarios`: one request, and what must come back.

mod check;
mod entry;
mod expect;
mod judge;
mod shape;

pub(crate) use check::{By, Check, Count, Sorted, list_at, value_at};
pub(crate) use entry::Scenario;
