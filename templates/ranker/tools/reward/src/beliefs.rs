//! The file of beliefs.
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use reward::Belief;
use serde::Serialize;
use tempfile::Builder;

/// What is believed of a track, and since when.
#[derive(Debug, Clone, PartialEq)]
pub struct Believed {
    /// The track's identifier.
    pub track: String,
    /// The beginning of the day of its last outcome, in seconds since 1970.
    pub at: u64,
    /// What was believed then.
    pub belief: Belief,
    /// The outcomes that it rests on.
    pub outcomes: u64,
}

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write {}", path.display())]
pub struct WriteError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

#[derive(Serialize)]
struct Line<'a> {
    at: u64,
    id: &'a str,
    mean: f64,
    outcomes: u64,
    variance: f64,
}

/// The text of the file: a record of the entity `belief` a line, numbers to nine digits after the point.
///
/// # Errors
/// If a number has no JSON form, which no belief's has.
pub fn text(beliefs: &[Believed]) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = Vec::new();
    for Believed { track, at, belief, outcomes } in beliefs {
        let line = Line {
            at: *at,
            id: track,
            mean: rounded(belief.mean()),
            outcomes: *outcomes,
            variance: rounded(belief.variance()).max(1e-9),
        };
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// Writes a file as a whole: who reads it meanwhile reads the old one, and a crash leaves the old or the new one. A file
/// that would not change is left alone; one that changes keeps its permissions. Says whether it was written.
///
/// # Errors
/// A [`WriteError`] if it cannot be; the old file is still there then.
pub fn write(path: &Path, text: &[u8]) -> Result<bool, WriteError> {
    if fs::read(path).is_ok_and(|old| old == text) {
        return Ok(false);
    }
    replace(path, text).map_err(|source| WriteError { path: path.to_owned(), source })?;
    Ok(true)
}

fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = Builder::new().permissions(Permissions::from_mode(0o644)).tempfile_in(folder)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()
}

fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}
