//! Counts over saved reports, by rule and by agent.

mod counts;
pub(crate) mod files;
pub(crate) mod let_go;
mod report;
mod show;

pub(crate) use counts::Stats;
pub(crate) use show::{csv, human, json};
