//! What is read of a saved report: as little as is counted, so that thousands of them pass through.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
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

/// Why a file is not counted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Uncounted {
    /// It is something else than a report of Gatefold.
    Other,
    /// It is one, or may have been one, and cannot be read.
    Broken(String),
}

/// What stands in the beginning of every report, whatever its version.
const MARK: &str = "gatefold.report/";

/// How much of a file's beginning is searched for the mark, in bytes: the form is the first thing that a report says.
const BEGINNING: u64 = 4096;

/// As much of a document as tells its form.
#[derive(Deserialize)]
struct Form {
    schema: String,
}

impl Saved {
    /// Reads a report.
    ///
    /// # Errors
    /// What else it is, or why it cannot be read.
    pub(super) fn read(file: &Path) -> Result<Saved, Uncounted> {
        let broken = |error: std::io::Error| Uncounted::Broken(error.to_string());
        let mut open = File::open(file).map_err(broken)?;
        match serde_json::from_reader::<_, Saved>(BufReader::new(&open)) {
            Ok(report) if report.schema == SCHEMA => Ok(report),
            Ok(report) => Err(of_another_form(&report.schema)),
            Err(error) => {
                open.rewind().map_err(broken)?;
                Err(no_report(&open, &error).unwrap_or_else(broken))
            }
        }
    }

    /// Whether a guard looked, so that what it does not find is not there.
    pub(super) fn looked(&self, guard: &str) -> bool {
        let ran = self.guards.iter().find(|ran| ran.guard == guard);
        // Findings of the engine itself belong to no listed guard: they are there in every run.
        ran.is_none_or(|ran| matches!(ran.outcome, Outcome::Clean | Outcome::Findings))
    }
}

fn of_another_form(schema: &str) -> Uncounted {
    match schema.starts_with(MARK) {
        true => Uncounted::Broken(format!("it is of the form `{schema}`, and `{SCHEMA}` is counted")),
        false => Uncounted::Other,
    }
}

/// What a file is that does not read as a report: whole JSON says it by its form, and of what is torn the beginning does.
/// Nothing at all is what a full disk leaves of a report.
fn no_report(file: &File, error: &serde_json::Error) -> std::io::Result<Uncounted> {
    if let Ok(Form { schema }) = serde_json::from_reader(BufReader::new(file)) {
        return Ok(match of_another_form(&schema) {
            Uncounted::Broken(_) if schema == SCHEMA => Uncounted::Broken(format!("no report: {error}")),
            told => told,
        });
    }
    let (mut open, mut beginning) = (file, Vec::new());
    open.rewind()?;
    open.take(BEGINNING).read_to_end(&mut beginning)?;
    Ok(match beginning.is_empty() || String::from_utf8_lossy(&beginning).contains(MARK) {
        true => Uncounted::Broken(format!("no whole report: {error}")),
        false => Uncounted::Other,
    })
}
