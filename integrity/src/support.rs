//! Packages that only tests depend on: what stands in them is there for tests, as if it stood beside them.

use std::collections::BTreeSet;

use source::{DependencyKind, Workspace};

/// The packages of one side by their folders.
pub(crate) struct Support {
    all: BTreeSet<String>,
    support: BTreeSet<String>,
}

impl Support {
    /// Finds the packages that others of the workspace have as a dev-dependency and in no other way. A library whose
    /// only user is the tests of one more package may be the product itself, unless its name says that it is for tests.
    pub(crate) fn of(workspace: &Workspace) -> Support {
        let mut support = BTreeSet::new();
        for (index, member) in workspace.crates.iter().enumerate().filter(|(_, member)| !member.outside) {
            let others = workspace.members().filter(|other| other.dir != member.dir);
            let uses = others.flat_map(|other| {
                other.dependencies.iter().filter(|used| used.member == Some(index)).map(|used| used.kind)
            });
            let kinds: Vec<DependencyKind> = uses.collect();
            let dev_only = !kinds.is_empty() && kinds.iter().all(|kind| *kind == DependencyKind::Dev);
            if dev_only && (kinds.len() > 1 || says_test(&member.name)) {
                support.insert(member.dir.clone());
            }
        }
        Support { all: workspace.members().map(|member| member.dir.clone()).collect(), support }
    }

    /// Whether a file lies in such a package, or says by its name that it is for tests: `src/rank/tests.rs`.
    pub(crate) fn has(&self, path: &str) -> bool {
        if is_named_for_tests(path) {
            return true;
        }
        !self.support.is_empty() && folder(&self.all, path).is_some_and(|dir| self.support.contains(dir))
    }
}

/// The innermost of some folders that has a file.
pub(crate) fn folder<'a>(folders: &BTreeSet<String>, path: &'a str) -> Option<&'a str> {
    let mut dir = path;
    loop {
        dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        if folders.contains(dir) {
            return Some(dir);
        }
        if dir.is_empty() {
            return None;
        }
    }
}

fn is_named_for_tests(path: &str) -> bool {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    stem.split(['/', '_', '-'])
        .any(|word| ["test", "tests", "testing", "testutil", "testutils"].contains(&word))
}

fn says_test(name: &str) -> bool {
    ["test", "mock", "fake", "fixture", "harness"].iter().any(|word| name.contains(word))
}
