//! What could not be read, and where: never a reason to stop reading the rest.

use crate::ReadError;

/// Why something was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ProblemKind {
    /// Not Rust, as far as the parser knows Rust.
    Unparsable,
    /// Nested so deeply that parsing it could overflow the stack.
    TooDeep,
    /// Larger than the largest file that is read.
    TooLarge,
    /// Not UTF-8, outside the root, or refused by the operating system or git.
    Unreadable,
    /// A manifest that cannot be understood.
    Manifest,
    /// A `mod` declaration or an `include!` whose file is not there.
    MissingModule,
    /// A member, path dependency or target that is not there, or that belongs to another workspace or repository.
    Member,
    /// A path of a manifest that leads out of the root.
    Outside,
    /// Two packages of one name.
    Twin,
}

/// Something that could not be read. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// Path from the root.
    pub path: String,
    /// Where in the file, if it is a place.
    pub line: Option<u32>,
    /// Where in the line, if it is a place.
    pub column: Option<u32>,
    /// What kind of problem.
    pub kind: ProblemKind,
    /// One line, lower case, no full stop.
    pub message: String,
}

impl Problem {
    /// A problem of a file as a whole.
    pub fn of_file(path: &str, kind: ProblemKind, message: impl Into<String>) -> Self {
        Problem { path: path.to_owned(), line: None, column: None, kind, message: message.into() }
    }

    /// A problem at a place.
    pub fn at(path: &str, line: u32, column: u32, kind: ProblemKind, message: impl Into<String>) -> Self {
        Problem { line: Some(line), column: Some(column), ..Problem::of_file(path, kind, message) }
    }

    /// The problem that a failed read is.
    pub fn of_read(path: &str, error: &ReadError) -> Self {
        let kind = match error {
            ReadError::TooLarge { .. } => ProblemKind::TooLarge,
            _ => ProblemKind::Unreadable,
        };
        Problem::of_file(path, kind, error.to_string())
    }
}
