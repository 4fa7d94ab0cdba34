//! Which files a service is made of, and all mutants of them.

use std::collections::BTreeSet;

use source::{DependencyKind, TargetKind, Tree, Workspace};

use super::edit::Mutant;
use super::find;

/// A file that mutants are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files of a service's code: Rust below the folders that policy names, and the files of configuration that it
/// names; else the folder of the service's crate and of every crate of the workspace that it depends on. Tests, benches,
/// examples and build scripts are left out.
///
/// # Errors
///
/// Where a name of the policy has no file, or the workspace no crate with the service's name.
pub fn code_of(tree: &Tree, service: &str, named: &[String]) -> Result<Vec<Source>, String> {
    let roots = if named.is_empty() { crates_of(tree, service)? } else { named.to_vec() };
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    for root in &roots {
        let before = paths.len();
        let folder = format!("{}/", root.trim_end_matches('/'));
        paths.extend(tree.paths().filter(|path| {
            *path == root
                || path.starts_with(&folder) && path.ends_with(".rs") && !is_aside(&path[folder.len()..])
        }));
        if paths.len() == before && !named.is_empty() {
            return Err(format!("there is no code at `{root}`"));
        }
    }
    let read = |path: &str| {
        let text = tree.text(path).map_err(|error| error.to_string())?;
        Ok(Source { path: path.to_owned(), text: text.as_ref().to_owned() })
    };
    paths.into_iter().map(read).collect()
}

/// Whether a path within a crate is code that the service does not run.
fn is_aside(path: &str) -> bool {
    path == "build.rs"
        || path.split('/').rev().skip(1).any(|folder| ["tests", "benches", "examples"].contains(&folder))
}

fn crates_of(tree: &Tree, service: &str) -> Result<Vec<String>, String> {
    let workspace = Workspace::read(tree);
    let first = workspace.crates.iter().position(|krate| {
        krate.name == service
            || krate.targets.iter().any(|target| target.kind == TargetKind::Binary && target.name == service)
    });
    let first = first.ok_or_else(|| {
        format!("no crate of the workspace is called `{service}`: name its code in the policy")
    })?;
    let mut reached = BTreeSet::from([first]);
    let mut open = vec![first];
    while let Some(index) = open.pop() {
        for dependency in &workspace.crates[index].dependencies {
            if dependency.kind == DependencyKind::Normal
                && let Some(member) = dependency.member
                && reached.insert(member)
            {
                open.push(member);
            }
        }
    }
    Ok(reached.into_iter().map(|index| workspace.crates[index].dir.clone()).collect())
}

/// All mutants of these files, in their order.
///
/// # Errors
///
/// Where a file is not Rust.
pub fn catalogue(sources: &[Source]) -> Result<Vec<Mutant>, String> {
    source::with_stack(|| {
        let mut mutants = Vec::new();
        for source in sources {
            if source.path.ends_with(".rs") {
                let file = source::parse(&source.path, &source.text).map_err(|problem| {
                    format!("{}:{}: {}", problem.path, problem.line.unwrap_or(1), problem.message)
                })?;
                mutants.extend(find::in_rust(&file));
            } else {
                mutants.extend(find::in_configuration(&source.path, &source.text));
            }
        }
        Ok(mutants)
    })
}
