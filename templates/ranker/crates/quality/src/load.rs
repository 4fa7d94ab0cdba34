//! Reads records that may be served.
use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use features::{FileError, Key, Record, read_folder};

use crate::level::Level;
use crate::report::{Report, inspect};
use crate::standard::Standard;

/// How many measures the message of a refusal names.
const NAMED: usize = 3;

/// Records that may be served.
#[derive(Debug)]
pub struct Loaded {
    /// The records.
    pub records: BTreeMap<Key, Record>,
    /// What was measured of them, warnings included.
    pub report: Report,
}

/// Records that must not be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file of theirs cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// They are not what is expected.
    #[error("failed to accept the records: {}", reasons(.0))]
    Refused(Box<Report>),
}

/// Reads a folder of records, and checks it at a time.
///
/// # Errors
/// [`LoadError::File`] if a file cannot be read or is not one of records, [`LoadError::Refused`] if a check refuses the
/// batch.
pub fn load(folder: &Path, standard: &Standard, now: SystemTime) -> Result<Loaded, LoadError> {
    let records = read_folder(folder, &standard.schemas)?;
    let report = inspect(&records, standard, now);
    match report.level() {
        Level::Refuse => Err(LoadError::Refused(Box::new(report))),
        Level::Fine | Level::Warn => Ok(Loaded { records, report }),
    }
}

fn reasons(report: &Report) -> String {
    let refused: Vec<_> = report.at(Level::Refuse).map(ToString::to_string).collect();
    let named = refused.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match refused.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::checks::testing::schemas;
    use crate::expectations::Expectations;

    fn check(tracks: &str) -> Result<(usize, Level), String> {
        let folder = tempfile::tempdir().expect("a folder is made");
        fs::write(folder.path().join("tracks.jsonl"), tracks).expect("the file is written");
        let expectations: Expectations = serde_yaml::from_str(
            "entities: {track: {records: [2, 9], duplicates: {warn: 0.1}, features: {energy: {missing: {refuse: 0.5}}, \
             genre: {missing: {refuse: 0}}, genres: {missing: {refuse: 0}}}}}",
        )
        .expect("the expectations are right");
        let standard = Standard { expectations, ..Standard::of_schemas(schemas()) };
        let loaded = load(folder.path(), &standard, SystemTime::UNIX_EPOCH);
        loaded
            .map(|Loaded { records, report }| (records.len(), report.level()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn records_as_expected_are_loaded() {
        let lines = r#"{"id":"a","at":1,"energy":0.1,"genre":"jazz","genres":{}}
            {"id":"b","at":1,"energy":0.2,"genre":"jazz","genres":{}}"#;
        assert_eq!(check(lines), Ok((2, Level::Fine)));
        assert_eq!(check(&lines.replace("0.2", "0.1")), Ok((2, Level::Warn)));
    }

    #[test]
    fn records_that_are_not_as_expected_are_refused_with_the_reasons() {
        assert_eq!(
            check(r#"{"id":"a","at":1}"#).expect_err("nearly all is missing"),
            "failed to accept the records: size: track: 1 records, expected 2 to 9; missing: track.energy: 1 of 1 records \
             have none; missing: track.genre: 1 of 1 records have none; and 1 more"
        );
    }

    #[test]
    fn a_malformed_file_is_refused() {
        assert!(check("[]").expect_err("a list is no record").contains("tracks.jsonl: line 1"));
    }
}
