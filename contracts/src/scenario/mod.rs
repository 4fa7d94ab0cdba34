//! The section `scenarios`: one request, and what must come back.

mod check;
mod entry;
mod expect;
mod judge;
mod shape;

pub(crate) use entry::Scenario;
