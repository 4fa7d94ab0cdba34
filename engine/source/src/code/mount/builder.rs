//! Lays out the trees: mounts file after file, from the targets down.

use std::rc::Rc;
use std::sync::Arc;

use super::named::{folder_of, included};
use super::{By, Forest, Mount, Node, NodeKind, Root};
use crate::code::facts::{Declaration, Facts, ScopeKind};
use crate::code::problem::{Problem, ProblemKind};
use crate::hashed::HashMap;
use crate::workspace::paths;
use crate::workspace::{TargetKind, Workspace};

/// How often one target may mount one file. Two are rare; more than that many is a trap.
const MAX_MOUNTS: u32 = 16;

/// How many modules deep files are followed.
const MAX_DEPTH: usize = 256;

/// How many modules, enums and blocks all trees have together. A file counts once for each tree that has it.
const MAX_NODES: usize = 1_000_000;

/// What is known about the files, by index.
pub(in crate::code) struct Files<'a> {
    pub(in crate::code) paths: &'a [&'a str],
    pub(in crate::code) facts: &'a [Arc<Facts>],
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
    by: By,
    at: (u32, u32, u32),
}

struct Chain {
    file: u32,
    length: usize,
    outer: Option<Rc<Chain>>,
}

/// Lays out the trees of all targets. Files that are missing here but were asked for are in the second answer.
pub(in crate::code) fn forest(workspace: &Workspace, files: &Files) -> (Forest, Vec<Problem>) {
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
            macro_use: false,
            file,
            line: 1,
        });
        self.forest.roots.push(Root { krate, kind, name, node });
        let chain = Rc::new(Chain { file, length: 0, outer: None });
        let at = (file, 1, 1);
        let mut waiting = vec![Waiting { file, node, beside: true, chain, by: By::Root, at }];
        while let Some(next) = waiting.pop() {
            self.mount(root, next, &mut waiting);
        }
    }

    fn mount(&mut self, root: u32, next: Waiting, waiting: &mut Vec<Waiting>) {
        let facts = self.files.facts[next.file as usize].clone();
        let first = self.forest.nodes.len() as u32;
        let mount = Mount { file: next.file, top: next.node, first, by: next.by, at: next.at };
        if self.forest.nodes.len() + facts.scopes.len() > MAX_NODES {
            let said = format!("the targets have more than {MAX_NODES} modules, which are not all followed");
            let path = self.files.paths[next.file as usize];
            self.problems.push(Problem::of_file(path, ProblemKind::TooLarge, said));
            waiting.clear();
            return;
        }
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
                macro_use: scope.macro_use,
                file: next.file,
                line: scope.line,
            });
        }
        for declaration in &facts.declarations {
            self.declaration(root, &facts, declaration, mount, &next, waiting);
        }
        for include in &facts.includes {
            let path = self.files.paths[next.file as usize];
            let dir = self.forest.roots[root as usize].krate.map(|krate| &*self.workspace.crates[krate].dir);
            let target = included(path, &include.path, dir);
            let Some(file) = target.and_then(|path| self.index.get(path.as_str()).copied()) else {
                self.forest.missing += 1;
                continue;
            };
            let around = mount.node(include.scope);
            // The items of the included file are those of the scope that includes it; an expression has its own.
            let (node, by) = match include.items {
                true => (around, By::Items),
                false => (self.block(root, around, next.file, include.line), By::Expression),
            };
            let at = (next.file, include.line, include.column);
            let waiting_file = Waiting { file, node, beside: true, chain: next.chain.clone(), by, at };
            self.push(root, waiting_file, waiting);
        }
    }

    /// A block for what is included in an expression.
    fn block(&mut self, root: u32, parent: u32, file: u32, line: u32) -> u32 {
        let test = self.forest.nodes[parent as usize].test;
        self.forest.nodes.push(Node {
            root,
            parent,
            kind: NodeKind::Block,
            name: String::new(),
            public: false,
            test,
            macro_use: false,
            file,
            line,
        });
        self.forest.nodes.len() as u32 - 1
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
                target
                    .and_then(|target| self.index.get(target.as_str()).copied())
                    .map(|file| (file, true, By::Path)),
            );
        }
        if declaration.beside {
            for (candidate, beside) in [(format!("{name}.rs"), false), (format!("{name}/mod.rs"), true)] {
                let target = paths::join(&inside, &candidate);
                if let Some(file) = target.and_then(|target| self.index.get(target.as_str()).copied()) {
                    found.push((file, beside, By::Module));
                    break;
                }
            }
        }
        let place = (declaration.line, declaration.column);
        if found.is_empty() && !declaration.conditional && self.forest.roots[root as usize].krate.is_some() {
            let message = format!("the module `{name}` has no file");
            self.problems.push(Problem::at(path, place.0, place.1, ProblemKind::MissingModule, message));
        }
        for (file, beside, by) in found {
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
                macro_use: declaration.macro_use,
                file,
                line: 1,
            });
            let at = (next.file, place.0, place.1);
            let waiting_file = Waiting { file, node, beside, chain: next.chain.clone(), by, at };
            self.push(root, waiting_file, waiting);
        }
    }

    /// Queues a file, of which the chain is still that of whoever takes it in.
    fn push(&mut self, root: u32, next: Waiting, waiting: &mut Vec<Waiting>) {
        let Waiting { file, ref chain, .. } = next;
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
            let (from, line, column) = next.at;
            let from = self.files.paths[from as usize];
            self.problems.push(Problem::at(from, line, column, ProblemKind::MissingModule, message));
            return;
        }
        let chain = Chain { file, length: chain.length + 1, outer: Some(chain.clone()) };
        waiting.push(Waiting { chain: Rc::new(chain), ..next });
    }
}
