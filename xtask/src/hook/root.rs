//! Which gated roots an event is about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policy::{Document, POLICY_FILE, Settings};
use source::Change;

use crate::{gated, house};

/// The root around a folder. A policy that an outer one does not list is passed over: the gate refuses it, and an
/// agent could have planted it. What lies in no repository and below no policy is nobody's: a folder for temporary files
/// may hold anything.
pub(crate) fn around(folder: &Path) -> Option<PathBuf> {
    let root = source::find_root(folder).ok()?;
    let in_repository = root.ancestors().any(|folder| folder.join(".git").symlink_metadata().is_ok());
    if !in_repository && !root.join(POLICY_FILE).is_file() {
        return None;
    }
    let is_top = root.join(".git").symlink_metadata().is_ok() || !root.join(POLICY_FILE).is_file();
    let outer = if is_top { None } else { root.parent().and_then(around) };
    Some(match outer {
        Some(outer)
            if outer.join(POLICY_FILE).is_file()
                && !listed(&outer).contains(&root)
                && !gated::is_older(&root, &outer) =>
        {
            outer
        }
        _ => root,
    })
}

/// The outermost roots that an event from a folder is about, the one around it first. Where the top of the checkout has no
/// policy, those are its gated folders wherever the client stands, each by its own policy, and what lies outside of them is
/// nobody's. Policies that the base does not know count where they are `believed`.
pub(crate) fn outermost(folder: &Path, believed: Option<&BTreeSet<String>>) -> Vec<PathBuf> {
    let Some(root) = around(folder) else { return Vec::new() };
    match gated::folders(&root, believed) {
        Some(folders) => from_here(&root, folders),
        None => vec![without_planted(root)],
    }
}

/// The top of the checkout around a folder: what is judged where every gated folder is gone.
pub(crate) fn top(folder: &Path) -> Option<PathBuf> {
    gated::top(&folder.canonicalize().ok()?).map(Path::to_owned)
}

/// The same of an open change of the checkout with this top, which shows what the index may have lost; and which of them
/// stand inside another.
pub(crate) fn of_change(roots: Vec<PathBuf>, top: &Path, change: &Change) -> Vec<PathBuf> {
    match gated::of_change(top, change) {
        Some(folders) => from_here(roots.first().map_or(top, PathBuf::as_path), folders),
        None => roots,
    }
}

/// These roots, and the gated workspaces below them that their policies list.
pub(crate) fn with_listed(roots: &[PathBuf]) -> Vec<PathBuf> {
    let below = roots.iter().flat_map(|root| listed(root)).filter(|path| path.is_dir());
    roots.iter().cloned().chain(below).collect()
}

/// The root that judges a file after it was written, by what [`outermost`] says of the root around it.
pub(crate) fn judging(root: PathBuf, path: String, folders: Option<&[PathBuf]>) -> Option<(PathBuf, String)> {
    let Some(folders) = folders else { return Some((root, path)) };
    let file = root.join(path);
    let around = folders.iter().filter(|folder| file.starts_with(folder));
    let folder = around.max_by_key(|folder| folder.components().count())?;
    let path = file.strip_prefix(folder).ok()?.to_str()?.to_owned();
    Some((folder.clone(), path))
}

/// The folders with the one around the client first.
fn from_here(here: &Path, mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort_by_key(|folder| !here.starts_with(folder));
    folders
}

/// The top of the checkout in the place of a folder whose policy nobody believes.
fn without_planted(root: PathBuf) -> PathBuf {
    match gated::top(&root) {
        Some(top) if root.join(POLICY_FILE).is_file() && !top.join(POLICY_FILE).is_file() => top.to_owned(),
        _ => root,
    }
}

fn listed(root: &Path) -> Vec<PathBuf> {
    let settings = source::read_regular_text(&root.join(POLICY_FILE))
        .ok()
        .and_then(|text| Document::parse(POLICY_FILE, &text, &house::SCHEMA).ok())
        .and_then(|document| Settings::read(&document).ok());
    settings
        .map(|settings| settings.workspaces.iter().map(|path| root.join(path)).collect())
        .unwrap_or_default()
}
