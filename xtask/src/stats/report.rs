//! What is read of a saved report: as little as is counted, so that thousands of them pass through.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use findings::{BaseInfo, ChangeInfo, Level, Outcome, SCHEMA, Status, Tier};
use serde::Deserialize;

/// A report `gatefold.report/1`.
#[derive(Debug, Deserialize)]
pub(super) struct Saved {
    schema: String,
    pub(super) tier: Tier,
    pub(super) base: BaseInfo,
    /// Reports of older judges have none.
    #[serde(default)]
    pub(super) change: ChangeInfo,
    pub(super) guards: Vec<Ran>,
    pub(super) findings: Vec<Found>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ran {
    pub(super) guard: String,
    pub(super) outcome: Outcome,
}

#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) rule: String,
    pub(super) guard: String,
    #[expect(dead_code, reason = "a report without levels is none, and is told as broken")]
    level: Level,
    pub(super) status: Status,
    pub(super) fingerprint: String,
}

impl Saved {
    /// Reads a report.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub(super) fn read(file: &Path) -> Result<Saved, String> {
        let open = File::open(file).map_err(|error| error.to_string())?;
        let report: Saved =
            serde_json::from_reader(BufReader::new(open)).map_err(|error| format!("no report: {error}"))?;
        if report.schema != SCHEMA {
            return Err(format!("it is of the form `{}`, and `{SCHEMA}` is counted", report.schema));
        }
        Ok(report)
    }

    /// Whether a guard looked, so that what it does not find is not there.
    pub(super) fn looked(&self, guard: &str) -> bool {
        let ran = self.guards.iter().find(|ran| ran.guard == guard);
        // Findings of the engine itself belong to no listed guard: they are there in every run.
        ran.is_none_or(|ran| matches!(ran.outcome, Outcome::Clean | Outcome::Findings))
    }
}
