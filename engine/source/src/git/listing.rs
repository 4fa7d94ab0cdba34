//! Every file of a git tree, with bounds that a malformed tree runs into instead of the machine.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, Repository};

use crate::tree::{Blob, Unread};

use super::OpenError;

/// More files than any checkout that is worked in has.
pub(crate) const MAX_FILES: usize = 1_000_000;

/// The longest path that is followed, in bytes, as on Linux.
const MAX_PATH: usize = 4096;

const LINK: i32 = 0o120_000;

/// What one tree holds.
#[derive(Default)]
pub(crate) struct Listing {
    pub(crate) files: BTreeMap<String, Blob>,
    pub(crate) unread: Unread,
}

/// Lists a tree and all trees below it.
pub(crate) fn list(repository: &Repository, tree: Oid) -> Result<Listing, OpenError> {
    let failed = OpenError::git("list the files of a commit");
    let mut listing = Listing::default();
    let mut seen = 0;
    let mut ahead: Vec<(Vec<u8>, Oid)> = vec![(Vec::new(), tree)];
    while let Some((folder, id)) = ahead.pop() {
        for entry in &repository.find_tree(id).map_err(&failed)? {
            let mut path = folder.clone();
            path.extend_from_slice(entry.name_bytes());
            seen += 1;
            if seen > MAX_FILES || path.len() > MAX_PATH {
                return Err(OpenError::TooManyFiles);
            }
            if entry.kind() == Some(ObjectType::Tree) {
                path.push(b'/');
                ahead.push((path, entry.id()));
                continue;
            }
            let blob = Blob { id: entry.id(), link: entry.filemode() == LINK };
            match String::from_utf8(path) {
                Err(error) => {
                    listing.unread.names.push(String::from_utf8_lossy(error.as_bytes()).into_owned())
                }
                Ok(path) if entry.kind() == Some(ObjectType::Commit) => {
                    listing.unread.repositories.push(path)
                }
                Ok(path) => {
                    listing.files.insert(path, blob);
                }
            }
        }
    }
    listing.unread.sort();
    Ok(listing)
}

impl Listing {
    /// The part below a folder, with paths from there. The empty prefix is the whole.
    pub(crate) fn below(&self, prefix: &str) -> Listing {
        let strip = |path: &str| {
            if prefix.is_empty() {
                return Some(path.to_owned());
            }
            Some(path.strip_prefix(prefix)?.strip_prefix('/')?.to_owned())
        };
        Listing {
            files: self.files.iter().filter_map(|(path, blob)| Some((strip(path)?, *blob))).collect(),
            unread: self.unread.filter_map(strip),
        }
    }
}

impl Unread {
    pub(crate) fn sort(&mut self) {
        for list in [&mut self.names, &mut self.repositories] {
            list.sort();
            list.dedup();
        }
    }

    pub(crate) fn extend(&mut self, other: Unread) {
        self.names.extend(other.names);
        self.repositories.extend(other.repositories);
        self.sort();
    }

    fn filter_map(&self, keep: impl Fn(&str) -> Option<String>) -> Unread {
        let pick = |list: &[String]| list.iter().filter_map(|name| keep(name)).collect();
        Unread { names: pick(&self.names), repositories: pick(&self.repositories) }
    }
}
