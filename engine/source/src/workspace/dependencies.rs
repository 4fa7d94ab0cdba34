//! The dependency tables of a manifest, with what is inherited from the workspace.

use toml_edit::{Item, TableLike};

use super::manifest::{Manifest, flag, inherits, text};
use super::{Dependency, DependencyKind, paths};
use crate::code::Problem;

/// A dependency and the folder that it is in, if it is given by path.
pub(super) struct Entry {
    pub(super) dependency: Dependency,
    pub(super) dir: Option<String>,
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
    let mut entries = Vec::new();
    let mut tables: Vec<(DependencyKind, &dyn TableLike)> = Vec::new();
    let targets = manifest.table(&["target"]);
    let targets: Vec<&Item> =
        targets.iter().flat_map(|targets| targets.iter()).map(|(_, target)| target).collect();
    for (kind, names) in TABLES {
        for name in names {
            tables.extend(manifest.table(&[name]).map(|table| (kind, table)));
            for target in &targets {
                let table = target.as_table_like().and_then(|target| target.get(name)?.as_table_like());
                tables.extend(table.map(|table| (kind, table)));
            }
        }
    }
    for (kind, table) in tables {
        for (key, item) in table.iter() {
            let span = table.get_key_value(key).and_then(|(key, _)| key.span());
            let line = manifest.line_of(span.or_else(|| item.span()));
            entries.extend(entry(manifest, root, kind, key, item, line, problems));
        }
    }
    entries.sort_by_key(|entry| entry.dependency.line);
    entries
}

/// The folders of all path dependencies, with their lines.
pub(super) fn paths(manifest: &Manifest, root: &Manifest, problems: &mut Vec<Problem>) -> Vec<(String, u32)> {
    let entries = entries(manifest, root, problems);
    entries.into_iter().filter_map(|entry| Some((entry.dir?, entry.dependency.line))).collect()
}

fn entry(
    manifest: &Manifest,
    root: &Manifest,
    kind: DependencyKind,
    key: &str,
    item: &Item,
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
            problems
                .push(manifest.problem(line, format!("the path `{path}` of `{key}` leads out of the root")));
        }
        dir
    });
    let dependency = Dependency {
        name: key.replace('-', "_"),
        key: key.to_owned(),
        package: package.to_owned(),
        kind,
        optional,
        member: None,
        line,
        requirement: requirement.map(str::to_owned),
    };
    Some(Entry { renamed: package != key, dependency, dir })
}
