//! Files of JSON lines, one after the other.
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
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

/// A file or folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write {}", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// A file of JSON lines that is being written.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    lines: u64,
}

impl Writer {
    /// Writes a new file, in a folder that is made where it is missing.
    ///
    /// # Errors
    /// A [`WriteError`] if the folder or the file cannot be made.
    pub fn create(folder: &Path, name: &str) -> Result<Self, WriteError> {
        fs::create_dir_all(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
        let path = folder.join(name);
        match File::create(&path) {
            Ok(file) => Ok(Self { path, file: BufWriter::new(file), lines: 0 }),
            Err(source) => Err(WriteError { path, source }),
        }
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A [`WriteError`] if it cannot be written.
    pub fn line(&mut self, value: &impl Serialize) -> Result<(), WriteError> {
        let written = serde_json::to_writer(&mut self.file, value).map_err(io::Error::from);
        self.lines += 1;
        written.and_then(|()| self.file.write_all(b"\n")).map_err(|source| self.failed(source))
    }

    /// Ends the file, and says in words what was written.
    ///
    /// # Errors
    /// A [`WriteError`] if its last lines cannot be written.
    pub fn finish(mut self) -> Result<String, WriteError> {
        self.file.flush().map_err(|source| self.failed(source))?;
        Ok(format!("{}: {} lines written", self.path.display(), self.lines))
    }

    fn failed(&self, source: io::Error) -> WriteError {
        WriteError { path: self.path.clone(), source }
    }
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
