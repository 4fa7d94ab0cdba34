//! Records of a folder that may be served.
use std::collections::BTreeMap;
use std::path::Path;

use features::{Key, Record, Schema};
use quality::{Level, Standard, StandardError};
use telemetry::{Clock, SystemClock};

/// Records that must not be served.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// What they are held to is not right.
    #[error(transparent)]
    Standard(#[from] StandardError),
    /// They are not what they should be.
    #[error(transparent)]
    Load(#[from] quality::LoadError),
}

/// Reads the records of these schemas from a folder, and holds them to the schemas and to the expectations in the file
/// `quality`, if there is one. What is only warned of is logged.
///
/// # Errors
/// A [`RecordsError`] if a file cannot be read, or the records are not what they should be.
pub fn read_records(
    folder: &Path,
    quality: Option<&Path>,
    schemas: Vec<Schema>,
) -> Result<BTreeMap<Key, Record>, RecordsError> {
    let standard = match quality {
        Some(path) => Standard::read(path, schemas)?,
        None => Standard::of_schemas(schemas),
    };
    // By the machine's time: how old the records are is a question about them, not about a request.
    let loaded = quality::load(folder, &standard, SystemClock.now())?;
    for measure in loaded.report.at(Level::Warn) {
        tracing::warn!(%measure, "records are not as expected");
    }
    Ok(loaded.records)
}
