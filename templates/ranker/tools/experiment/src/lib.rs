//! Says what came of experiments: reads exposures and outcomes, and judges each arm.
//!
//! Statistics are those of the README, which names their sources; [`judge`] decides, everything else counts or shows.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod assign;
mod compare;
mod files;
mod interval;
mod judge;
mod ledger;
mod quantiles;
mod report;
mod sample;
mod sample_ratio;
mod simulate;
mod text;

pub use assign::{Placed, assign};
pub use compare::{Comparison, Finding, Numbers};
pub use files::{FileCounts, ReadError, WriteError, Writer, read};
pub use interval::{Bounds, contrast, ratio_bounds};
pub use judge::{ALPHA, ArmSample, Judgement, MIN_UNITS, Verdict, judge};
pub use ledger::{ArmCounts, Ledger, LedgerCounts};
pub use report::{ArmReport, ExperimentReport, Report, rfc3339};
pub use sample::{Estimate, Sample, Spread, UnitTotal};
pub use sample_ratio::{MISMATCH, SampleRatio};
pub use simulate::{Event, Simulation, Truth, simulate};
pub use text::text;
