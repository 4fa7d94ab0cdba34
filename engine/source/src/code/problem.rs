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
    /// A member or target of a manifest that leads out of the root.
    Outside,
    /// A path dependency that leads out of the root. Its package is one from elsewhere.
    Elsewhere,
    /// Two packages of one name.
    Twin,
}

impl ProblemKind {
    /// What to do about it, as the help of a finding.
    pub fn mend(self) -> &'static str {
        match self {
            ProblemKind::Unparsable => "make it compile; if it does, its syntax is newer than the parser",
            ProblemKind::TooDeep => "nest it less deeply, and keep generated data in a data file",
            ProblemKind::TooLarge => {
                "split it, keep data out of the code, or generate what it lists at build time"
            }
            ProblemKind::Unreadable => "save it as UTF-8 below the root, or replace the link by the file",
            ProblemKind::Manifest => "mend the manifest: `cargo metadata --no-deps` says what it expects",
            ProblemKind::MissingModule => "add the file, or write the module in place",
            ProblemKind::Member => {
                "add what is named, or take the name out; list a workspace of its own under `exclude`"
            }
            ProblemKind::Outside => {
                "move it below the root, or start with `--root` at the folder that holds the workspace and it"
            }
            ProblemKind::Elsewhere => {
                "gate that package where it is, or start with `--root` at the folder that holds both"
            }
            ProblemKind::Twin => "rename one of the two packages",
        }
    }
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
