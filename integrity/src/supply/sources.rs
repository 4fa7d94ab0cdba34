//! What makes a package that is known come from elsewhere.

use std::collections::BTreeSet;

use findings::Location;
use source::Tree;

use super::manifest::{Entry, Manifest, Source, plain_url};
use super::newcomers::in_tree;
use super::{manifests, touched};
use crate::Scene;
use crate::evidence::line_of;
use crate::scene::base_path;

/// One place where packages newly come from.
pub(crate) struct Redirected {
    pub(crate) place: Location,
    /// A fragment.
    pub(crate) what: String,
    pub(crate) before: String,
    pub(crate) after: String,
    /// Whether it is a package that says whether tests pass, and a folder of the tree is in its place.
    pub(crate) judges: bool,
}

/// Packages that run tests, or say whether what they compare is equal.
const JUDGING: [&str; 20] = [
    "approx",
    "assert-json-diff",
    "assert_cmd",
    "assert_matches",
    "expect-test",
    "float-cmp",
    "goldenfile",
    "googletest",
    "insta",
    "libtest-mimic",
    "loom",
    "pretty_assertions",
    "proptest",
    "quickcheck",
    "rstest",
    "similar-asserts",
    "snapbox",
    "test-case",
    "trybuild",
    "trycmd",
];

/// Whether code names such a package by a key, and it is a folder of the tree.
fn is_stub(tree: &Tree, manifest: &str, entry: &Entry) -> bool {
    let is_judging =
        |name: &str| JUDGING.iter().any(|judging| judging.replace('_', "-") == name.replace('_', "-"));
    is_judging(&entry.key) && in_tree(tree, manifest, &entry.source)
}

pub(crate) fn redirected(scene: &Scene<'_>) -> Vec<Redirected> {
    let mut all = Vec::new();
    for (file, before, after) in touched(scene, "Cargo.toml") {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (Some(base), Some(head)) = (Manifest::read(&before), Manifest::read(&after)) else { continue };
        let place = |entry: &Entry| {
            line_of(&after, &entry.key)
                .map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1))
        };
        let mut told = BTreeSet::new();
        for entry in head.entries.iter().filter(|entry| is_stub(&scene.change.head, &file.path, entry)) {
            let old = base.entries.iter().find(|old| old.key == entry.key && old.table == entry.table);
            if let Some(old) = old.filter(|old| !is_stub(scene.base, base_path(file), old)) {
                all.push(Redirected {
                    place: place(entry),
                    what: format!("`{}`, which says whether tests pass, is a folder of the tree", entry.key),
                    before: old.source.shown(),
                    after: entry.source.shown(),
                    judges: true,
                });
            }
        }
        for entry in &head.entries {
            let old =
                base.entries.iter().find(|old| old.package == entry.package && old.table == entry.table);
            let Some(old) = old else { continue };
            let here = entry.source == Source::Workspace || old.source == Source::Workspace;
            // The workspace's own package, which is published now.
            let published =
                entry.source == Source::Registry(None) && in_tree(scene.base, base_path(file), &old.source);
            if here
                || published
                || old.source.same_place(&entry.source)
                || in_tree(&scene.change.head, &file.path, &entry.source)
                || !told.insert(&entry.package)
            {
                continue;
            }
            all.push(Redirected {
                place: place(entry),
                what: format!("`{}` comes from elsewhere", entry.package),
                before: old.source.shown(),
                after: entry.source.shown(),
                judges: false,
            });
        }
        for patch in &head.patches {
            let old = base.patches.iter().find(|old| old.key == patch.key && old.table == patch.table);
            if old.is_some_and(|old| old.source.same_place(&patch.source)) {
                continue;
            }
            all.push(Redirected {
                place: place(patch),
                what: format!("`[{}]` puts another package in the place of `{}`", patch.table, patch.package),
                before: old.map_or_else(|| "no patch".to_owned(), |old| old.source.shown()),
                after: patch.source.shown(),
                judges: is_stub(&scene.change.head, &file.path, patch),
            });
        }
    }
    all
}

/// The packages and repositories that head's manifests take from elsewhere than a registry, and the packages that are
/// folders of the tree.
pub(crate) struct Explained {
    packages: BTreeSet<String>,
    repositories: BTreeSet<String>,
}

impl Explained {
    pub(crate) fn by(scene: &Scene<'_>) -> Explained {
        let mut explained = Explained { packages: BTreeSet::new(), repositories: BTreeSet::new() };
        for (_, manifest) in manifests(&scene.change.head) {
            explained.packages.extend(manifest.package);
            for entry in manifest.entries.into_iter().chain(manifest.patches) {
                match entry.source {
                    Source::Git(url, _) => drop(explained.repositories.insert(plain_url(&url))),
                    Source::Path(_) | Source::Registry(Some(_)) => {
                        explained.packages.insert(entry.package);
                    }
                    Source::Registry(None) | Source::Workspace => {}
                }
            }
        }
        explained
    }

    /// Whether a manifest says that a package comes from this source of a lock file.
    pub(crate) fn covers(&self, package: &str, source: Option<&str>) -> bool {
        let registry =
            |source: &str| source.starts_with("registry+https://github.com/rust-lang/crates.io-index");
        match source {
            // Back to the registry, of which all packages come that nothing else is said of.
            Some(source) if registry(source) => true,
            Some(source) => match super::lock::repository(source) {
                Some(repository) => self.repositories.contains(&repository),
                None => self.packages.contains(package),
            },
            None => self.packages.contains(package),
        }
    }
}
