//! Whether a change touches what a service is built from: where it does not, the base costs what head costs.

use std::collections::BTreeSet;

use source::{Change, DependencyKind, Tree, Workspace};

/// Folders of a crate that never become part of what it builds.
const BESIDE: &[&str] = &["benches", "contracts", "examples", "golden", "operations", "tests"];
/// Files and folders of the root that say something of the code and are no part of it. What of the policy a service is
/// started by is compared by whoever starts it.
const ABOUT: &[&str] = &["approvals", "ci", "contracts", "docs", "gatefold.yaml"];

/// Whether a change touches what a service is built from or reads. Crates of the workspace that its own, found by its
/// name and by the packages that `build` names, does not depend on are nothing to it, nor are tests, golden files and
/// Markdown. All else may be; so is everything where there is no such crate.
pub fn touches(change: &Change, service: &str, build: &[String]) -> bool {
    let Some(base) = &change.base else { return false };
    let crates = [base, &change.head].map(|tree| Crates::of(tree, service, build));
    let mut paths = change.files.iter().flat_map(|file| file.from.iter().chain([&file.path]));
    paths.any(|path| is_built(path, &crates))
}

/// The folders of the crates of one side.
struct Crates {
    /// Those of which the service is built; empty where its own is not found.
    own: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Crates {
    fn of(tree: &Tree, service: &str, build: &[String]) -> Crates {
        let workspace = Workspace::read(tree);
        let named = build.windows(2).filter(|pair| ["-p", "--package", "--bin"].contains(&pair[0].as_str()));
        let names: BTreeSet<&str> = named.map(|pair| pair[1].as_str()).chain([service]).collect();
        let is_own = |index: &usize| names.contains(workspace.crates[*index].name.as_str());
        let mut reached: BTreeSet<usize> = (0..workspace.crates.len()).filter(is_own).collect();
        let mut open: Vec<usize> = reached.iter().copied().collect();
        while let Some(index) = open.pop() {
            let needed = workspace.crates[index].dependencies.iter();
            let needed = needed.filter(|dependency| dependency.kind != DependencyKind::Dev);
            open.extend(
                needed.filter_map(|dependency| dependency.member).filter(|member| reached.insert(*member)),
            );
        }
        let dir = |index: usize| workspace.crates[index].dir.clone();
        Crates {
            own: reached.into_iter().map(dir).collect(),
            all: (0..workspace.crates.len()).map(dir).collect(),
        }
    }

    /// The innermost crate in whose folder a path lies, and the rest of the path.
    fn around<'a>(&self, path: &'a str) -> Option<(&str, &'a str)> {
        let within = self.all.iter().filter_map(|dir| Some((dir.as_str(), below(path, dir)?)));
        within.max_by_key(|(dir, _)| dir.len())
    }
}

fn is_built(path: &str, sides: &[Crates; 2]) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let is_about = ABOUT.contains(&first) || first.starts_with("LICENSE") || first.starts_with(".git");
    if is_about || path.ends_with(".md") {
        return false;
    }
    sides.iter().any(|crates| match crates.around(path) {
        Some((dir, rest)) if !crates.own.is_empty() => {
            let beside = BESIDE.contains(&rest.split('/').next().unwrap_or_default());
            // A package at the root has the whole tree in its folder.
            !beside && (dir.is_empty() || crates.own.contains(dir))
        }
        _ => true,
    })
}

fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    if dir.is_empty() { Some(path) } else { path.strip_prefix(dir)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: [(&str, &str); 7] = [
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"services/*\"]\n"),
        (
            "crates/stages/Cargo.toml",
            "[package]\nname = \"stages\"\n[dependencies]\nmodels.path = \"../models\"\n",
        ),
        ("crates/stages/src/lib.rs", ""),
        ("crates/models/Cargo.toml", "[package]\nname = \"models\"\n"),
        ("crates/models/src/lib.rs", ""),
        (
            "services/home/Cargo.toml",
            "[package]\nname = \"home\"\n[dependencies]\nstages.path = \"../../crates/stages\"\n[dev-dependencies]\nload.path = \"../../crates/load\"\n",
        ),
        ("crates/load/Cargo.toml", "[package]\nname = \"load\"\n"),
    ];

    fn check(path: &str, service: &str, expected: bool) {
        let changed = TREE.into_iter().filter(|(kept, _)| *kept != path).chain([(path, "# changed\n")]);
        // A manifest that is changed stays one.
        let head = changed.map(|(path, text)| match TREE.iter().find(|(kept, _)| *kept == path) {
            Some((_, before)) => {
                (path, format!("{before}{}", if text.starts_with("# changed") { text } else { "" }))
            }
            None => (path, text.to_owned()),
        });
        let change =
            Change::of_trees(Some(Tree::from_memory(TREE)), Tree::from_memory(head.collect::<Vec<_>>()));
        let build = ["cargo", "build", "--package", service].map(str::to_owned);
        assert_eq!(touches(&change, service, &build), expected, "{path} for {service}");
    }

    #[test]
    fn what_a_service_depends_on_is_part_of_it_and_other_crates_are_not() {
        check("services/home/src/main.rs", "home", true);
        check("services/home/config.yaml", "home", true);
        check("crates/stages/src/lib.rs", "home", true);
        check("crates/models/src/lib.rs", "home", true);
        check("crates/models/Cargo.toml", "home", true);
        check("crates/load/src/lib.rs", "home", false);
        check("services/search/src/main.rs", "home", true);
    }

    #[test]
    fn what_lies_beside_the_code_is_nothing_to_the_service() {
        for path in [
            "services/home/tests/service/main.rs",
            "services/home/golden/requests.jsonl",
            "services/home/contracts/home.yaml",
            "services/home/operations/alerts.yaml",
            "services/home/README.md",
            "README.md",
            "gatefold.yaml",
            "approvals/2026-11-20.yaml",
        ] {
            check(path, "home", false);
        }
    }

    #[test]
    fn what_lies_outside_of_all_crates_may_be_read_by_it() {
        for path in [
            "Cargo.lock",
            "Cargo.toml",
            "data/tracks.jsonl",
            "models/home.onnx",
            "protos/ranking/v1/home.proto",
        ] {
            check(path, "home", true);
        }
    }

    #[test]
    fn of_a_service_without_a_crate_everything_may_be_part() {
        check("crates/load/src/lib.rs", "written-in-go", true);
        check("README.md", "written-in-go", false);
    }

    #[test]
    fn without_a_change_and_without_a_base_nothing_is_touched() {
        let tree = || Tree::from_memory(TREE);
        assert!(!touches(&Change::of_trees(Some(tree()), tree()), "home", &[]));
        assert!(!touches(&Change::of_trees(None, tree()), "home", &[]));
    }
}
