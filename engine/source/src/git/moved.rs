//! Folders that are judged as the base had them, wherever their code went: the base as it would be, had files lain all
//! along where head has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, FileMode, Oid, Repository};

use super::listing::Listing;
use super::memory::BEFORE_ALL_OTHERS;
use super::{BaseRequest, Found, OpenError, Surroundings, real_folder, staged};
use crate::change::Change;

/// A folder of a checkout, which need not be there any more.
pub struct Moved<'a> {
    /// The top of the checkout.
    pub top: &'a Path,
    /// The folder's path from there, with `/`.
    pub below: &'a str,
    /// Files that are taken for having been at head's place all along: by that path, the one that the base has them at,
    /// both from the top. What a folder's rules were goes with its code, wherever that is brought.
    pub moved: &'a BTreeMap<String, String>,
}

/// What is judged of a checkout.
#[derive(Clone, Copy)]
pub enum Head<'a> {
    /// As [`open`](super::open) has it.
    WorkingTree,
    /// What is staged, in this file where that is another than the repository's own.
    Index(Option<&'a Path>),
    /// What this revision names.
    Commit(&'a str),
}

/// Opens the change below a place whose code the base has elsewhere, or that is gone: the repository is the one around the
/// top, whatever lies at the place by now.
///
/// # Errors
/// As of [`open`](super::open), [`open_staged`](super::open_staged) and [`open_range`](super::open_range).
pub fn open_moved(place: &Moved<'_>, request: &BaseRequest, head: Head<'_>) -> Result<Change, OpenError> {
    let whole = || place.top.join(place.below);
    let around = Found::around(&real_folder(place.top)?)?.ok_or_else(|| OpenError::NoRoot(whole()))?;
    let found = Found { prefix: place.below.to_owned(), ..around };
    match head {
        Head::WorkingTree => found
            .open(request, &Surroundings::default(), None, place.moved)?
            .ok_or_else(|| OpenError::NoRoot(whole())),
        Head::Index(file) => staged::open(&found, request, file, place.moved),
        Head::Commit(revision) => {
            let odb = found.repository.odb().map_err(OpenError::git("read the repository"))?;
            odb.add_new_mempack_backend(BEFORE_ALL_OTHERS).map_err(OpenError::git("read the repository"))?;
            found.open_commit(request, revision, place.moved)
        }
    }
}

/// Opens the change below a folder that the working tree does not have: all that the base has there is gone.
///
/// # Errors
/// As of [`open`](super::open).
pub fn open_gone(
    root: &Path,
    request: &BaseRequest,
    surroundings: &Surroundings,
) -> Result<Change, OpenError> {
    let none = || OpenError::NoRoot(root.to_owned());
    let around = root.ancestors().find(|above| above.is_dir()).ok_or_else(none)?;
    let found = Found::around(&real_folder(around)?)?.ok_or_else(none)?;
    let prefix = root.strip_prefix(&found.folder).ok().and_then(Path::to_str).ok_or_else(none)?.to_owned();
    let found = Found { prefix, ..found };
    found.open(request, surroundings, None, &BTreeMap::new())?.ok_or_else(none)
}

/// The tree of a commit with files at other places, by the place that they are put to. What head has at the old place still
/// stays there, too. It is known to this handle of the repository only, which holds what is written in memory.
pub(super) fn tree(
    repository: &Repository,
    base: &Commit<'_>,
    moved: &BTreeMap<String, String>,
    head: &Listing,
) -> Result<Oid, OpenError> {
    let rearranged = || -> Result<Oid, git2::Error> {
        let tree = base.tree()?;
        let mut update = TreeUpdateBuilder::new();
        for (to, from) in moved {
            let entry = tree.get_path(Path::new(from))?;
            update.upsert(to, entry.id(), mode(entry.filemode()));
        }
        let left: BTreeSet<&String> = moved.values().collect();
        let has_gone = |from: &&String| !head.files.contains_key(*from) && !moved.contains_key(*from);
        for from in left.into_iter().filter(has_gone) {
            update.remove(from);
        }
        update.create_updated(repository, &tree)
    };
    if moved.is_empty() {
        return Ok(base.tree_id());
    }
    rearranged().map_err(OpenError::git("put files of the base where head has them"))
}

pub(super) fn mode(mode: i32) -> FileMode {
    [FileMode::BlobExecutable, FileMode::Link]
        .into_iter()
        .find(|special| i32::from(*special) == mode)
        .unwrap_or(FileMode::Blob)
}
