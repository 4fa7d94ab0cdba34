//! What a workspace is built of beside its own code: dependencies, where they come from, and the lock file. Read from
//! manifests and lock files alone; no cargo is started and no registry is asked.

mod likeness;
pub(crate) mod lock;
pub(crate) mod manifest;
pub(crate) mod newcomers;
pub(crate) mod sources;

use std::collections::BTreeSet;

use source::{ChangeKind, FileChange, Tree};

use crate::Scene;
use crate::scene::base_path;

/// The manifests that the change touches, with both texts where they are there and can be read. What cannot is another
/// rule's finding.
pub(crate) fn touched<'a>(
    scene: &'a Scene<'_>,
    name: &'static str,
) -> impl Iterator<Item = (&'a FileChange, Option<String>, Option<String>)> {
    let is = move |path: &str| path == name || path.ends_with(&format!("/{name}"));
    scene.change.files.iter().filter(move |file| is(&file.path) || is(base_path(file))).map(move |file| {
        let text = |tree: &Tree, path: &str| tree.text(path).ok().map(|text| text.to_string());
        let before = (file.kind != ChangeKind::Added && is(base_path(file)))
            .then(|| text(scene.base, base_path(file)));
        let after = (file.kind != ChangeKind::Removed && is(&file.path))
            .then(|| text(&scene.change.head, &file.path));
        (file, before.flatten(), after.flatten())
    })
}

/// All manifests of a side, with their paths.
pub(crate) fn manifests(tree: &Tree) -> Vec<(String, manifest::Manifest)> {
    let paths = tree.paths().filter(|path| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
    paths
        .filter_map(|path| Some((path.to_owned(), manifest::Manifest::read(&tree.text(path).ok()?)?)))
        .collect()
}

/// The lock file that counts for a manifest: the nearest one upward.
pub(crate) fn lock_above(tree: &Tree, manifest: &str) -> Option<lock::Lock> {
    let mut folder = folder(manifest);
    loop {
        if let Ok(text) = tree.text(&crate::rust::join(folder, "Cargo.lock")) {
            return lock::Lock::read(&text);
        }
        if folder.is_empty() {
            return None;
        }
        folder = self::folder(folder);
    }
}

/// The folder that a path lies in; empty for the root.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder, without `.` and `..`; `None` where it leads out of the root.
pub(crate) fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if path.starts_with('/') {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The names of packages that a side's manifests depend on or define.
pub(crate) fn known(tree: &Tree) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, manifest) in manifests(tree) {
        names.extend(manifest.package.clone());
        names.extend(manifest.entries.into_iter().map(|entry| entry.package));
    }
    names
}
