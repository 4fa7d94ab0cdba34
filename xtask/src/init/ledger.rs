//! What was put into a repository, in a file of its own that is committed with it: whoever has the repository can take
//! Gatefold out again, on any machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::settings::Added;
use super::undo::Piece;

/// Where it lies, from the gated root.
pub(super) const LEDGER: &str = ".gatefold/installed.json";

const SCHEMA: &str = "gatefold.installed/1";

/// Everything that was put in, by its path from the repository's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ledger {
    schema: String,
    /// The version that wrote it.
    by: String,
    pub(super) files: BTreeMap<String, Entry>,
}

/// A file that is ours, or in which something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The digest of what was written.
    pub(super) digest: String,
    /// Whether there was no such file before.
    pub(super) created: bool,
    /// What takes the edit back; none for a file that was created.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pieces: Vec<Piece>,
    /// What was added to settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<Added>,
}

impl Ledger {
    pub(super) fn new() -> Ledger {
        Ledger { schema: SCHEMA.to_owned(), by: env!("CARGO_PKG_VERSION").to_owned(), files: BTreeMap::new() }
    }

    /// Reads one; the error says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Ledger, String> {
        let ledger: Ledger = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if ledger.schema != SCHEMA {
            return Err(format!(
                "its schema is `{}`, and this Gatefold knows `{SCHEMA}`",
                ledger.schema.escape_debug()
            ));
        }
        match ledger.files.keys().find(|path| leads_out(path)) {
            Some(path) => Err(format!("`{}` is no path below the repository", path.escape_debug())),
            None => Ok(ledger),
        }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }
}

/// The ledger is judged text like any other: it chooses no path outside the repository.
fn leads_out(path: &str) -> bool {
    path.is_empty()
        || path.starts_with(".git/")
        || path.contains(['\\', ':', '\0'])
        || path.split('/').any(|part| part.is_empty() || part == "." || part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_read_as_it_was_written() {
        let mut ledger = Ledger::new();
        let entry = Entry { digest: "0".to_owned(), created: true, pieces: Vec::new(), settings: None };
        ledger.files.insert("a/b".to_owned(), entry);
        assert_eq!(Ledger::read(&ledger.text()), Ok(ledger.clone()));
        for hostile in ["../a", "/a", "a/../b", ".git/config", "C:a", ""] {
            let text = ledger.text().replace("a/b", hostile);
            assert!(Ledger::read(&text).is_err(), "{hostile}");
        }
        assert!(Ledger::read("{}").is_err() && Ledger::read("").is_err());
        assert!(Ledger::read(&ledger.text().replace("installed/1", "installed/2")).is_err());
    }
}
