//! The base as it would be, had files lain all along where head has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, FileMode, Oid, Repository};

use super::OpenError;
use super::listing::Listing;

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

fn mode(mode: i32) -> FileMode {
    [FileMode::BlobExecutable, FileMode::Link]
        .into_iter()
        .find(|special| i32::from(*special) == mode)
        .unwrap_or(FileMode::Blob)
}
