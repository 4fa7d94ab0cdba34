//! What is wrong with a policy or another YAML file, and where.

use std::fmt;

/// A YAML file that could not be read, or that says something that makes no sense. Displays as
/// `gatefold.yaml:7:15: failed to ..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// Path from the root, with `/`.
    pub file: String,
    /// Line, counted from 1; `None` where the file as a whole is meant.
    pub line: Option<u32>,
    /// Column in characters, counted from 1.
    pub column: Option<u32>,
    /// What failed: a fragment that begins with "failed to".
    pub message: String,
}

impl PolicyError {
    /// An error about the file as a whole.
    pub fn new(file: &str, message: impl Into<String>) -> Self {
        PolicyError { file: file.to_owned(), line: None, column: None, message: message.into() }
    }

    /// The same error at a place.
    #[must_use]
    pub fn at(mut self, place: Option<(u32, u32)>) -> Self {
        (self.line, self.column) = (place.map(|(line, _)| line), place.map(|(_, column)| column));
        self
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for PolicyError {}
