//! Base and head through git: which commit is the base, and what the working tree holds.

mod diff;
mod memory;

pub(crate) use memory::diff_in_memory;
