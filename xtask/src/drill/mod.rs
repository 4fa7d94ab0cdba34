//! The drill: known faults, planted in a copy of the reference workspace and judged by the real gate.

mod copy;
mod exercise;
mod faults;
mod plot;
mod seed;
mod table;

pub(crate) use copy::workspace_around;
pub(crate) use exercise::{Drill, drill};
pub(crate) use table::table;
