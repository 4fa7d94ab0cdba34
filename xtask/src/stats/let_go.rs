//! What the hooks let go: lines that the loop guard wrote when it stopped sending an agent back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;

/// The given files, else the one of the repository around the current folder, where it is.
///
/// # Errors
/// A given file is not there.
pub(crate) fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    if let Some(missing) = given.iter().find(|file| !file.is_file()) {
        return Err(Failure::usage(format_args!("there is no file `{}`", missing.display())));
    }
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let usual = source::common_git_folder(Path::new(".")).map(|folder| folder.join("gatefold/let-go.jsonl"));
    Ok(usual.into_iter().filter(|file| file.is_file()).collect())
}

/// The form of a line.
const SCHEMA: &str = "gatefold.let-go/1";

/// One line: how many findings of each rule were open when an agent was let go.
#[derive(Debug, Deserialize)]
pub(super) struct LetGo {
    schema: String,
    #[serde(default)]
    pub(super) session: String,
    /// Whether it was one inside that session.
    #[serde(default)]
    pub(super) agent: bool,
    pub(super) rules: BTreeMap<String, u64>,
}

impl LetGo {
    /// Reads a line; `None` where it is none.
    pub(super) fn parse(line: &str) -> Option<LetGo> {
        serde_json::from_str(line).ok().filter(|line: &LetGo| line.schema == SCHEMA)
    }
}
