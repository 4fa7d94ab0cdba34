//! Manifests: levels of lints, profiles, and the oldest compiler.

use serde_json::Value;
use source::Tree;

use super::lints::{self, Levels};
use super::{Loosened, Weight, profiles, toolchain};

/// One manifest on one side: what it says, where it lies, and the files around it.
#[derive(Clone, Copy)]
pub(super) struct Manifest<'a> {
    pub(super) tree: &'a Tree,
    pub(super) path: &'a str,
    pub(super) value: &'a Value,
}

/// What a manifest asks less of, compiler and clippy.
pub(super) fn compare(base: Manifest<'_>, head: Manifest<'_>) -> Vec<Loosened> {
    let mut found = package_lints(base, head);
    found.extend(workspace_lints(base, head));
    found.extend(profiles::compare(base.value, head.value, head.tree));
    let oldest = |side: &Value| {
        let value = side.pointer("/package/rust-version").or(side.pointer("/workspace/package/rust-version"));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    if let (Some(before), Some(after)) = (oldest(base.value), oldest(head.value))
        && toolchain::is_older(&after, &before)
    {
        let (before, after) = (Value::from(before), Value::from(after));
        found.push(Loosened::value("rust-version", Some(&before), Some(&after), Weight::Changed));
    }
    found
}

/// The levels of one package, wherever it has them from. What the workspace lowers is told at the workspace.
fn package_lints(base: Manifest<'_>, head: Manifest<'_>) -> Vec<Loosened> {
    let is_package = |side: &Manifest<'_>| side.value.get("package").is_some();
    if !is_package(&base) || !is_package(&head) || inherits(base.value) && inherits(head.value) {
        return Vec::new();
    }
    let before = Levels::of_manifest(base.tree, base.path, base.value);
    let after = Levels::of_manifest(head.tree, head.path, head.value);
    let prefix = if inherits(head.value) { "workspace.lints" } else { "lints" };
    let mut found = lints::lowered(&before, &after, prefix);
    let fell = found.iter().any(|one| one.weight == Weight::Loosened);
    // Levels that cannot be found, since the workspace lies elsewhere, count as lost.
    if inherits(base.value) && (fell || before.is_empty()) {
        // The one line that is gone says it all.
        let (before, after) = (base.value.pointer("/lints/workspace"), head.value.pointer("/lints"));
        found = vec![Loosened::value("lints.workspace", before, after, Weight::Loosened)];
    }
    found
}

/// The levels that a workspace hands to its packages. A level that every package keeps as its own is kept.
fn workspace_lints(base: Manifest<'_>, head: Manifest<'_>) -> Vec<Loosened> {
    let levels = |side: &Value| Levels::read(side.pointer("/workspace/lints"));
    let (before, after) = (levels(base.value), levels(head.value));
    let mut found = lints::lowered(&before, &after, "workspace.lints");
    if !found.iter().any(|one| one.weight == Weight::Loosened) {
        return found;
    }
    let heirs = heirs(base, head);
    if !heirs.is_empty() {
        found.retain(|one| {
            heirs.iter().any(|levels| {
                lints::lowered(&before, levels, "workspace.lints").iter().any(|other| other.key == one.key)
            })
        });
    }
    found
}

/// What the packages that inherited at base have at head.
fn heirs(base: Manifest<'_>, head: Manifest<'_>) -> Vec<Levels> {
    let dir = base.path.strip_suffix("Cargo.toml").unwrap_or_default();
    let below = base
        .tree
        .paths()
        .filter(|path| path.starts_with(dir) && (path.ends_with("/Cargo.toml") || *path == "Cargo.toml"));
    let value =
        |tree: &Tree, path: &str| tree.text(path).ok().and_then(|text| crate::manifest::read(&text).ok());
    let inheriting = below.filter(|path| value(base.tree, path).is_some_and(|value| inherits(&value)));
    inheriting
        .filter_map(|path| Some(Levels::of_manifest(head.tree, path, &value(head.tree, path)?)))
        .collect()
}

pub(super) fn inherits(manifest: &Value) -> bool {
    manifest.pointer("/lints/workspace") == Some(&Value::Bool(true))
}
