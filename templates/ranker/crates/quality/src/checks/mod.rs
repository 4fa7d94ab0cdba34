//! The checks, one file each.
mod change;
mod drift;
mod duplicates;
mod missing;
mod range;
mod size;
mod staleness;
mod vocabulary;

#[cfg(test)]
pub(crate) mod testing;

use crate::batch::{Batch, Measured};

/// A check over the records of one entity.
pub struct Check {
    /// Its name, which is also the name of its file.
    pub name: &'static str,
    /// What it finds.
    pub summary: &'static str,
    pub(crate) run: fn(&Batch<'_>) -> Vec<Measured>,
}

/// All checks, in the order in which they run.
pub const CHECKS: [Check; 8] = [
    size::CHECK,
    change::CHECK,
    duplicates::CHECK,
    missing::CHECK,
    range::CHECK,
    staleness::CHECK,
    vocabulary::CHECK,
    drift::CHECK,
];
