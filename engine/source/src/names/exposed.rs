//! What of a crate or a module can be seen from beyond it, and through which re-exports.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::items::Item;
use super::table::{Base, Guess, Query, Target};
use super::{Names, imports};
use crate::code::{Binds, ItemKind, Mount, NodeKind, Visibility};

/// What can be seen from beyond a crate or a module.
pub struct Exposed<'n> {
    names: &'n Names,
    /// The tree of modules.
    root: u32,
    least: Visibility,
    /// Modules and enums whose names can be written from outside.
    nodes: HashMap<u32, Route>,
    /// What re-exports and aliases bring out, by its canonical path.
    items: HashMap<String, Route>,
    /// What is re-exported, wherever it comes from, in the order in which it is met.
    pub reexports: Vec<Reexport>,
}

/// How something can be written from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The path, with the name of the crate or module in front.
    pub path: String,
    /// The last re-export on the way: file, line and column.
    pub through: Option<(Arc<str>, u32, u32)>,
}

/// A `pub use` or a `pub extern crate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reexport {
    /// What it may mean.
    pub canonical: Vec<String>,
    /// The path as it is written.
    pub written: String,
    /// How it can be written from outside; of a glob, what it is brought into.
    pub path: String,
    /// Index into [`Names::modules`]: the module that has it.
    pub module: Option<usize>,
    /// Path of the file.
    pub file: Arc<str>,
    /// Line of the first segment.
    pub line: u32,
    /// Column of the first segment, in characters.
    pub column: u32,
}

/// What stands in each module: declarations and imports that are not private, by their mount and index.
#[derive(Debug, Default)]
pub(super) struct Contents {
    declared: HashMap<u32, Vec<(u32, u32)>>,
    exports: HashMap<u32, Vec<(u32, u32)>>,
}

impl Contents {
    pub(super) fn of(names: &Names) -> Self {
        names.facts.read_all();
        let mut contents = Contents::default();
        for (mount, index) in names.forest.mounts.iter().zip(0..) {
            let facts = &*names.facts[mount.file as usize];
            for (declared, position) in facts.declared.iter().zip(0..) {
                if declared.outer.is_none() && declared.kind != ItemKind::Implementation {
                    contents.declared.entry(mount.node(declared.scope)).or_default().push((index, position));
                }
            }
            for ((import, _), position) in facts.exports.iter().zip(0..) {
                let scope = facts.imports[*import as usize].path.scope;
                contents.exports.entry(mount.node(scope)).or_default().push((index, position));
            }
        }
        contents
    }
}

impl Names {
    /// What can be seen from beyond a module, of what is at least as visible as `least`. For the root of a library and
    /// [`Visibility::Public`], what other crates can name. What is there for tests only is not.
    pub fn exposed(&self, module: usize, least: Visibility) -> Exposed<'_> {
        let start = self.nodes_of_modules()[module];
        let root = self.forest.nodes[start as usize].root;
        let mut exposed = Exposed {
            names: self,
            root,
            least,
            nodes: HashMap::new(),
            items: HashMap::new(),
            reexports: Vec::new(),
        };
        let mut waiting = VecDeque::new();
        let route = Route { path: self.modules[module].canonical.to_string(), through: None };
        exposed.open(start, route, &mut waiting);
        while let Some(node) = waiting.pop_front() {
            exposed.look(node, &mut waiting);
        }
        exposed
    }

    fn declared_in(&self, node: u32) -> impl Iterator<Item = Item<'_>> {
        let declared = self.contents().declared.get(&node).into_iter().flatten();
        declared.map(|(mount, index)| Item::at(self, self.forest.mounts[*mount as usize], *index))
    }
}

impl Exposed<'_> {
    /// How an item can be written from outside; `None` where it cannot be seen there. What an implementation has is seen
    /// with its type, what a trait has with the trait.
    pub fn route(&self, item: &Item<'_>) -> Option<Route> {
        let node = item.node();
        let is_elsewhere = self.names.forest.nodes[node as usize].root != self.root;
        if is_elsewhere || item.visibility() < self.least || item.in_test() {
            return None;
        }
        if item.kind() == ItemKind::Macro {
            let root = &self.names.forest.roots[self.root as usize].name;
            return Some(Route { path: format!("{root}::{}", item.name()), through: None });
        }
        let around = match item.outer() {
            Some(outer) if outer.kind() == ItemKind::Implementation => self.route_of_subject(&outer),
            Some(outer) => self.route(&outer),
            None => self.nodes.get(&node).cloned(),
        };
        match around {
            Some(around) => Some(Route { path: format!("{}::{}", around.path, item.name()), ..around }),
            None if item.outer().is_none() => self.items.get(&item.path()).cloned(),
            None => None,
        }
    }

    /// How the type of an implementation can be written from outside.
    pub fn route_of_subject(&self, implementation: &Item<'_>) -> Option<Route> {
        implementation.subjects().iter().find_map(|subject| self.items.get(subject).cloned())
    }

    fn open(&mut self, node: u32, route: Route, waiting: &mut VecDeque<u32>) {
        if let std::collections::hash_map::Entry::Vacant(entry) = self.nodes.entry(node) {
            entry.insert(route);
            waiting.push_back(node);
        }
    }

    fn look(&mut self, node: u32, waiting: &mut VecDeque<u32>) {
        let names = self.names;
        let Some(route) = self.nodes.get(&node).cloned() else { return };
        for item in names.declared_in(node) {
            if item.visibility() < self.least || item.in_test() {
                continue;
            }
            let path = format!("{}::{}", route.path, item.name());
            let below = Route { path, through: route.through.clone() };
            if item.kind() == ItemKind::Module {
                for child in names.modules_named(node, item.name()) {
                    self.open(child, below.clone(), waiting);
                }
            }
            self.items.entry(item.path()).or_insert(below);
        }
        let exports = names.contents().exports.get(&node).into_iter().flatten();
        for (mount, export) in exports.copied() {
            self.import(names.forest.mounts[mount as usize], export, node, &route, waiting);
        }
    }

    fn import(&mut self, mount: Mount, export: u32, node: u32, route: &Route, waiting: &mut VecDeque<u32>) {
        let names = self.names;
        let facts = &*names.facts[mount.file as usize];
        let (index, seen) = facts.exports[export as usize];
        let import = &facts.imports[index as usize];
        if seen < self.least || names.forest.nodes[node as usize].test {
            return;
        }
        let segments: Vec<&str> = import.path.segments.iter().map(|name| facts.name(*name)).collect();
        let query = Query {
            node,
            segments: &segments,
            absolute: import.path.absolute,
            is_use: import.is_use,
            is_macro: false,
        };
        let found = names.table.find(query, Guess::Leaf, &mut |_, _| {});
        let path = match import.binds {
            Binds::Name(name) => format!("{}::{}", route.path, facts.name(name)),
            Binds::All | Binds::Nothing => route.path.clone(),
        };
        let file = names.files[mount.file as usize].clone();
        let (line, column) = (import.path.line, import.path.column);
        let through = Some((file.clone(), line, column));
        let mut canonical = Vec::new();
        for found in found {
            let text = names.table.display(found, &segments);
            let below = Route { path: path.clone(), through: through.clone() };
            match found.base {
                Base::Node(to) if found.used == segments.len() => {
                    let is_module = names.forest.nodes[to as usize].kind != NodeKind::Enum;
                    let opens = is_module || matches!(import.binds, Binds::All);
                    if opens && names.forest.nodes[to as usize].root == self.root {
                        self.open(to, below.clone(), waiting);
                    }
                    if !is_module {
                        self.items.entry(text.clone()).or_insert(below);
                    }
                }
                _ => {
                    self.items.entry(text.clone()).or_insert(below);
                }
            }
            canonical.push(text);
        }
        if import.is_use || imports::names_crate(import, facts) {
            let module = names.module_of_node(names.table.module(node));
            let written = segments.join("::");
            self.reexports.push(Reexport { canonical, written, path, module, file, line, column });
        }
    }
}

impl Names {
    /// The modules of a name right below another.
    fn modules_named(&self, node: u32, name: &str) -> Vec<u32> {
        let symbol = self.table.symbols.known(name);
        let bindings =
            symbol.into_iter().flat_map(|symbol| self.table.places[node as usize].names.get(symbol));
        let module = |target| match target {
            Target::Node(child) => {
                let node_of = &self.forest.nodes[child as usize];
                (node_of.kind == NodeKind::Module && node_of.parent == node).then_some(child)
            }
            Target::Path(_) => None,
        };
        bindings.filter_map(|binding| module(binding.target)).collect()
    }
}
