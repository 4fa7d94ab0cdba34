//! Which folders of a repository are gated where its top has no policy: those that have one of their own.
//!
//! What a change brings must not choose its judge, so that what the base knows counts first.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policy::POLICY_FILE;
use source::{Change, Tree};

/// The top of the checkout around a folder.
pub(crate) fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())
}

/// The outermost gated folders of the repository around a folder, found in git's index and not on the disk. `None` where
/// the top has a policy, and where nobody has one, so that the root around the folder is judged.
///
/// Where the base knows no policy, those that head brings count: all of them, or only those that are `believed`, by their
/// paths from the top. They are looked for beside those of the index, since an index may have lost them.
pub(crate) fn folders(start: &Path, believed: Option<&BTreeSet<String>>) -> Option<Vec<PathBuf>> {
    if top(start)?.join(POLICY_FILE).is_file() {
        return None;
    }
    let origin = source::origin(start).ok()??;
    let mut paths: BTreeSet<String> = origin.staged(POLICY_FILE).into_iter().collect();
    paths.extend(believed.into_iter().flatten().cloned());
    paths.insert(POLICY_FILE.to_owned());
    let (known, mut new): (BTreeSet<String>, BTreeSet<String>) =
        paths.into_iter().partition(|path| origin.id(path).is_some());
    new.retain(|path| origin.folder().join(path).is_file());
    if known.is_empty() {
        new.retain(|path| believed.is_none_or(|believed| believed.contains(path)));
    }
    let is_gated = !known.is_empty() || !new.is_empty();
    is_gated.then(|| outermost(origin.folder(), &known, &new))
}

/// The same of an open change, whose listings miss nothing; `None` also where the base knows no policy.
pub(crate) fn of_change(top: &Path, change: &Change) -> Option<Vec<PathBuf>> {
    let (base, head) = whole(change);
    let known = policies(base?);
    if known.is_empty() || known.contains(POLICY_FILE) {
        return None;
    }
    let new = policies(head).difference(&known).cloned().collect();
    Some(outermost(top, &known, &new))
}

/// The paths of all policies that either side of a change has in the repository.
pub(crate) fn of_both(change: &Change) -> BTreeSet<String> {
    let (base, head) = whole(change);
    base.into_iter().chain([head]).flat_map(policies).collect()
}

/// Both sides of a change from the top of the repository.
fn whole(change: &Change) -> (Option<&Tree>, &Tree) {
    match &change.repository {
        Some(wider) => (wider.base.as_ref(), &wider.head),
        None => (change.base.as_ref(), &change.head),
    }
}

/// The paths of all policies in a tree.
fn policies(tree: &Tree) -> BTreeSet<String> {
    let is_policy = |path: &&str| Path::new(path).file_name().is_some_and(|name| name == POLICY_FILE);
    tree.paths().filter(is_policy).map(str::to_owned).collect()
}

/// Whether the base knows the policy of a folder and none of the folder above, so that this one judges nothing below it.
pub(crate) fn is_older(folder: &Path, above: &Path) -> bool {
    let Ok(Some(origin)) = source::origin(folder) else { return false };
    let is_known = |folder: &Path| {
        let path = folder.strip_prefix(origin.folder()).unwrap_or(folder).join(POLICY_FILE);
        path.to_str().is_some_and(|path| origin.id(path).is_some())
    };
    is_known(folder) && !is_known(above)
}

/// The folders of these policies that are there and lie in no other: one inside another counts where that lists it. What is
/// new takes nothing from what is known.
fn outermost(top: &Path, known: &BTreeSet<String>, new: &BTreeSet<String>) -> Vec<PathBuf> {
    let folder = |path: &String| Path::new(path).parent().map(Path::to_owned).unwrap_or_default();
    let known: BTreeSet<PathBuf> = known.iter().map(folder).collect();
    let new: BTreeSet<PathBuf> = new.iter().map(folder).collect();
    let lies_in = |path: &Path, others: &BTreeSet<PathBuf>| {
        path.ancestors().skip(1).any(|above| others.contains(above))
    };
    let known_ones = known.iter().filter(|path| !lies_in(path, &known));
    let new_ones = new.iter().filter(|path| !lies_in(path, &known) && !lies_in(path, &new));
    let whole = |path: &PathBuf| if path.as_os_str().is_empty() { top.to_owned() } else { top.join(path) };
    let folders: BTreeSet<PathBuf> = known_ones.chain(new_ones).map(whole).collect();
    folders.into_iter().filter(|folder| folder.is_dir()).collect()
}
