//! Mutants of a service's code: the copy that they are planted in, and what became of them as text.

mod bench;
mod report;

pub(crate) use bench::Copy;
pub(crate) use report::{Report, counted, human, json, listed, outcome, survivor};
