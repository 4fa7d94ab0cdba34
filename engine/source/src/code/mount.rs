//! Follows `mod` declarations from the targets to the files, and lays out one tree of modules per target.

use crate::hashed::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::facts::{Declaration, Facts, ScopeKind};
use super::problem::{Problem, ProblemKind};
use crate::workspace::paths::{self, Paths};
use crate::workspace::{TargetKind, Workspace};

/// How often one target may mount one file. Two are rare; more than that many is a trap.
const MAX_MOUNTS: u32 = 16;

/// How many modules deep files are followed.
const MAX_DEPTH: usize = 256;

/// The trees of all targets.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    pub(crate) roots: Vec<Root>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) mounts: Vec<Mount>,
    /// Files that an `include!` in an expression has, and the node that it stands in.
    pub(crate) embedded: Vec<(u32, u32)>,
}

/// Where a tree begins: a target, or a file that none reaches.
#[derive(Debug)]
pub(crate) struct Root {
    /// Index into the workspace's crates; `None` for a file that no target reaches.
    pub(crate) krate: Option<usize>,
    pub(crate) kind: TargetKind,
    /// Name in paths, with underscores; empty for a file that no target reaches.
    pub(crate) name: String,
    pub(crate) node: u32,
}

/// A module, an enum, or a block with names of its own.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) root: u32,
    /// The node around; its own index at the root.
    pub(crate) parent: u32,
    pub(crate) kind: NodeKind,
    /// Name of a module or an enum; empty otherwise.
    pub(crate) name: String,
    pub(crate) public: bool,
    pub(crate) test: bool,
    /// Index of the file.
    pub(crate) file: u32,
    /// Line of the module in its file; 1 where it is the file.
    pub(crate) line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    Module,
    Enum,
    Block,
}

/// One file in one tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mount {
    pub(crate) file: u32,
    /// Node of the file's scope 0.
    pub(crate) top: u32,
    /// Node of the file's scope 1; the others follow.
    pub(crate) first: u32,
}

impl Mount {
    /// The node of a scope.
    pub(crate) fn node(&self, scope: u32) -> u32 {
        if scope == 0 { self.top } else { self.first + scope - 1 }
    }
}

/// What is known about the files, by index.
pub(super) struct Files<'a> {
    pub(super) paths: &'a [&'a str],
    pub(super) facts: &'a [Arc<Facts>],
}

/// Files that `#[path]` or `include!` name and that are not among those given, because their name does not end in
/// `.rs`.
pub(super) fn named_elsewhere<'a>(given: &[&str], facts: &[Arc<Facts>], all: &Paths<'a>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (path, facts) in given.iter().zip(facts) {
        let modules = facts.declarations.iter().flat_map(|declaration| &declaration.paths);
        let included = facts.includes.iter().filter(|include| include.items).map(|include| &include.path);
        for name in modules.chain(included).filter(|name| !name.ends_with(".rs")) {
            let target = paths::join(paths::folder(path), name);
            let known = target.and_then(|target| all.get(&target));
            found.extend(known.filter(|path| !given.contains(path)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A file that is to be mounted.
struct Waiting {
    file: u32,
    /// The node that the file's own scope becomes.
    node: u32,
    /// Whether children lie beside the file rather than in a folder of its name.
    beside: bool,
    /// The files through which it was reached, against circles.
    chain: Rc<Chain>,
}

struct Chain {
    file: u32,
    length: usize,
    outer: Option<Rc<Chain>>,
}

/// Lays out the trees of all targets. Files that are missing here but were asked for are in the second answer.
pub(super) fn forest(workspace: &Workspace, files: &Files) -> (Forest, Vec<Problem>) {
    let index: HashMap<&str, u32> = files.paths.iter().zip(0..).map(|(path, index)| (*path, index)).collect();
    let mut builder = Builder {
        files,
        index,
        workspace,
        forest: Forest::default(),
        problems: Vec::new(),
        mounted: HashMap::default(),
    };
    for (krate, member) in workspace.crates.iter().enumerate() {
        for target in &member.targets {
            if let Some(file) = builder.index.get(target.root.as_str()) {
                builder.root(Some(krate), target.kind, target.name.replace('-', "_"), *file);
            }
        }
    }
    builder.orphans();
    let mut problems = builder.problems;
    problems.sort();
    problems.dedup();
    (builder.forest, problems)
}

struct Builder<'a> {
    files: &'a Files<'a>,
    index: HashMap<&'a str, u32>,
    workspace: &'a Workspace,
    forest: Forest,
    problems: Vec<Problem>,
    /// How often each file is mounted in each tree.
    mounted: HashMap<(u32, u32), u32>,
}

impl Builder<'_> {
    /// Files that no target reaches are trees of their own, from the top down so that modules of such a file
    /// hang below it.
    fn orphans(&mut self) {
        let mut reached = vec![false; self.files.paths.len()];
        let mut seen = 0;
        // Those that may be somebody's module come last.
        let mut order: Vec<u32> = (0..self.files.paths.len() as u32).collect();
        let declared = |file: u32| &self.files.facts[file as usize].declarations;
        order.sort_by_key(|file| {
            let path = self.files.paths[*file as usize];
            (declared(*file).is_empty(), path.matches('/').count(), path)
        });
        for file in order {
            for mount in &self.forest.mounts[seen..] {
                reached[mount.file as usize] = true;
            }
            for (file, _) in &self.forest.embedded {
                reached[*file as usize] = true;
            }
            seen = self.forest.mounts.len();
            if !reached[file as usize] && self.files.paths[file as usize].ends_with(".rs") {
                self.root(None, TargetKind::Library, String::new(), file);
            }
        }
    }

    fn root(&mut self, krate: Option<usize>, kind: TargetKind, name: String, file: u32) {
        let root = self.forest.roots.len() as u32;
        let node = self.forest.nodes.len() as u32;
        let facts = &self.files.facts[file as usize];
        let test = facts.scopes.first().is_some_and(|scope| scope.test);
        self.forest.nodes.push(Node {
            root,
            parent: node,
            kind: NodeKind::Module,
            name: String::new(),
            public: true,
            test,
            file,
            line: 1,
        });
        self.forest.roots.push(Root { krate, kind, name, node });
        let chain = Rc::new(Chain { file, length: 0, outer: None });
        let mut waiting = vec![Waiting { file, node, beside: true, chain }];
        while let Some(next) = waiting.pop() {
            self.mount(root, next, &mut waiting);
        }
    }

    fn mount(&mut self, root: u32, next: Waiting, waiting: &mut Vec<Waiting>) {
        let facts = self.files.facts[next.file as usize].clone();
        let first = self.forest.nodes.len() as u32;
        let mount = Mount { file: next.file, top: next.node, first };
        self.forest.mounts.push(mount);
        let around_is_test = self.forest.nodes[next.node as usize].test;
        for scope in facts.scopes.iter().skip(1) {
            let (kind, name) = match &scope.kind {
                ScopeKind::Module { name, .. } => (NodeKind::Module, facts.name(*name)),
                ScopeKind::Enum { name } => (NodeKind::Enum, facts.name(*name)),
                ScopeKind::File | ScopeKind::Block => (NodeKind::Block, ""),
            };
            self.forest.nodes.push(Node {
                root,
                parent: mount.node(scope.parent),
                kind,
                name: name.to_owned(),
                public: scope.public,
                test: scope.test || around_is_test,
                file: next.file,
                line: scope.line,
            });
        }
        for declaration in &facts.declarations {
            self.declaration(root, &facts, declaration, mount, &next, waiting);
        }
        for include in &facts.includes {
            let Some(path) = self.included(root, next.file, &include.path) else { continue };
            let Some(file) = self.index.get(path.as_str()).copied() else { continue };
            let node = mount.node(include.scope);
            if !include.items {
                self.forest.embedded.push((file, node));
                continue;
            }
            // The items of the included file are those of the scope that includes it.
            self.push(root, file, node, true, &next.chain, (include.line, include.column), waiting);
        }
    }

    fn declaration(
        &mut self,
        root: u32,
        facts: &Facts,
        declaration: &Declaration,
        mount: Mount,
        next: &Waiting,
        waiting: &mut Vec<Waiting>,
    ) {
        let path = self.files.paths[next.file as usize];
        let name = facts.name(declaration.name);
        let inside = folder_of(facts, declaration.scope, path, next.beside);
        let from = if declaration.scope == 0 { paths::folder(path).to_owned() } else { inside.clone() };
        let mut found = Vec::new();
        for given in &declaration.paths {
            let target = paths::join(&from, given);
            found.extend(
                target.and_then(|target| self.index.get(target.as_str()).copied()).map(|file| (file, true)),
            );
        }
        if declaration.beside {
            for (candidate, beside) in [(format!("{name}.rs"), false), (format!("{name}/mod.rs"), true)] {
                let target = paths::join(&inside, &candidate);
                if let Some(file) = target.and_then(|target| self.index.get(target.as_str()).copied()) {
                    found.push((file, beside));
                    break;
                }
            }
        }
        let place = (declaration.line, declaration.column);
        if found.is_empty() && !declaration.conditional && self.forest.roots[root as usize].krate.is_some() {
            let message = format!("the module `{name}` has no file");
            self.problems.push(Problem::at(path, place.0, place.1, ProblemKind::MissingModule, message));
        }
        for (file, beside) in found {
            let node = self.forest.nodes.len() as u32;
            let parent = mount.node(declaration.scope);
            let target = &self.files.facts[file as usize];
            let test = declaration.test
                || self.forest.nodes[parent as usize].test
                || target.scopes.first().is_some_and(|scope| scope.test);
            self.forest.nodes.push(Node {
                root,
                parent,
                kind: NodeKind::Module,
                name: name.to_owned(),
                public: declaration.public,
                test,
                file,
                line: 1,
            });
            self.push(root, file, node, beside, &next.chain, place, waiting);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place where a file is queued, whoever asks for it")]
    fn push(
        &mut self,
        root: u32,
        file: u32,
        node: u32,
        beside: bool,
        chain: &Rc<Chain>,
        place: (u32, u32),
        waiting: &mut Vec<Waiting>,
    ) {
        let from = self.files.paths[chain.file as usize];
        let mut link = Some(chain);
        let mut circle = false;
        while let Some(outer) = link {
            circle |= outer.file == file;
            link = outer.outer.as_ref();
        }
        let times = self.mounted.entry((root, file)).or_default();
        *times += 1;
        if circle || *times > MAX_MOUNTS || chain.length > MAX_DEPTH {
            let path = self.files.paths[file as usize];
            let message = if circle {
                format!("`{path}` is a module of itself")
            } else {
                format!("`{path}` is a module too often or too deep")
            };
            self.problems.push(Problem::at(from, place.0, place.1, ProblemKind::MissingModule, message));
            return;
        }
        let chain = Chain { file, length: chain.length + 1, outer: Some(chain.clone()) };
        waiting.push(Waiting { file, node, beside, chain: Rc::new(chain) });
    }

    /// The path that an `include!` means: from the file, or from the package where it says so.
    fn included(&self, root: u32, file: u32, path: &str) -> Option<String> {
        match path.strip_prefix("//") {
            Some(path) => {
                let krate = self.forest.roots[root as usize].krate?;
                paths::join(&self.workspace.crates[krate].dir, path)
            }
            None => paths::join(paths::folder(self.files.paths[file as usize]), path),
        }
    }
}

/// The folder in which the modules of a scope are looked for.
fn folder_of(facts: &Facts, scope: u32, path: &str, beside: bool) -> String {
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
