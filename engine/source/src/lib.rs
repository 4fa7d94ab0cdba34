//! The code as it is read: the repository, the workspace, files, syntax, names; the base and the head of a change.
//!
//! This crate judges nothing and executes nothing of what it reads.

mod change;
mod git;
mod tree;

pub use change::{Change, ChangeKind, FileChange, Wider};
pub use tree::{MAX_FILE_BYTES, ReadError, Tree};
