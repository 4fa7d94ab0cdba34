//! Helpers that stand in code that is not there for tests, or in files that the change does not touch: looked up once
//! a test is suspected of having lost something.

use std::collections::{BTreeMap, BTreeSet};

use source::{Change, Workspace};

use crate::facts::Role;
use crate::rust::{At, Read, Side, parse_all};
use crate::support::folder;

/// More files than this are not parsed for one change.
const FILES: usize = 200;

/// What suspected tests call.
pub(crate) struct Elsewhere {
    sides: Vec<Side>,
    names: BTreeSet<String>,
    known: BTreeSet<String>,
}

impl Elsewhere {
    /// Finds where head defines what these functions call, in their own package first and then in those packages of
    /// the workspace that it depends on, for its tests or otherwise. `known` has what the change itself shows.
    pub(crate) fn read(
        change: &Change,
        workspace: &Workspace,
        suspects: &[At<'_>],
        known: &BTreeMap<&str, Vec<At<'_>>>,
    ) -> Elsewhere {
        let folders: BTreeSet<String> = workspace.members().map(|member| member.dir.clone()).collect();
        let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for at in suspects {
            let names = at.function.calls.iter().map(|call| call.name.as_str());
            let names = names.filter(|name| !known.contains_key(name) && !is_common(name));
            let own = folder(&folders, &at.side.path).unwrap_or_default();
            wanted.entry(own).or_default().extend(names.map(str::to_owned));
        }
        let mut paths = BTreeSet::new();
        for (own, names) in &wanted {
            let mut open = names.clone();
            for near in [vec![*own], dependencies(workspace, own)] {
                let mut found = BTreeSet::new();
                for path in change.head.paths().filter(|path| path.ends_with(".rs")) {
                    let there = folder(&folders, path).unwrap_or_default();
                    if open.is_empty() || paths.len() == FILES || !near.contains(&there) {
                        continue;
                    }
                    let here = change.head.text(path).map(|text| defined(&text, &open)).unwrap_or_default();
                    if !here.is_empty() {
                        paths.insert(path.to_owned());
                        found.extend(here);
                    }
                }
                open.retain(|name| !found.contains(name));
            }
        }
        let read = |path: String| Read { tree: &change.head, path, support: true };
        let reads: Vec<Read<'_>> = paths.into_iter().map(read).collect();
        // What cannot be read asserts nothing.
        let sides = parse_all(&reads).into_iter().filter_map(Result::ok).collect();
        let known = known.keys().map(|name| (*name).to_owned()).collect();
        Elsewhere { sides, names: wanted.into_values().flatten().collect(), known }
    }

    /// The functions that were asked for, and those beside them that they call.
    pub(crate) fn functions(&self) -> Vec<At<'_>> {
        self.sides.iter().flat_map(|side| self.within(side)).collect()
    }

    fn within<'a>(&'a self, side: &'a Side) -> Vec<At<'a>> {
        let mut names: BTreeSet<&str> = self.names.iter().map(String::as_str).collect();
        let all = || {
            let helpers = side.facts.functions.iter().filter(|function| function.role == Role::Helper);
            helpers.filter(|function| !self.known.contains(&function.name))
        };
        loop {
            let before = names.len();
            let asked: Vec<_> = all().filter(|function| names.contains(function.name.as_str())).collect();
            names.extend(asked.iter().flat_map(|function| &function.calls).map(|call| call.name.as_str()));
            if names.len() == before {
                return asked.into_iter().map(|function| At { side, function }).collect();
            }
        }
    }
}

/// The folders of the packages that one depends on.
fn dependencies<'a>(workspace: &'a Workspace, own: &str) -> Vec<&'a str> {
    let member = workspace.members().find(|member| member.dir == own);
    let used = member.into_iter().flat_map(|member| &member.dependencies).filter_map(|used| used.member);
    used.filter_map(|index| workspace.crates.get(index)).map(|member| member.dir.as_str()).collect()
}

/// Which of some names a text defines as a function or as a macro.
fn defined(text: &str, names: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (keyword, end) in [("fn ", ""), ("macro_rules! ", "!")] {
        for (at, _) in text.match_indices(keyword) {
            let rest = &text[at + keyword.len()..];
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let name = format!("{}{end}", &rest[..length]);
            found.extend(names.contains(&name).then_some(name));
        }
    }
    found
}

/// Names that nearly every file defines.
fn is_common(name: &str) -> bool {
    const COMMON: &[&str] = &[
        "new", "default", "from", "into", "clone", "get", "len", "iter", "next", "push", "collect", "map",
        "unwrap", "Some", "Ok", "Err", "None", "Box", "drop", "vec!", "format!", "println!",
    ];
    COMMON.contains(&name) || name.len() < 3
}
