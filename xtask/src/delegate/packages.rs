//! The packages that a change can have altered anything in: those that it touches, and those that depend on one of them.

use std::collections::BTreeSet;

use source::{Change, Crate, Workspace};

/// Files that say how every package is built or looked at, by their names.
const OF_ALL: [&str; 7] = [
    "Cargo.lock",
    "clippy.toml",
    ".clippy.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
    ".cargo/config",
    ".cargo/config.toml",
];

/// The packages of a side that have a file of the change, be it only there.
pub(super) fn touched(change: &Change, workspace: &Workspace) -> BTreeSet<usize> {
    paths(change).filter_map(|path| of_file(path, workspace)).collect()
}

fn paths(change: &Change) -> impl Iterator<Item = &String> {
    change.files.iter().flat_map(|file| file.from.iter().chain([&file.path]))
}

/// The members that the change concerns; all where there is no base.
pub(super) fn of_change<'w>(change: &Change, workspace: &'w Workspace) -> Vec<&'w Crate> {
    let is_all = change.base.is_none() || paths(change).any(|path| concerns_all(path, workspace));
    let mut found: BTreeSet<usize> = match is_all {
        true => (0..workspace.crates.len()).collect(),
        false => touched(change, workspace),
    };
    let mut next: Vec<usize> = found.iter().copied().collect();
    let dependents = dependents(workspace);
    while let Some(index) = next.pop() {
        next.extend(dependents[index].iter().copied().filter(|above| found.insert(*above)));
    }
    found.into_iter().map(|index| &workspace.crates[index]).filter(|one| !one.outside).collect()
}

/// The package that a file lies in.
pub(super) fn of_file(path: &str, workspace: &Workspace) -> Option<usize> {
    let holds =
        |dir: &str| dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
    let crates = workspace.crates.iter().enumerate().filter(|(_, one)| holds(&one.dir));
    crates.max_by_key(|(_, one)| one.dir.len()).map(|(index, _)| index)
}

/// Whether a file may count for every package: settings, the manifest of a workspace, and code or protos that lie in no
/// package and that any may read.
fn concerns_all(path: &str, workspace: &Workspace) -> bool {
    let is =
        |name: &&str| path == *name || path.strip_suffix(*name).is_some_and(|folder| folder.ends_with('/'));
    let folder = path.strip_suffix("Cargo.toml").map(|folder| folder.trim_end_matches('/'));
    let is_root = folder.is_some_and(|folder| workspace.crates.iter().any(|one| one.root == folder));
    let is_read = [".rs", ".proto"].iter().any(|end| path.ends_with(end));
    OF_ALL.iter().any(is) || is_root || is_read && of_file(path, workspace).is_none()
}

/// For each package, those that name it as a dependency.
fn dependents(workspace: &Workspace) -> Vec<Vec<usize>> {
    let mut above = vec![Vec::new(); workspace.crates.len()];
    for (index, one) in workspace.crates.iter().enumerate() {
        let named = one.dependencies.iter().filter_map(|dependency| dependency.member);
        for below in named.chain(one.detours.iter().map(|detour| detour.member)) {
            above[below].push(index);
        }
    }
    above
}

#[cfg(test)]
mod tests {
    use source::Tree;

    use super::*;

    const FILES: [(&str, &str); 7] = [
        ("Cargo.toml", "[workspace]\nmembers = [\"low\", \"mid\", \"top\", \"other\"]\n"),
        ("low/Cargo.toml", "[package]\nname = \"low\"\n"),
        ("low/src/lib.rs", ""),
        ("mid/Cargo.toml", "[package]\nname = \"mid\"\n[dependencies]\nlow = { path = \"../low\" }\n"),
        ("top/Cargo.toml", "[package]\nname = \"top\"\n[dev-dependencies]\nmid = { path = \"../mid\" }\n"),
        ("other/Cargo.toml", "[package]\nname = \"other\"\n"),
        ("README.md", ""),
    ];

    fn check(changed: &[&str], expected: &[&str]) {
        let head = changed.iter().map(|path| (*path, "changed"));
        let old = || FILES.iter().copied();
        let kept = |path: &str| !changed.contains(&path);
        let head = Tree::from_memory(old().filter(|(path, _)| kept(path)).chain(head));
        let change = Change::of_trees(Some(Tree::from_memory(old())), head);
        let workspace = Workspace::read(&Tree::from_memory(old()));
        let found: Vec<&str> = of_change(&change, &workspace).iter().map(|one| one.name.as_str()).collect();
        assert_eq!(found, expected, "{changed:?}");
    }

    #[test]
    fn a_change_concerns_the_packages_that_it_touches_and_those_above_them() {
        const ALL: &[&str] = &["low", "mid", "other", "top"];
        check(&["low/src/lib.rs"], &["low", "mid", "top"]);
        check(&["top/src/main.rs", "other/src/lib.rs"], &["other", "top"]);
        check(&["README.md"], &[]);
        check(&["Cargo.lock"], ALL);
        check(&["Cargo.toml"], ALL);
        check(&["mid/clippy.toml"], ALL);
        check(&["protos/rank.proto"], ALL);
        check(&["lowest/notes.md"], &[]);
    }
}
