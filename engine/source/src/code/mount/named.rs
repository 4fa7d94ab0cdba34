//! The files that declarations and `include!`s name.

use std::collections::HashSet;
use std::sync::Arc;

use crate::code::facts::{Facts, ScopeKind};
use crate::workspace::paths::{self, Paths};

/// Files that `#[path]` or `include!` name and that are not among those given, because their name does not end in
/// `.rs`.
pub(in crate::code) fn named_elsewhere<'a>(
    given: &[&str],
    facts: &[Arc<Facts>],
    all: &Paths<'a>,
) -> Vec<&'a str> {
    let known: HashSet<&str> = given.iter().copied().collect();
    let mut found = Vec::new();
    for (path, facts) in given.iter().zip(facts) {
        let modules = facts.declarations.iter().flat_map(|declaration| &declaration.paths);
        let modules = modules
            .filter(|name| !name.ends_with(".rs"))
            .filter_map(|name| paths::join(paths::folder(path), name));
        let included = facts.includes.iter().map(|include| &include.path);
        let included = included
            .filter(|name| !name.ends_with(".rs"))
            .filter_map(|name| included_in(path, name, || all.package(path)));
        for target in modules.chain(included) {
            found.extend(all.get(&target).filter(|path| !known.contains(path)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The path that an `include!` means: from the file, or from the folder of the package where it says so.
pub(super) fn included(file: &str, path: &str, package: Option<&str>) -> Option<String> {
    included_in(file, path, || package)
}

fn included_in<'p>(file: &str, path: &str, package: impl FnOnce() -> Option<&'p str>) -> Option<String> {
    match path.strip_prefix("//") {
        Some(path) => paths::join(package()?, path.trim_start_matches('/')),
        None => paths::join(paths::folder(file), path),
    }
}

/// The folder in which the modules of a scope are looked for.
pub(super) fn folder_of(facts: &Facts, scope: u32, path: &str, beside: bool) -> String {
    let mut around = Vec::new();
    let mut current = scope;
    while current != 0 {
        let fact = &facts.scopes[current as usize];
        if let ScopeKind::Module { name, path } = &fact.kind {
            around.push(path.as_deref().unwrap_or(facts.name(*name)));
        }
        current = fact.parent;
    }
    let mut folder = if beside {
        paths::folder(path).to_owned()
    } else {
        path.strip_suffix(".rs").unwrap_or(path).to_owned()
    };
    for part in around.into_iter().rev() {
        // What leaves the root is looked for where nothing is.
        folder = paths::join(&folder, part).unwrap_or_else(|| "\0".to_owned());
    }
    folder
}
