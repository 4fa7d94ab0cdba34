//! Files of JSON lines, one after the other.
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use experiments::{JsonLine, JsonLines};
use indicatif::ProgressBar;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileCounts {
    /// The file.
    pub file: PathBuf,
    /// Lines that were read.
    pub lines: u64,
    /// Lines that are something else.
    pub garbage: u64,
    /// The first of them, and what is wrong with it.
    pub first_garbage: Option<String>,
    /// Whether the last line is not whole.
    pub torn: bool,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("failed to read {}", path.display())]
pub struct ReadError {
    /// The file.
    path: PathBuf,
    /// Why.
    source: io::Error,
}

/// Hands each line of a file to `each`, and moves `progress` on by what was read.
///
/// # Errors
/// A [`ReadError`] if the file cannot be read. Lines that are not what they should be are counted, not refused.
pub fn read<T: DeserializeOwned>(
    path: &Path,
    progress: &ProgressBar,
    mut each: impl FnMut(T),
) -> Result<FileCounts, ReadError> {
    let failed = |source| ReadError { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let mut counts = FileCounts { file: path.to_owned(), ..FileCounts::default() };
    for line in JsonLines::new(BufReader::with_capacity(1 << 16, progress.wrap_read(file))) {
        match line.map_err(failed)? {
            JsonLine::Value(value) => {
                counts.lines += 1;
                each(value);
            }
            JsonLine::Garbage { line, problem } => {
                counts.garbage += 1;
                counts.first_garbage.get_or_insert_with(|| format!("line {line}: {problem}"));
            }
            JsonLine::Torn => counts.torn = true,
        }
    }
    Ok(counts)
}
