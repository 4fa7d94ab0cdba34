//! Which gated roots an event is about.

use std::path::{Path, PathBuf};

use policy::{Document, POLICY_FILE, Settings};

use crate::house;

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
        Some(outer) if outer.join(POLICY_FILE).is_file() && !listed(&outer).contains(&root) => outer,
        _ => root,
    })
}

/// The root around a folder, and the gated workspaces below it that its policy lists.
pub(crate) fn all(folder: &Path) -> Vec<PathBuf> {
    let Some(root) = around(folder) else { return Vec::new() };
    let below: Vec<PathBuf> = listed(&root).into_iter().filter(|path| path.is_dir()).collect();
    std::iter::once(root).chain(below).collect()
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
