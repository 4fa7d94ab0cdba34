//! Dependencies that the base has nowhere, with what manifests and lock files say of them.

use std::collections::BTreeSet;

use findings::Location;
use source::Tree;

use super::likeness::like;
use super::manifest::{Entry, Manifest, Source};
use super::{folder, known, lock_above, manifests, resolve, touched};
use crate::Scene;
use crate::evidence::line_of;
use crate::rust::join;

/// A dependency that is new to all manifests.
pub(crate) struct Newcomer {
    pub(crate) entry: Entry,
    pub(crate) place: Location,
    /// What is most remarkable about it, if anything is.
    pub(crate) remark: Option<String>,
    /// What is known of it.
    pub(crate) facts: Vec<String>,
}

/// A candidate with the manifest that has it.
struct Found {
    entry: Entry,
    manifest: String,
    text: String,
}

/// Every package once, at the first manifest that names it; those of the tree itself are no newcomers.
pub(crate) fn newcomers(scene: &Scene<'_>) -> Vec<Newcomer> {
    let head = &scene.change.head;
    let mut found: Vec<Found> = Vec::new();
    let mut inheriting: Vec<(String, String)> = Vec::new();
    for (file, before, after) in touched(scene, "Cargo.toml") {
        let Some((text, manifest)) = after.and_then(|text| Some((text.clone(), Manifest::read(&text)?)))
        else {
            continue;
        };
        let base = before.as_deref().and_then(Manifest::read).unwrap_or_default();
        let had = |entry: &Entry| base.entries.iter().any(|other| other.package == entry.package);
        for entry in manifest.entries {
            if entry.source == Source::Workspace {
                inheriting.push((entry.key, file.path.clone()));
            } else if !had(&entry) && !in_tree(head, &file.path, &entry.source) {
                found.push(Found { entry, manifest: file.path.clone(), text: text.clone() });
            }
        }
    }
    if found.is_empty()
        || !scene.base.paths().any(|path| path == "Cargo.toml" || path.ends_with("/Cargo.toml"))
    {
        return Vec::new();
    }
    let mut names = known(scene.base);
    let own: BTreeSet<String> =
        manifests(head).into_iter().filter_map(|(_, manifest)| manifest.package).collect();
    // The workspace's own table says most of a package.
    found.sort_by_key(|found| found.entry.table != "workspace.dependencies");
    let mut seen = BTreeSet::new();
    found.retain(|found| {
        let package = &found.entry.package;
        !names.contains(package) && !own.contains(package) && seen.insert(package.clone())
    });
    let Some(first) = found.first() else { return Vec::new() };
    let (before, after) = (lock_above(scene.base, &first.manifest), lock_above(head, &first.manifest));
    let locked: BTreeSet<String> =
        before.iter().flat_map(|lock| &lock.packages).map(|package| package.name.clone()).collect();
    names.extend(locked.iter().cloned());
    let tell = |found: Found| {
        let Found { entry, manifest, text } = found;
        let place = line_of(&text, &entry.key)
            .map_or(Location::file(&manifest), |line| Location::point(&manifest, line, 1));
        let like = like(&entry.package, &names);
        let renamed = (entry.key != entry.package).then_some(&entry.key);
        let mut facts = vec![said(&entry, &manifest)];
        facts.push(match (locked.contains(&entry.package), &after) {
            (true, _) => "the base's lock file has it already, for other packages".to_owned(),
            (false, None) => "there is no lock file that says which version it is".to_owned(),
            (false, Some(lock)) => match lock.named(&entry.package).next() {
                Some(package) => format!("the lock file has it in version {}", package.version),
                None => "the lock file does not have it".to_owned(),
            },
        });
        facts.extend(renamed.map(|key| format!("code writes `{key}` for it")));
        if !is_named(head, &entry, &manifest, &inheriting) {
            facts.push("no Rust file that may use it names it".to_owned());
        }
        facts.push(builds(head, &entry, &manifest));
        let remark = match (&entry.source, like) {
            (_, Some(like)) => Some(format!("its name is like `{like}`, which the base has")),
            (Source::Git(..), None) => Some(format!("it comes from {}", entry.source.shown())),
            (Source::Path(_), None) => Some("it lies outside of what is judged".to_owned()),
            _ if renamed.is_some_and(|key| names.contains(key)) => {
                Some(format!("code writes `{}` for it, which is another package in the base", entry.key))
            }
            _ if entry.is_wildcard() => Some("any version of it will do".to_owned()),
            _ => None,
        };
        Newcomer { entry, place, remark, facts }
    };
    found.into_iter().map(tell).collect()
}

fn said(entry: &Entry, manifest: &str) -> String {
    let requirement = entry.requirement.as_ref().map(|text| format!(" `{text}`")).unwrap_or_default();
    format!(
        "`{}`{requirement} in `{}` of `{manifest}`, from {}",
        entry.package,
        entry.table,
        entry.source.shown()
    )
}

/// Whether a dependency is a folder of what is judged: its code stands in the change.
pub(crate) fn in_tree(head: &Tree, manifest: &str, source: &Source) -> bool {
    let Source::Path(path) = source else { return false };
    resolve(folder(manifest), path).is_some_and(|dir| head.contains(&join(&dir, "Cargo.toml")))
}

/// Whether a Rust file that the dependency is for names it.
fn is_named(head: &Tree, entry: &Entry, manifest: &str, inheriting: &[(String, String)]) -> bool {
    let word = entry.key.replace('-', "_");
    let folders: Vec<&str> = match entry.table == "workspace.dependencies" {
        true => {
            inheriting.iter().filter(|(key, _)| *key == entry.key).map(|(_, path)| folder(path)).collect()
        }
        false => vec![folder(manifest)],
    };
    let below = |path: &str, folder: &&str| {
        folder.is_empty() || path.strip_prefix(*folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let mut files =
        head.paths().filter(|path| path.ends_with(".rs") && folders.iter().any(|folder| below(path, folder)));
    files.any(|path| head.text(path).is_ok_and(|text| text.contains(&word)))
}

/// What of it runs while the workspace is built, as far as its sources are there.
fn builds(head: &Tree, entry: &Entry, manifest: &str) -> String {
    let mut folders = vec![format!("vendor/{}", entry.package), format!("third_party/{}", entry.package)];
    if let Source::Path(path) = &entry.source {
        folders.extend(resolve(folder(manifest), path));
    }
    let Some((dir, text)) =
        folders.iter().find_map(|dir| Some((dir, head.text(&join(dir, "Cargo.toml")).ok()?)))
    else {
        return "whether it has a build script or is a procedural macro cannot be told: its sources are not here"
            .to_owned();
    };
    let script = head.contains(&join(dir, "build.rs")) || text.contains("build =");
    match (script, text.contains("proc-macro = true")) {
        (false, false) => "it has no build script and is no procedural macro".to_owned(),
        (true, false) => "it has a build script, which runs while the workspace is built".to_owned(),
        (false, true) => "it is a procedural macro, which runs while the workspace is built".to_owned(),
        (true, true) => "its build script and its macros run while the workspace is built".to_owned(),
    }
}
