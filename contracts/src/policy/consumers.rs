//! `consumers`: who is known to use what is served.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::{Policy, both_endings};

/// Who is known to use what is served.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Consumers {
    /// Globs of the files in which consumers say what they use.
    pub files: Vec<String>,
    /// Whether a field that no known consumer uses may go with a `reserved`, whatever the category says.
    pub unread_may_go: bool,
}

impl Default for Consumers {
    fn default() -> Consumers {
        Consumers { files: both_endings("contracts/consumers/*"), unread_may_go: false }
    }
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "consumers.files",
        "list of globs",
        "[contracts/consumers/*.yaml, contracts/consumers/*.yml]",
        Direction::MoreTightens,
        "Files in which consumers say which RPCs they call and which fields they send and read. The verdict of a \
         breaking change names them; what one of them uses does not go, reserved or not.",
    ),
    Key::new(
        "consumers.unread_may_go",
        "true or false",
        "false",
        Direction::TrueLoosens,
        "Whether a field may go, its number and name reserved, that no consumer uses: no file of `consumers.files`, and no \
         Rust code of the workspace but tests. Categories other than `FILE`, `PACKAGE` and `CSR` let it go anyway. \
         Of a message that no consumer's file reaches nothing is known, and its fields stay.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (index, glob) in policy.consumers.files.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            return Err(document.error_at(&format!("contracts.consumers.files[{index}]"), error));
        }
    }
    Ok(())
}
