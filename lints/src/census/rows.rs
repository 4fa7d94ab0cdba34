//! Tables as text: a line a row, columns parted by tabs, `#` before a remark.

use std::path::{Path, PathBuf};

/// Why the committed files of the census could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("failed to {what} `{}`: {error}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
    /// A line that is not what the file holds.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counting from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A published crate whose code the guard could not look at.
    #[error("failed to look at `{folder}`: {error}")]
    Guard {
        /// The crate and its version.
        folder: String,
        /// What the guard said.
        error: crate::Error,
    },
}

/// One row, and where it stands.
pub(super) struct Row<'a> {
    path: &'a Path,
    line: usize,
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The cells, of which there are as many as the caller names.
    pub(super) fn cells<const N: usize>(&self) -> Result<[&'a str; N], Error> {
        let count = self.cells.len();
        self.cells
            .as_slice()
            .try_into()
            .map_err(|_| self.error(format!("{N} columns are needed, parted by tabs, and there are {count}")))
    }

    /// A cell as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, cell: &str) -> Result<T, Error> {
        cell.parse().map_err(|_| self.error(format!("`{cell}` is no number")))
    }

    /// What is wrong with the row.
    pub(super) fn error(&self, message: String) -> Error {
        Error::Line { path: self.path.to_owned(), line: self.line, message }
    }
}

/// The rows of a file's text.
pub(super) fn rows<'a>(path: &'a Path, text: &'a str) -> impl Iterator<Item = Row<'a>> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(move |(number, line)| Row { path, line: number, cells: line.split('\t').collect() })
}

/// A file's text; the empty text where it is not there.
pub(super) fn text(path: &Path) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| Error::File { what: "read", path: path.to_owned(), error }),
    }
}

/// Every `NAME.tsv` of a folder by its name, in order; none where the folder is not there.
pub(super) fn tables(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let failed = |error| Error::File { what: "list", path: folder.to_owned(), error };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut tables = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if let (Some(stem), Some("tsv")) = (path.file_stem(), path.extension().and_then(|it| it.to_str())) {
            tables.push((stem.to_string_lossy().into_owned(), path));
        }
    }
    tables.sort();
    Ok(tables)
}
