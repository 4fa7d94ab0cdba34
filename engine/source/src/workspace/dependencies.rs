//! The dependency tables of a manifest, with what is inherited from the workspace.

use toml_edit::{Item, TableLike};

use super::manifest::{Manifest, flag, inherits, text};
use super::{Dependency, DependencyKind, edition, features, paths};
use crate::code::{Problem, ProblemKind};

/// A dependency before its package is known.
pub(super) struct Entry {
    pub(super) dependency: Dependency,
    /// Whether the key differs from the package's name, so that code uses the key.
    pub(super) renamed: bool,
}

const TABLES: [(DependencyKind, &[&str]); 3] = [
    (DependencyKind::Normal, &["dependencies"]),
    (DependencyKind::Dev, &["dev-dependencies", "dev_dependencies"]),
    (DependencyKind::Build, &["build-dependencies", "build_dependencies"]),
];

/// Every entry of every dependency table, those of `[target.…]` included, in the order of the file.
pub(super) fn entries(manifest: &Manifest, root: &Manifest, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut tables: Vec<(DependencyKind, Option<&str>, &dyn TableLike)> = Vec::new();
    let platforms = manifest.table(&["target"]);
    let platforms: Vec<(&str, &Item)> = platforms.iter().flat_map(|table| table.iter()).collect();
    for (kind, names) in TABLES {
        let whole = manifest.table(&[]).and_then(|document| first(document, names));
        tables.extend(whole.map(|table| (kind, None, table)));
        for (platform, item) in &platforms {
            let table = item.as_table_like().and_then(|table| first(table, names));
            tables.extend(table.map(|table| (kind, Some(*platform), table)));
        }
    }
    let edition = edition(manifest, root);
    let mut entries = Vec::new();
    for (kind, platform, table) in tables {
        for (key, item) in table.iter() {
            let span = table.get_key_value(key).and_then(|(key, _)| key.span());
            let line = manifest.line_of(span.or_else(|| item.span()));
            let entry = entry(manifest, root, edition, (kind, key, item), line, problems);
            entries.extend(entry.map(|mut entry| {
                entry.dependency.platform = platform.map(str::to_owned);
                entry
            }));
        }
    }
    entries.sort_by_key(|entry| entry.dependency.line);
    entries
}

/// The first table of these names; an older name is passed over where both are written.
fn first<'t>(table: &'t dyn TableLike, names: &[&str]) -> Option<&'t dyn TableLike> {
    names.iter().find_map(|name| table.get(name)?.as_table_like())
}

fn entry(
    manifest: &Manifest,
    root: &Manifest,
    edition: u16,
    (kind, key, item): (DependencyKind, &str, &Item),
    line: u32,
    problems: &mut Vec<Problem>,
) -> Option<Entry> {
    // What is inherited is written in the root's manifest, and its path counts from there.
    let (source, from) = if inherits(item) {
        let Some(shared) = root.get(&["workspace", "dependencies", key]) else {
            problems.push(manifest.problem(line, format!("the workspace has no dependency `{key}`")));
            return None;
        };
        (shared, root)
    } else {
        (item, manifest)
    };
    let optional = item.as_table_like().and_then(|table| flag(table, "optional")).unwrap_or(false);
    let (package, requirement, path) = if let Some(requirement) = source.as_str() {
        (key, Some(requirement), None)
    } else if let Some(table) = source.as_table_like() {
        (text(table, "package").unwrap_or(key), text(table, "version"), text(table, "path"))
    } else {
        problems
            .push(manifest.problem(line, format!("the dependency `{key}` is neither a version nor a table")));
        return None;
    };
    let dir = path.and_then(|path| {
        let dir = paths::join(from.dir(), path);
        if dir.is_none() {
            problems.push(manifest.problem_of(
                ProblemKind::Elsewhere,
                line,
                format!("the path `{path}` of `{key}` leads out of the root"),
            ));
        }
        dir
    });
    // Tests may use the package that they belong to under another set of features; nothing else may.
    if kind != DependencyKind::Dev && dir.as_deref() == Some(manifest.dir()) {
        problems.push(manifest.problem(line, "the package depends on itself"));
    }
    let dependency = Dependency {
        name: key.replace('-', "_"),
        key: key.to_owned(),
        package: package.to_owned(),
        kind,
        optional,
        member: None,
        line,
        requirement: requirement.map(str::to_owned),
        features: features::asked_for(item, source),
        default_features: features::default(item, source, edition),
        platform: None,
        path: dir,
    };
    Some(Entry { renamed: package != key, dependency })
}
