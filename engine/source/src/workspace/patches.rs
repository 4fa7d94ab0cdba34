//! What replaces packages by folders of the tree: `[patch]` of a root, and what cargo's configuration says beside it.

use std::collections::HashMap;

use toml_edit::TableLike;

use super::manifest::{Manifest, text};
use super::members::is_manifest;
use super::paths::{self, Paths};
use crate::code::Problem;
use crate::tree::Tree;

/// The folders that packages come from, by the names of the packages. Configuration comes before the manifest, and what
/// is nearer to the root of the workspace before what is further up, as in cargo.
pub(super) fn find(
    tree: &Tree,
    paths: &Paths,
    root: &Manifest,
    problems: &mut Vec<Problem>,
) -> HashMap<String, String> {
    let mut patches = HashMap::new();
    add_patches(&mut patches, root, root.dir());
    let above = paths::above(root.dir()).filter(|dir| !dir.is_empty());
    for dir in std::iter::once("").chain(above) {
        // Where both are there cargo reads the second, which is the older name.
        for name in [".cargo/config.toml", ".cargo/config"] {
            let Some(path) = paths::join(dir, name).filter(|path| paths.contains(path)) else { continue };
            match Manifest::read(tree, &path) {
                Ok(config) => {
                    problems.extend(add_overrides(&mut patches, (tree, paths), &config, dir));
                    add_patches(&mut patches, &config, dir);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    patches
}

/// `[patch]`, of which paths count from a folder.
fn add_patches(patches: &mut HashMap<String, String>, file: &Manifest, dir: &str) {
    let sources = file.table(&["patch"]).into_iter().flat_map(TableLike::iter);
    let entries = sources.filter_map(|(_, source)| source.as_table_like()).flat_map(TableLike::iter);
    let tables = entries.filter_map(|(key, entry)| Some((key, entry.as_table_like()?)));
    patches.extend(tables.filter_map(|(key, table)| {
        let folder = paths::join(dir, text(table, "path")?)?;
        Some((text(table, "package").unwrap_or(key).to_owned(), folder))
    }));
}

/// `paths`: folders whose packages, at any depth, stand for those of their names.
fn add_overrides(
    patches: &mut HashMap<String, String>,
    (tree, all): (&Tree, &Paths),
    config: &Manifest,
    dir: &str,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let folders = config.texts(&["paths"]);
    for folder in folders.iter().filter_map(|(folder, _)| paths::join(dir, folder)) {
        for path in all.below(&folder).iter().filter(|path| is_manifest(path)) {
            match Manifest::read(tree, path) {
                Ok(manifest) => {
                    let name = manifest.package().and_then(|package| text(package, "name"));
                    patches.extend(name.map(|name| (name.to_owned(), manifest.dir().to_owned())));
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    problems
}
