//! Every file of a git tree, with bounds that a malformed tree runs into instead of the machine.

use std::collections::BTreeMap;
use std::ops::Bound;

use git2::{Index, ObjectType, Oid, Repository};

use crate::tree::{Blob, Unread};

use super::OpenError;

/// More files than any checkout that is worked in has.
pub(crate) const MAX_FILES: usize = 1_000_000;

/// The longest path that is followed, in bytes, as on Linux.
const MAX_PATH: usize = 4096;

const LINK: i32 = 0o120_000;
const SUBMODULE: i32 = 0o160_000;

/// What one tree holds.
#[derive(Default)]
pub(crate) struct Listing {
    pub(crate) files: BTreeMap<String, Blob>,
    pub(crate) unread: Unread,
}

/// Lists a tree and all trees below it.
pub(crate) fn list(repository: &Repository, tree: Oid) -> Result<Listing, OpenError> {
    list_beside(repository, tree, None)
}

/// The same beside a tree that is listed already: what both have is not read again.
pub(crate) fn list_beside(
    repository: &Repository,
    tree: Oid,
    other: Option<(Oid, &Listing)>,
) -> Result<Listing, OpenError> {
    let failed = OpenError::git("list the files of a commit");
    let mut listing = Listing::default();
    let mut seen = 0;
    let mut ahead: Vec<(Vec<u8>, Oid, Option<Oid>)> = vec![(Vec::new(), tree, other.map(|(tree, _)| tree))];
    while let Some((folder, id, twin)) = ahead.pop() {
        if let Some((_, known)) = other.filter(|_| twin == Some(id))
            && let Some(known) = known.folder(&folder)
        {
            seen += known.files.len();
            if seen > MAX_FILES {
                return Err(OpenError::TooManyFiles);
            }
            listing.files.extend(known.files);
            listing.unread.names.extend(known.unread.names);
            listing.unread.repositories.extend(known.unread.repositories);
            continue;
        }
        let twin = twin.map(|twin| repository.find_tree(twin)).transpose().map_err(&failed)?;
        for entry in &repository.find_tree(id).map_err(&failed)? {
            let mut path = folder.clone();
            path.extend_from_slice(entry.name_bytes());
            seen += 1;
            if seen > MAX_FILES || path.len() > MAX_PATH {
                return Err(OpenError::TooManyFiles);
            }
            if entry.kind() == Some(ObjectType::Tree) {
                path.push(b'/');
                let twin = twin.as_ref().and_then(|twin| twin.get_name_bytes(entry.name_bytes()));
                let twin = twin.filter(|twin| twin.kind() == Some(ObjectType::Tree)).map(|twin| twin.id());
                ahead.push((path, entry.id(), twin));
                continue;
            }
            let is_submodule = entry.kind() == Some(ObjectType::Commit);
            listing.take(path, entry.id(), entry.filemode(), is_submodule);
        }
    }
    listing.unread.sort();
    Ok(listing)
}

impl Listing {
    /// What a tree has that was written from this index.
    pub(crate) fn of_index(index: &Index) -> Result<Listing, OpenError> {
        let mut listing = Listing::default();
        if index.len() > MAX_FILES {
            return Err(OpenError::TooManyFiles);
        }
        for entry in index.iter() {
            if entry.path.len() > MAX_PATH {
                return Err(OpenError::TooManyFiles);
            }
            let mode = entry.mode.cast_signed();
            listing.take(entry.path, entry.id, mode, mode == SUBMODULE);
        }
        listing.unread.sort();
        Ok(listing)
    }

    fn take(&mut self, path: Vec<u8>, id: Oid, mode: i32, is_submodule: bool) {
        match String::from_utf8(path) {
            Err(error) => self.unread.names.push(String::from_utf8_lossy(error.as_bytes()).into_owned()),
            Ok(path) if is_submodule => self.unread.repositories.push(path),
            Ok(path) => _ = self.files.insert(path, Blob { id, link: mode == LINK }),
        }
    }

    /// What lies in a folder, which ends with `/` or is the root, by the whole paths. None where its name is not as it
    /// is shown, so that another may be shown alike.
    fn folder(&self, folder: &[u8]) -> Option<Listing> {
        let folder =
            std::str::from_utf8(folder).ok().filter(|it| !it.contains(char::REPLACEMENT_CHARACTER))?;
        let from = self.files.range::<str, _>((Bound::Included(folder), Bound::Unbounded));
        let files = from.take_while(|(path, _)| path.starts_with(folder));
        // Both lists are sorted.
        let own = |names: &[String]| -> Vec<String> {
            let first = names.partition_point(|name| name.as_str() < folder);
            names[first..].iter().take_while(|name| name.starts_with(folder)).cloned().collect()
        };
        Some(Listing {
            files: files.map(|(path, blob)| (path.clone(), *blob)).collect(),
            unread: Unread { names: own(&self.unread.names), repositories: own(&self.unread.repositories) },
        })
    }

    /// Whether there is any file below a folder; the empty prefix is the whole.
    pub(crate) fn has_files_below(&self, prefix: &str) -> bool {
        let folder = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let mut from = self.files.range::<str, _>((Bound::Included(folder.as_str()), Bound::Unbounded));
        from.next().is_some_and(|(path, _)| path.starts_with(&folder))
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of these files; one whose text is `submodule` is a repository within.
    fn tree(repository: &Repository, files: &[(&[u8], &str)]) -> Oid {
        let mut top = repository.treebuilder(None).expect("a builder");
        let mut folders: BTreeMap<&[u8], Vec<(&[u8], &str)>> = BTreeMap::new();
        for (path, text) in files {
            match path.iter().position(|byte| *byte == b'/') {
                Some(at) => folders.entry(&path[..at]).or_default().push((&path[at + 1..], text)),
                None if *text == "submodule" => {
                    let id = Oid::from_str("1111111111111111111111111111111111111111").expect("an id");
                    top.insert(path, id, 0o160_000).expect("inserted");
                }
                None => {
                    let id = repository.blob(text.as_bytes()).expect("written");
                    top.insert(path, id, 0o100_644).expect("inserted");
                }
            }
        }
        for (folder, files) in folders {
            top.insert(folder, tree(repository, &files), 0o040_000).expect("inserted");
        }
        top.write().expect("written")
    }

    #[test]
    fn what_is_listed_beside_another_tree_is_what_is_listed_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Repository::init(folder.path()).expect("a repository");
        let one = tree(
            &repository,
            &[
                (b"a/b/c.rs", "c"),
                (b"a/b.rs", "b"),
                (b"a-b/c.rs", "c"),
                (b"kept/inner", "submodule"),
                (b"kept/\xff.rs", "x"),
                ("\u{fffd}/d.rs".as_bytes(), "d"),
                (b"was/e.rs", "e"),
            ],
        );
        let other = tree(
            &repository,
            &[
                (b"a/b/c.rs", "c"),
                (b"a/b.rs", "another"),
                (b"a-b/c.rs", "c"),
                (b"kept/inner", "submodule"),
                (b"kept/\xff.rs", "x"),
                ("\u{fffd}/d.rs".as_bytes(), "d"),
                (b"\xff/d.rs", "d"),
                (b"is/e.rs", "e"),
                (b"was", "a file by now"),
            ],
        );
        for (tree, beside) in [(one, other), (other, one), (one, one)] {
            let alone = list(&repository, tree).expect("listed");
            let known = list(&repository, beside).expect("listed");
            let both = list_beside(&repository, tree, Some((beside, &known))).expect("listed");
            assert_eq!(both.files, alone.files);
            assert_eq!(both.unread.names, alone.unread.names);
            assert_eq!(both.unread.repositories, alone.unread.repositories);
            assert_eq!((alone.unread.repositories.len(), alone.files.len() > 4), (1, true));
            assert!(
                alone.has_files_below("") && alone.has_files_below("a") && !alone.has_files_below("a/b.r")
            );
        }
    }
}
