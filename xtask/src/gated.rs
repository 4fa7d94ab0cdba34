//! Which folders of a repository are gated where its top has no policy: those that have one of their own.
//!
//! What a change brings must not choose its judge, so that what the base knows counts first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use policy::POLICY_FILE;
use source::{BaseRequest, Change, Surroundings, Tree};

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

/// The same where none of them is in git yet: as they lie on the disk, wherever git would take them.
pub(crate) fn on_disk(start: &Path) -> Option<Vec<PathBuf>> {
    let top = top(start)?;
    let head = source::open(top, &BaseRequest::None, &Surroundings::default()).ok()?.head;
    let new = policies(&head);
    let is_gated = !new.is_empty() && !new.contains(POLICY_FILE);
    is_gated.then(|| outermost(top, &BTreeSet::new(), &new))
}

/// The same of an open change, whose listings miss nothing; `None` also where the base knows no policy. One at the top that
/// is gone judges on.
pub(crate) fn of_change(top: &Path, change: &Change) -> Option<Vec<PathBuf>> {
    let (base, head) = whole(change);
    let known = policies(base?);
    if known.contains(POLICY_FILE) {
        return (!head.contains(POLICY_FILE)).then(|| vec![top.to_owned()]);
    }
    if known.is_empty() {
        return None;
    }
    let new = policies(head).difference(&known).cloned().collect();
    Some(outermost(top, &known, &new))
}

/// Code that the base has in a gated folder, and that lies in none that the base knows by now; or nowhere.
pub(crate) struct Moved {
    /// The folder whose policy judges it at the base, by its path from the top.
    pub(crate) from: String,
    /// The root below which it lies, by its path from the top: the same, where the folder is gone, or is a repository of
    /// its own.
    pub(crate) to: String,
    /// Where the base has the files, by where they are, from the top. The policy is among them.
    pub(crate) files: BTreeMap<String, String>,
    /// Whether the folder went there as such, so that all that is there is judged.
    pub(crate) is_whole: bool,
}

impl Moved {
    /// The files that alone are asked about, if not all of the root is.
    pub(crate) fn asked(&self) -> Option<BTreeSet<String>> {
        (!self.is_whole).then(|| self.here().into_iter().collect())
    }

    /// Whether it is the whole folder under another name, which the gate sees for itself.
    fn is_renamed(&self) -> bool {
        self.is_whole && self.from != self.to && !self.to.is_empty()
    }

    /// The code that came, by its paths from the root below which it lies.
    pub(crate) fn here(&self) -> Vec<String> {
        let paths = self.files.keys().filter_map(|path| below(&self.to, path));
        paths.filter(|path| *path != POLICY_FILE).map(str::to_owned).collect()
    }
}

/// What is to be known of it: who sees it, where the gate alone does not, and what becomes of it if it is meant.
pub(crate) fn told(moved: &Moved, seen: &str) -> String {
    let Moved { from, to, .. } = moved;
    if to == from {
        return format!(
            "At the base `{from}` is judged by its policy, and so it is here, though it was taken out, ignored or made a \
             repository of its own. {seen} Only a person lets a gated folder go."
        );
    }
    let seen = if moved.is_renamed() { String::new() } else { format!(" {seen}") };
    let to = if to.is_empty() { "." } else { to };
    format!(
        "At the base `{from}` is judged by its policy, and code of it lies below `{to}` now, which frees it of nothing: it is \
         judged as it was there.{seen} If the policy must be another there, bring the code back and say so."
    )
}

/// The gated folder of the base that lies as a whole below the root of a change, where the base has no policy; none where
/// several do.
pub(crate) fn renamed_here(top: &Path, change: &Change) -> Option<Moved> {
    let (base, wider) = (change.base.as_ref()?, change.repository.as_ref()?);
    if base.contains(POLICY_FILE) {
        return None;
    }
    let mut here =
        moved(top, change).into_iter().filter(|moved| moved.is_renamed() && moved.to == wider.prefix);
    let first = here.next()?;
    here.next().is_none().then_some(first)
}

/// Where the code of gated folders went, if the top of the repository has no policy at the base: a move must not choose
/// another judge than the base knew, nor may a folder be taken out from under its own. What went into another folder that the
/// base knows is judged there.
pub(crate) fn moved(top: &Path, change: &Change) -> Vec<Moved> {
    let (base, head) = whole(change);
    let Some(base) = base else { return Vec::new() };
    let known: BTreeSet<String> = policies(base).iter().map(|path| folder_of(path).to_owned()).collect();
    if known.is_empty() || known.contains("") {
        return Vec::new();
    }
    let new: BTreeSet<String> = policies(head).iter().map(|path| folder_of(path).to_owned()).collect();
    let outermost = known.iter().filter(|folder| around(folder, &known).is_none());
    let moves = |from: &String| Moves { from, known: &known, new: &new, base, head, top }.all(change);
    outermost.flat_map(moves).collect()
}

/// What is asked of one gated folder.
struct Moves<'a> {
    from: &'a str,
    known: &'a BTreeSet<String>,
    new: &'a BTreeSet<String>,
    base: &'a Tree,
    head: &'a Tree,
    top: &'a Path,
}

impl Moves<'_> {
    /// Where its code went, by root; the folder itself, where all of it is gone or is a repository of its own.
    fn all(&self, change: &Change) -> Vec<Moved> {
        let policy = format!("{}/{POLICY_FILE}", self.from);
        let has_gone = !self.head.contains(&policy);
        let mut by_root: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for file in change.repository.as_ref().map_or(&change.files, |wider| &wider.files) {
            let Some(from) = file.from.as_ref().filter(|from| below(self.from, from).is_some()) else {
                continue;
            };
            if around(&file.path, self.known).is_none() {
                let root = self.root_of(from, &file.path, has_gone);
                by_root.entry(root).or_default().insert(file.path.clone(), from.clone());
            }
        }
        let is_left = |path: &str| below(self.from, path).is_some();
        let is_apart = is_repository(&self.top.join(self.from));
        let has_left = by_root.is_empty() && has_gone && !self.head.paths().any(is_left);
        let (from, to) = (self.from.to_owned(), self.from.to_owned());
        let itself = Moved { from, to, files: BTreeMap::new(), is_whole: true };
        let has_gone = has_gone && !is_apart;
        let heir = by_root.iter().max_by_key(|(_, files)| files.len()).map(|(root, _)| root.clone());
        let taken: BTreeSet<String> = by_root.values().flat_map(BTreeMap::values).cloned().collect();
        let moved = by_root.into_iter().map(|(to, mut files)| {
            let is_whole = has_gone && heir.as_ref() == Some(&to);
            if is_whole {
                let gone =
                    self.base.paths().filter(|path| !taken.contains(*path) && !self.head.contains(path));
                let placed =
                    gone.filter_map(|path| Some((joined(&to, below(self.from, path)?), path.to_owned())));
                files.extend(placed.filter(|(to, _)| !self.base.contains(to)));
            }
            files.insert(joined(&to, POLICY_FILE), policy.clone());
            Moved { from: self.from.to_owned(), to, files, is_whole }
        });
        moved.chain((is_apart || has_left).then_some(itself)).collect()
    }

    /// The root that a file came to: the new gated folder around it; where the whole folder was brought elsewhere, that
    /// place; else the root that is around it anyway.
    fn root_of(&self, from: &str, path: &str, has_gone: bool) -> String {
        if let Some(folder) = around(path, self.new) {
            return folder.to_owned();
        }
        let same_below = || path.strip_suffix(below(self.from, from)?);
        if let Some(folder) =
            same_below().filter(|folder| has_gone && (folder.is_empty() || folder.ends_with('/')))
        {
            return folder.trim_end_matches('/').to_owned();
        }
        let root = source::find_root(&self.top.join(folder_of(path))).ok();
        let root = root.as_ref().and_then(|root| root.strip_prefix(self.top).ok()?.to_str());
        root.unwrap_or_default().to_owned()
    }
}

/// The outermost of these folders around a path.
fn around<'f>(path: &str, folders: &'f BTreeSet<String>) -> Option<&'f str> {
    folders
        .iter()
        .map(String::as_str)
        .filter(|folder| below(folder, path).is_some())
        .min_by_key(|it| it.len())
}

/// A path from a folder around it.
pub(crate) fn below<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
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
    let is_judged_here = |folder: &PathBuf| folder.is_dir() && (folder == top || !is_repository(folder));
    folders.into_iter().filter(is_judged_here).collect()
}

/// Whether a folder is the top of a checkout of its own.
fn is_repository(folder: &Path) -> bool {
    folder.join(".git").symlink_metadata().is_ok()
}
