//! Whether a change only goes back: whether it undoes, whole and byte for byte, what the default branch did.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{Commit, Delta, ObjectType, Oid, Repository, Tree as GitTree};

use super::{Found, OpenError, real_folder};
use crate::change::Change;

/// The most commits that are looked at, and the most pairs of them that are compared.
const MAX_COMMITS: usize = 2_000;

/// The commit before the ones that a change undoes: a row of commits of the base's own line (first parents) of which
/// head takes back every file, with nothing besides. Only files that `counts` says yes to are asked about, by their
/// paths from the repository's root. `None` where the change does anything else to them, or goes back to a state that
/// ended before `since`, in seconds since 1970.
pub fn undone(
    root: &Path,
    change: &Change,
    since: i64,
    counts: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, OpenError> {
    let Some(base) = &change.base_info.commit else { return Ok(None) };
    let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(None) };
    let mut now = head_of(change);
    now.retain(|path, _| counts(path));
    if now.is_empty() {
        return Ok(None);
    }
    let look = || -> Result<Option<String>, git2::Error> {
        let mut row = vec![found.repository.find_commit(Oid::from_str(base)?)?];
        let mut compared = 0;
        while let Some(last) = row.last().filter(|last| last.time().seconds() >= since) {
            // The first commit has no parent, and in a shallow clone the parent is not there.
            let Ok(state) = last.parent(0) else { break };
            let tree = state.tree()?;
            if row.len() > MAX_COMMITS {
                break;
            }
            if now.iter().all(|(path, blob)| blob_at(&tree, path) == *blob) {
                for commit in row.iter().rev() {
                    compared += 1;
                    if compared > MAX_COMMITS {
                        return Ok(None);
                    }
                    if is_all_of(&found.repository, &tree, commit, &now, counts)? {
                        return Ok(Some(state.id().to_string()));
                    }
                }
            }
            row.push(state);
        }
        Ok(None)
    };
    look().map_err(OpenError::git("read the history of the base"))
}

/// What head has at each path that the change touches, in the whole repository; `None` where it has nothing.
fn head_of(change: &Change) -> BTreeMap<&str, Option<Oid>> {
    let (files, head) = match &change.repository {
        Some(wider) => (&wider.files, &wider.head),
        None => (&change.files, &change.head),
    };
    let blob = |path: &str| Oid::hash_object(ObjectType::Blob, &head.read(path).ok()?).ok();
    let paths = files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.from));
    paths.map(|path| (path.as_str(), blob(path))).collect()
}

fn blob_at(tree: &GitTree<'_>, path: &str) -> Option<Oid> {
    tree.get_path(Path::new(path)).ok().map(|entry| entry.id())
}

/// Whether what changed from a state to a later commit is what the change touches, no less and no more.
fn is_all_of(
    repository: &Repository,
    state: &GitTree<'_>,
    later: &Commit<'_>,
    now: &BTreeMap<&str, Option<Oid>>,
    counts: &dyn Fn(&str) -> bool,
) -> Result<bool, git2::Error> {
    let diff = repository.diff_tree_to_tree(Some(state), Some(&later.tree()?), None)?;
    let path =
        |file: git2::DiffFile<'_>| file.path_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let changed: BTreeSet<String> = diff
        .deltas()
        .filter_map(|delta| {
            path(if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() })
        })
        .filter(|path| counts(path))
        .collect();
    Ok(changed.len() == now.len() && changed.iter().all(|path| now.contains_key(path.as_str())))
}
