//! Which files a target reaches, and under which conditions: a test in a file that none reaches does not run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use source::{Tree, Workspace};

use crate::declared::{self, Condition, Declarations};

/// Answers for one side, remembering what was asked.
pub(crate) struct Reach<'a> {
    tree: &'a Tree,
    crates: BTreeSet<String>,
    roots: BTreeSet<String>,
    answers: BTreeMap<String, Option<Way>>,
    declared: BTreeMap<String, Declarations>,
    naming: BTreeMap<String, Rc<[String]>>,
}

/// How a target comes to a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// The file that the target is built from; `None` where nothing is known of how the file is built.
    pub(crate) root: Option<String>,
    /// What stands on the way, from the root.
    pub(crate) links: Vec<Link>,
}

/// A condition on the way to a file.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) condition: Condition,
    /// The file that has it.
    pub(crate) file: String,
    /// The module that is declared under it; `None` where it stands on the file itself.
    pub(crate) module: Option<String>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(tree: &'a Tree, workspace: &Workspace) -> Self {
        let targets = workspace.members().flat_map(|member| &member.targets);
        Reach {
            tree,
            crates: workspace.members().map(|member| member.dir.clone()).collect(),
            roots: targets.map(|target| target.root.clone()).collect(),
            answers: BTreeMap::new(),
            declared: BTreeMap::new(),
            naming: BTreeMap::new(),
        }
    }

    /// How a target comes to the file, if one does. Of a file that belongs to no package nothing is known, and it
    /// counts as reached.
    pub(crate) fn way(&mut self, path: &str) -> Option<Way> {
        let Some(package) = self.package(path) else { return Some(Way::default()) };
        if self.roots.contains(path) {
            return Some(Way { root: Some(path.to_owned()), links: Vec::new() });
        }
        if let Some(answer) = self.answers.get(path) {
            return answer.clone();
        }
        // Modules that declare each other reach nothing.
        self.answers.insert(path.to_owned(), None);
        let answer = self.climb(path).or_else(|| self.mentioned(path, &package));
        self.answers.insert(path.to_owned(), answer.clone());
        answer
    }

    /// The macros of a file that make nothing of what they are given.
    pub(crate) fn empty_macros(&mut self, path: &str) -> Vec<String> {
        self.declarations(path).empty_macros.clone()
    }

    /// The folder of the innermost package that has the file.
    fn package(&self, path: &str) -> Option<String> {
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

    /// The way through a module file above that declares this one, and is reached itself: of several, one with the
    /// fewest conditions.
    fn climb(&mut self, path: &str) -> Option<Way> {
        let stem = path.strip_suffix(".rs")?;
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let (mut dir, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let mut ways: Vec<Way> = Vec::new();
        loop {
            for parent in self.parents(dir) {
                if parent != path {
                    ways.extend(
                        self.through(&parent, &|module| module.path.is_none() && module.name == name),
                    );
                }
            }
            match dir.rsplit_once('/') {
                Some((above, _)) if ways.is_empty() => dir = above,
                _ => break,
            }
        }
        ways.into_iter().min_by_key(|way| way.links.len())
    }

    /// The ways to what a file declares.
    fn through(&mut self, parent: &str, is_meant: &dyn Fn(&declared::Declared) -> bool) -> Vec<Way> {
        let found: Vec<declared::Declared> =
            self.declarations(parent).modules.iter().filter(|module| is_meant(module)).cloned().collect();
        if found.is_empty() {
            return Vec::new();
        }
        let Some(above) = self.way(parent) else { return Vec::new() };
        let on_file = self.declarations(parent).gates.clone();
        let link = |condition: &Condition, module: Option<&str>| Link {
            condition: condition.clone(),
            file: parent.to_owned(),
            module: module.map(str::to_owned),
        };
        let way = |module: &declared::Declared| {
            let mut links = above.links.clone();
            links.extend(on_file.iter().map(|condition| link(condition, None)));
            let own = module.gates.iter().filter(|condition| !on_file.contains(condition));
            links.extend(own.map(|condition| link(condition, Some(&module.name))));
            Way { root: above.root.clone(), links }
        };
        found.iter().map(way).collect()
    }

    /// The files whose modules lie in a folder.
    fn parents(&self, dir: &str) -> Vec<String> {
        let below = |root: &&String| root.rsplit_once('/').map_or("", |(folder, _)| folder) == dir;
        let mut parents: Vec<String> = self.roots.iter().filter(below).cloned().collect();
        let files = [format!("{dir}/mod.rs"), format!("{dir}.rs")];
        parents.extend(files.into_iter().filter(|file| self.tree.contains(file)));
        parents
    }

    fn declarations(&mut self, path: &str) -> &Declarations {
        let tree = self.tree;
        let read = || tree.text(path).map(|text| declared::read(&text)).unwrap_or_default();
        self.declared.entry(path.to_owned()).or_insert_with(read)
    }

    /// The files of a package that name others.
    fn naming(&mut self, package: &str) -> Rc<[String]> {
        let tree = self.tree;
        let read = || {
            let start = if package.is_empty() { String::new() } else { format!("{package}/") };
            let names = |path: &&str| {
                tree.text(path).is_ok_and(|text| {
                    ["include!", "path = \"", "path=\""].iter().any(|words| text.contains(words))
                })
            };
            let code = tree.paths().filter(|path| path.starts_with(&start) && path.ends_with(".rs"));
            code.filter(names).map(str::to_owned).collect()
        };
        self.naming.entry(package.to_owned()).or_insert_with(read).clone()
    }

    /// The way through another file of the package that names this one: `#[path = ".."]`, `include!`.
    fn mentioned(&mut self, path: &str, package: &str) -> Option<Way> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_name = |written: &str| written.rsplit('/').next() == Some(name);
        for other in self.naming(package).iter().filter(|other| *other != path) {
            let ways = self.through(other, &|module| module.path.as_deref().is_some_and(is_name));
            if let Some(way) = ways.into_iter().min_by_key(|way| way.links.len()) {
                return Some(way);
            }
            if self.declarations(other).included.iter().any(|written| is_name(written))
                && let Some(way) = self.way(other)
            {
                return Some(way);
            }
        }
        None
    }
}
