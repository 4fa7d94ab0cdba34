//! Which files a target reaches: a test in a file that none reaches does not run.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use source::{Tree, Workspace};

/// Answers for one side, remembering what was asked.
pub(crate) struct Reach<'a> {
    tree: &'a Tree,
    crates: BTreeSet<String>,
    roots: BTreeSet<String>,
    answers: BTreeMap<String, bool>,
    declared: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(tree: &'a Tree, workspace: &Workspace) -> Self {
        Reach {
            tree,
            crates: workspace.crates.iter().map(|member| member.dir.clone()).collect(),
            roots: workspace
                .crates
                .iter()
                .flat_map(|member| &member.targets)
                .map(|target| target.root.clone())
                .collect(),
            answers: BTreeMap::new(),
            declared: BTreeMap::new(),
        }
    }

    /// Whether a target reaches the file. A file that belongs to no package counts as reached, since nothing is
    /// known of how it is built.
    pub(crate) fn reached(&mut self, path: &str) -> bool {
        let Some(package) = self.package(path) else { return true };
        if self.roots.contains(path) {
            return true;
        }
        if let Some(answer) = self.answers.get(path) {
            return *answer;
        }
        // Modules that declare each other reach nothing.
        self.answers.insert(path.to_owned(), false);
        let answer = self.climb(path) || self.mentioned(path, &package);
        self.answers.insert(path.to_owned(), answer);
        answer
    }

    /// The folder of the innermost package that has the file.
    pub(crate) fn package(&self, path: &str) -> Option<String> {
        let mut dir = path;
        loop {
            dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
            if self.crates.contains(dir) {
                return Some(dir.to_owned());
            }
            if dir.is_empty() {
                return None;
            }
        }
    }

    /// Whether a module file above declares this one, and is reached itself.
    fn climb(&mut self, path: &str) -> bool {
        let Some(stem) = path.strip_suffix(".rs") else { return false };
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let (mut dir, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        loop {
            for parent in self.parents(dir) {
                if parent != path && self.declares(&parent, name) && self.reached(&parent) {
                    return true;
                }
            }
            match dir.rsplit_once('/') {
                Some((above, _)) => dir = above,
                None => return false,
            }
        }
    }

    /// The files whose modules lie in a folder.
    fn parents(&self, dir: &str) -> Vec<String> {
        let below = |root: &&String| root.rsplit_once('/').map_or("", |(folder, _)| folder) == dir;
        let mut parents: Vec<String> = self.roots.iter().filter(below).cloned().collect();
        let files = [format!("{dir}/mod.rs"), format!("{dir}.rs")];
        parents.extend(files.into_iter().filter(|file| self.tree.contains(file)));
        parents
    }

    fn declares(&mut self, path: &str, name: &str) -> bool {
        let tree = self.tree;
        let names = self
            .declared
            .entry(path.to_owned())
            .or_insert_with(|| tree.text(path).map(|text| declared(&text)).unwrap_or_default());
        names.contains(name)
    }

    /// Whether another file of the package names the file in a text: `#[path = ".."]`, `include!`.
    fn mentioned(&self, path: &str, package: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let start = if package.is_empty() { String::new() } else { format!("{package}/") };
        let quoted = format!("{name}\"");
        self.tree
            .paths()
            .filter(|other| other.starts_with(&start) && other.ends_with(".rs") && *other != path)
            .any(|other| self.tree.text(other).is_ok_and(|text| text.contains(&quoted)))
    }
}

/// The names of the modules that a file declares without a body, wherever it does, in macros as well.
pub(crate) fn declared(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // What is no Rust declares nothing, and is a finding of its own.
    let Ok(tokens) = text.trim_start_matches('\u{feff}').parse::<TokenStream>() else { return names };
    let mut open = vec![tokens.into_iter()];
    let mut last = [String::new(), String::new()];
    while let Some(top) = open.last_mut() {
        let word = match top.next() {
            None => {
                open.pop();
                String::new()
            }
            Some(TokenTree::Group(group)) => {
                open.push(group.stream().into_iter());
                String::new()
            }
            Some(TokenTree::Ident(ident)) => ident.to_string(),
            Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => {
                if last[0] == "mod" {
                    names.insert(last[1].trim_start_matches("r#").to_owned());
                }
                String::new()
            }
            Some(_) => String::new(),
        };
        let [_, second] = last;
        last = [second, word];
    }
    names
}
