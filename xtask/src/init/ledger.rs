//! What was put into a repository, in a file of its own that is committed with it: whoever has the repository can take
//! Gatefold out again, on any machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use source::Tree;

use super::disk::{self, File};
use super::place::Place;
use super::plan::Step;
use super::settings::Added;
use super::undo::Piece;
use crate::failure::Failure;
use crate::shell;

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
    /// What takes the edit back; none for a file that is ours as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pieces: Vec<Piece>,
    /// What was added to settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settings: Option<Added>,
    /// Folders around it that stood empty before: git has none of them, and they stay when it goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) stood: Vec<String>,
}

/// Every ledger of a repository: that of the workspace that this is about, and those of others. What serves several
/// workspaces stands in one of them, whichever put it in first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ledgers {
    /// Where the own one lies, there or not yet, from the repository's root.
    pub(super) own: String,
    all: BTreeMap<String, Ledger>,
}

impl Ledgers {
    /// Those of a repository whose files are listed.
    pub(super) fn of(place: &Place, listed: &Tree) -> Result<Ledgers, Failure> {
        let own = place.below_top(LEDGER);
        let is_ledger = |path: &&str| *path == LEDGER || path.ends_with(&format!("/{LEDGER}"));
        let others = listed.paths().filter(is_ledger).map(str::to_owned);
        let mut all = BTreeMap::new();
        for path in others.chain([own.clone()]) {
            if let Some(ledger) = read(place, &path)? {
                all.insert(path, ledger);
            }
        }
        Ok(Ledgers { own, all })
    }

    /// What was put in for this workspace.
    pub(super) fn own(&self) -> Option<&Ledger> {
        self.all.get(&self.own)
    }

    /// The other workspaces, by the paths of their ledgers.
    pub(super) fn others(&self) -> impl Iterator<Item = (&str, &Ledger)> {
        self.all.iter().filter(|(path, _)| **path != self.own).map(|(path, ledger)| (path.as_str(), ledger))
    }

    /// What is known of a file, and which ledger knows it; the own one first.
    pub(super) fn find(&self, file: &str) -> Option<(&str, &Entry)> {
        let own = self.all.get_key_value(&self.own);
        let mut all = own.into_iter().chain(&self.all);
        all.find_map(|(path, ledger)| Some((path.as_str(), ledger.files.get(file)?)))
    }

    pub(super) fn entry(&self, file: &str) -> Option<&Entry> {
        self.find(file).map(|(_, entry)| entry)
    }

    /// Makes the own ledger, where it is not there yet.
    pub(super) fn begin_own(&mut self) {
        self.all.entry(self.own.clone()).or_insert_with(Ledger::new);
    }

    /// Notes a file where it is known already, else in the own ledger.
    pub(super) fn put(&mut self, file: &str, entry: Entry) {
        let ledger = self.find(file).map_or(self.own.clone(), |(path, _)| path.to_owned());
        self.put_into(&ledger, file, entry);
    }

    /// Notes a file in one ledger.
    pub(super) fn put_into(&mut self, ledger: &str, file: &str, entry: Entry) {
        self.all.entry(ledger.to_owned()).or_insert_with(Ledger::new).files.insert(file.to_owned(), entry);
    }

    /// What writes those that differ from what they were.
    pub(super) fn steps(&self, before: &Ledgers, place: &Place) -> Result<Vec<Step>, Failure> {
        let top = place.checkout.top();
        let changed = self.all.iter().filter(|(path, ledger)| before.all.get(*path) != Some(ledger));
        let step = |(path, ledger): (&String, &Ledger)| {
            let path = disk::real_path(top, path)?;
            let before = disk::read(top, &path)?;
            let why = "what was put in, so that `--remove` takes out exactly that".to_owned();
            Ok(Step { path, before, after: Some(File::text(ledger.text())), why, folders: Vec::new() })
        };
        changed.map(step).collect()
    }
}

/// The ledger at a path, where there is one.
fn read(place: &Place, path: &str) -> Result<Option<Ledger>, Failure> {
    let path = disk::real_path(place.checkout.top(), path)?;
    let Some(file) = disk::read(place.checkout.top(), &path)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&file.content);
    let read = Ledger::read(&text).map_err(|reason| {
        Failure::usage(format_args!(
            "failed to read `{path}`: {reason}; restore it (`git checkout -- {}`), or take it out to begin anew",
            shell::word(&path)
        ))
    });
    read.map(Some)
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
        let entry = Entry {
            digest: "0".to_owned(),
            created: true,
            pieces: Vec::new(),
            settings: None,
            stood: Vec::new(),
        };
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
