//! Fills the table of names: what files define, then what they import, until nothing new is found.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::symbols::{PathId, Symbol};
use super::table::{Base, Binding, Found, Guess, Place, Query, Root, Table, Target};
use crate::code::{Binds, Facts, Forest, Import, Mount, NodeKind};
use crate::workspace::{TargetKind, Workspace};

/// How many names imports may bring in all, against globs that copy everything everywhere.
pub(super) const MAX_BROUGHT: usize = 10_000_000;

/// The table of a workspace.
pub(super) fn table(workspace: &Workspace, forest: &Forest, facts: &[Arc<Facts>], files: &[&str]) -> Table {
    let mut table = Table::default();
    add_places(&mut table, forest, files);
    add_externs(&mut table, workspace, forest);
    for mount in &forest.mounts {
        add_items(&mut table, &facts[mount.file as usize], *mount);
    }
    Imports::of(&table, forest, facts).follow(&mut table);
    table
}

fn add_places(table: &mut Table, forest: &Forest, files: &[&str]) {
    for node in &forest.nodes {
        let root = &forest.roots[node.root as usize];
        let is_root = node.parent as usize == table.places.len();
        let path = if is_root {
            let name = if root.name.is_empty() { files[node.file as usize] } else { &root.name };
            table.symbols.new_root(name)
        } else {
            let parent = table.places[node.parent as usize].path;
            if node.kind == NodeKind::Block {
                parent
            } else {
                let symbol = table.symbols.symbol(&node.name);
                table.symbols.child(Some(parent), symbol)
            }
        };
        let index = table.places.len() as u32;
        if node.kind != NodeKind::Block {
            table.node_of.entry(path).or_insert(index);
        }
        table.places.push(Place {
            kind: node.kind,
            parent: node.parent,
            root: node.root,
            path,
            names: HashMap::new(),
            foreign_globs: Vec::new(),
        });
        if !is_root && node.kind != NodeKind::Block {
            let symbol = table.symbols.symbol(&node.name);
            let binding = Binding { target: Target::Node(index), public: node.public, by_glob: false };
            insert(table, node.parent, symbol, binding);
        }
    }
}

/// The crates that paths of each tree can begin with: dependencies, the library beside a binary or a test.
fn add_externs(table: &mut Table, workspace: &Workspace, forest: &Forest) {
    let mut libraries = HashMap::new();
    for root in &forest.roots {
        if let (Some(krate), TargetKind::Library) = (root.krate, root.kind) {
            libraries.insert(krate, root.node);
        }
    }
    for root in &forest.roots {
        let mut externs = HashMap::new();
        let krate = root.krate.map(|krate| &workspace.crates[krate]);
        for dependency in krate.iter().flat_map(|krate| &krate.dependencies) {
            let symbol = table.symbols.symbol(&dependency.name);
            let target = match dependency.member.and_then(|member| libraries.get(&member)) {
                Some(node) => Target::Node(*node),
                None => Target::Path(table.symbols.path(&dependency.package.replace('-', "_"))),
            };
            externs.insert(symbol, target);
        }
        if let (Some(index), Some(krate)) = (root.krate, krate)
            && root.kind != TargetKind::Library
            && let (Some(name), Some(node)) = (&krate.lib_name, libraries.get(&index))
        {
            externs.insert(table.symbols.symbol(name), Target::Node(*node));
        }
        let edition = krate.map_or(2024, |krate| krate.edition);
        table.roots.push(Root { krate: root.krate, node: root.node, edition, externs });
    }
}

fn add_items(table: &mut Table, facts: &Facts, mount: Mount) {
    for item in &facts.items {
        let mut node = mount.node(item.scope);
        if item.exported_macro {
            node = table.roots[table.places[node as usize].root as usize].node;
        }
        let symbol = table.symbols.symbol(facts.name(item.name));
        let path = table.symbols.child(Some(table.places[node as usize].path), symbol);
        let binding = Binding { target: Target::Path(path), public: item.public, by_glob: false };
        insert(table, node, symbol, binding);
    }
}

/// Adds a meaning of a name, unless it is there; one that can be seen replaces one that cannot.
fn insert(table: &mut Table, node: u32, symbol: Symbol, binding: Binding) -> bool {
    let bindings = table.places[node as usize].names.entry(symbol).or_default();
    let same = |known: &Binding| known.target == binding.target && known.by_glob == binding.by_glob;
    match bindings.iter().position(same) {
        Some(index) => {
            let wider = binding.public && !bindings[index].public;
            bindings[index].public |= binding.public;
            wider
        }
        // A `cfg` has two or three; more are not told apart.
        None if bindings.len() >= 8 => false,
        None => {
            bindings.push(binding);
            true
        }
    }
}

/// The imports of all files, and who must be asked again when a place gets a name.
struct Imports<'a> {
    all: Vec<(&'a Import, &'a Facts, u32)>,
    asking: HashMap<u32, Vec<u32>>,
    /// For each import, the places that it asked.
    asked: Vec<Vec<u32>>,
    waiting: VecDeque<u32>,
    queued: Vec<bool>,
    found: Vec<bool>,
    brought: usize,
}

impl<'a> Imports<'a> {
    fn of(table: &Table, forest: &Forest, facts: &'a [Arc<Facts>]) -> Self {
        let mut all: Vec<(&Import, &Facts, u32)> = Vec::new();
        for mount in &forest.mounts {
            let facts = &*facts[mount.file as usize];
            all.extend(facts.imports.iter().map(|import| (import, facts, mount.node(import.path.scope))));
        }
        // A crate's name may be the first segment of any other import.
        all.sort_by_key(|(import, facts, _)| !names_crate(import, facts));
        debug_assert_eq!(table.places.len(), forest.nodes.len());
        let count = all.len();
        Imports {
            all,
            asking: HashMap::new(),
            asked: vec![Vec::new(); count],
            waiting: (0..count as u32).collect(),
            queued: vec![true; count],
            found: vec![false; count],
            brought: 0,
        }
    }

    /// Follows every import until nothing changes. What is still open then is taken to be in the module that it
    /// names, and what depends on it is followed again.
    fn follow(mut self, table: &mut Table) {
        self.drain(table, Guess::Nothing);
        for index in 0..self.all.len() as u32 {
            if !self.found[index as usize] && !table.cut {
                self.step(table, index, Guess::Leaf);
                self.drain(table, Guess::Nothing);
            }
        }
    }

    fn drain(&mut self, table: &mut Table, guess: Guess) {
        while let Some(index) = self.waiting.pop_front() {
            self.queued[index as usize] = false;
            self.step(table, index, guess);
            if self.brought > MAX_BROUGHT {
                table.cut = true;
                return;
            }
        }
    }

    fn step(&mut self, table: &mut Table, index: u32, guess: Guess) {
        let (import, facts, node) = self.all[index as usize];
        let segments: Vec<&str> = import.path.segments.iter().map(|name| facts.name(*name)).collect();
        let query = Query {
            node,
            segments: &segments,
            absolute: import.path.absolute,
            is_use: import.is_use,
            is_macro: false,
        };
        let mut places = std::mem::take(&mut self.asked[index as usize]);
        let known = places.len();
        let mut ask = |place: u32| {
            if !places.contains(&place) {
                places.push(place);
            }
        };
        let found = table.find(query, guess, &mut ask);
        for found in &found {
            // A glob copies what the module gets later, too.
            if let (Base::Node(from), Binds::All) = (found.base, &import.binds) {
                ask(from);
            }
        }
        for place in &places[known..] {
            self.asking.entry(*place).or_default().push(index);
        }
        self.asked[index as usize] = places;
        self.found[index as usize] |= !found.is_empty();
        for found in found {
            match &import.binds {
                Binds::Nothing => {}
                Binds::Name(name) => {
                    let symbol = table.symbols.symbol(facts.name(*name));
                    let target = target(table, found, &segments);
                    let root = table.places[node as usize].root as usize;
                    if names_crate(import, facts) && table.roots[root].node == node {
                        table.roots[root].externs.insert(symbol, target);
                    }
                    let binding = Binding { target, public: import.public, by_glob: false };
                    self.bring(table, node, symbol, binding);
                }
                Binds::All => match target(table, found, &segments) {
                    Target::Node(from) => self.bring_all(table, from, node, import.public),
                    Target::Path(path) => self.bring_foreign(table, node, path, import.public),
                },
            }
        }
    }

    fn bring_all(&mut self, table: &mut Table, from: u32, to: u32, public: bool) {
        if from == to {
            return;
        }
        // What is private can be seen from below.
        let mut around = table.module(to);
        let mut below = around == from;
        while table.places[around as usize].parent != around {
            around = table.places[around as usize].parent;
            below |= around == from;
        }
        let names: Vec<(Symbol, Binding)> = table.places[from as usize]
            .names
            .iter()
            .flat_map(|(symbol, bindings)| bindings.iter().map(|binding| (*symbol, *binding)))
            .filter(|(_, binding)| binding.public || below)
            .collect();
        self.brought += names.len();
        let foreign: Vec<_> = table.places[from as usize].foreign_globs.clone();
        for (path, _) in foreign.into_iter().filter(|(_, public)| *public || below) {
            self.bring_foreign(table, to, path, public);
        }
        for (symbol, binding) in names {
            self.bring(table, to, symbol, Binding { public, by_glob: true, ..binding });
        }
    }

    fn bring(&mut self, table: &mut Table, node: u32, symbol: Symbol, binding: Binding) {
        if insert(table, node, symbol, binding) {
            self.ask_again(node);
        }
    }

    fn bring_foreign(&mut self, table: &mut Table, node: u32, path: PathId, public: bool) {
        let globs = &mut table.places[node as usize].foreign_globs;
        if globs.len() < 8 && !globs.iter().any(|(known, _)| *known == path) {
            globs.push((path, public));
            self.ask_again(node);
        }
    }

    /// Whoever looked at a place looks again.
    fn ask_again(&mut self, node: u32) {
        self.brought += 1;
        let Some(asking) = self.asking.get(&node) else { return };
        for index in asking {
            if !std::mem::replace(&mut self.queued[*index as usize], true) {
                self.waiting.push_back(*index);
            }
        }
    }
}

/// Whether an import is an `extern crate`.
fn names_crate(import: &Import, facts: &Facts) -> bool {
    let path = &import.path;
    !import.is_use && path.segments.len() == 1 && (path.absolute || facts.name(path.segments[0]) == "crate")
}

/// What was found as something that a name can mean.
fn target(table: &mut Table, found: Found, segments: &[&str]) -> Target {
    let rest = &segments[found.used..];
    let mut path = match found.base {
        Base::Node(node) if rest.is_empty() => return Target::Node(node),
        Base::Node(node) => table.places[node as usize].path,
        Base::Path(path) => path,
        Base::Known(text) => table.symbols.path(text),
        Base::Written => {
            let text = segments[..found.used].join("::");
            table.symbols.path(&text)
        }
    };
    for segment in rest {
        let symbol = table.symbols.symbol(segment);
        path = table.symbols.child(Some(path), symbol);
    }
    Target::Path(path)
}
