//! Which names every module has, and what a path means that stands in it.

use serde::{Deserialize, Serialize};

use super::held::Held;
use super::known;
use super::symbols::{PathId, Symbol, Symbols};
use crate::code::NodeKind;
use crate::hashed::{HashMap, HashSet};

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Target {
    /// A module or an enum of the workspace.
    Node(u32),
    /// Something else, by its path.
    Path(PathId),
}

/// A name in a module.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Binding {
    pub(super) target: Target,
    /// Whether it can be seen from outside of the module.
    pub(super) public: bool,
    /// Whether a glob brought it, so that a name of the module itself comes before it.
    pub(super) by_glob: bool,
    /// Whether the name is that of a type alias which only mentions the target, as an argument or behind a `&`.
    pub(super) mention: bool,
}

/// A module, an enum or a block.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) kind: NodeKind,
    pub(super) parent: u32,
    pub(super) root: u32,
    pub(super) path: PathId,
    pub(super) names: Held,
    /// Globs of crates from elsewhere and of what build scripts write, whose names nobody knows.
    pub(super) foreign_globs: Vec<ForeignGlob>,
}

/// A glob of something whose names nobody knows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct ForeignGlob {
    pub(super) path: PathId,
    /// Whether its names can be seen from outside of the module.
    pub(super) public: bool,
    /// Whether it stands in the module itself, rather than in one that is brought by a glob.
    pub(super) direct: bool,
}

/// A tree of modules.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Root {
    pub(super) krate: Option<usize>,
    pub(super) node: u32,
    /// Edition 2015 reads `use` from the crate's root.
    pub(super) edition: u16,
    /// The crates that paths can begin with.
    pub(super) externs: HashMap<Symbol, Target>,
    /// Those of them that only tests can name: dev-dependencies.
    pub(super) for_tests: HashSet<Symbol>,
    /// The roots of crates whose macros are there without being imported, by `#[macro_use] extern crate`.
    pub(super) macro_crates: Vec<u32>,
}

/// All names of a tree of files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Table {
    pub(super) symbols: Symbols,
    pub(super) places: Vec<Place>,
    pub(super) roots: Vec<Root>,
    /// The module or enum of a path.
    pub(super) node_of: HashMap<PathId, u32>,
    /// The definitions of a macro: index of the mount, and index into the file's macros.
    pub(super) macros: HashMap<PathId, Vec<(u32, u32)>>,
    /// Whether following imports was given up.
    pub(super) cut: bool,
    /// How often an import was looked at.
    pub(super) steps: u64,
}

/// What a path begins with, after which `used` segments are accounted for and the rest is as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) base: Base,
    pub(super) used: usize,
    /// Whether a glob brought the first segment.
    pub(super) by_glob: bool,
    /// Whether a type alias on the way only mentions what was found.
    pub(super) mention: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Node(u32),
    Path(PathId),
    /// A path of `std`.
    Known(&'static str),
    /// What is written is what is meant: a primitive type, or a crate that nobody knows.
    Written,
}

/// How far a lookup may guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// Not at all: what a module does not have may still come.
    Nothing,
    /// What a known module does not have is taken to be there, as macros and generated code may define it.
    Leaf,
}

/// A path as it is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a> {
    pub(super) node: u32,
    pub(super) segments: &'a [&'a str],
    pub(super) absolute: bool,
    pub(super) is_use: bool,
    pub(super) is_macro: bool,
}

impl Query<'_> {
    /// Whether it is a macro that is there without being imported, so that no glob needs to bring it.
    pub(super) fn is_std_macro(&self) -> bool {
        self.is_macro && matches!(self.segments, [name] if known::is_std_macro(name))
    }
}

impl Table {
    /// Gives back the memory that was meant for more names.
    pub(super) fn settle(&mut self) {
        self.places.iter_mut().for_each(|place| {
            place.names.settle();
            place.foreign_globs.shrink_to_fit();
        });
        self.places.shrink_to_fit();
        self.symbols.settle();
    }

    /// What a path means. Several answers where a `cfg` decides, or where an alias mentions several; none where it is
    /// not known. `asked` hears of every place that was looked at, and for which segment.
    pub(super) fn find(&self, query: Query, guess: Guess, asked: &mut dyn FnMut(u32, usize)) -> Vec<Found> {
        let mut open = self.first(query, asked);
        let mut found = Vec::new();
        let mut guessed = Vec::new();
        // Each step uses up a segment, so that this ends.
        while let Some(next) = open.pop() {
            let (Base::Node(node), true) = (next.base, next.used < query.segments.len()) else {
                found.push(next);
                continue;
            };
            match query.segments[next.used] {
                "self" => {
                    open.push(Found { used: next.used + 1, ..next });
                    continue;
                }
                "super" => {
                    let base = Base::Node(self.module(self.places[node as usize].parent));
                    open.push(Found { base, used: next.used + 1, ..next });
                    continue;
                }
                _ => {}
            }
            let last = next.used + 1 == query.segments.len();
            asked(node, next.used);
            let mut bindings = self.own(node, query.segments[next.used]);
            // What another crate keeps to itself is not meant where it shows something by that name.
            let from_outside = self.places[node as usize].root != self.places[query.node as usize].root;
            if from_outside && bindings.iter().any(|binding| binding.public) {
                bindings.retain(|binding| binding.public);
            }
            let mut steps: Vec<Found> = bindings
                .iter()
                .map(|binding| {
                    let mention = next.mention || binding.mention;
                    Found { base: base(binding.target), used: next.used + 1, mention, ..next }
                })
                .collect();
            prefer(&mut steps, last, query);
            if steps.is_empty() && guess == Guess::Leaf {
                if next.mention { &mut found } else { &mut guessed }.push(next);
            }
            steps.reverse();
            open.extend(steps);
        }
        // Of two modules that a `cfg` decides between, the one that has the name is meant.
        if found.iter().all(|found| found.mention) {
            found.append(&mut guessed);
        }
        found.dedup();
        found
    }

    /// Whether the first segment of a path means anything, or may come from a glob of another workspace's crate.
    pub(super) fn is_bound(&self, query: Query) -> bool {
        !self.first(query, &mut |_, _| {}).is_empty()
            || self.around(query.node).any(|place| !place.foreign_globs.is_empty())
    }

    /// Whether the crate of a node depends on a package, by its canonical name; what only its tests depend on says nothing
    /// of it.
    pub(super) fn has_dependency(&self, node: u32, package: &str) -> bool {
        let is_it = |target: &Target| match target {
            Target::Path(path) => self.symbols.display(*path) == package,
            Target::Node(node) => self.symbols.display(self.places[*node as usize].path) == package,
        };
        let root = self.places.get(node as usize).and_then(|place| self.roots.get(place.root as usize));
        root.is_some_and(|root| {
            let own = root.externs.iter().filter(|(name, _)| !root.for_tests.contains(*name));
            own.map(|(_, target)| target).any(is_it)
        })
    }

    /// Whether a path begins with a dependency that only tests have. Outside of them it is compiled elsewhere, as what
    /// `quote!` is given, or not at all.
    pub(super) fn is_for_tests(&self, query: Query) -> bool {
        let root = &self.roots[self.places[query.node as usize].root as usize];
        let known = query.segments.first().and_then(|first| self.symbols.known(first));
        let Some(target) =
            known.filter(|first| root.for_tests.contains(first)).and_then(|first| root.externs.get(&first))
        else {
            return false;
        };
        let first = Query { segments: &query.segments[..1], is_use: true, is_macro: false, ..query };
        self.first(first, &mut |_, _| {}).iter().any(|found| found.base == base(*target))
    }

    fn first(&self, query: Query, asked: &mut dyn FnMut(u32, usize)) -> Vec<Found> {
        let Some(first) = query.segments.first() else { return Vec::new() };
        let Some(place) = self.places.get(query.node as usize) else { return Vec::new() };
        let root = &self.roots[place.root as usize];
        let one = |base| vec![Found { base, used: 1, by_glob: false, mention: false }];
        if query.absolute {
            let from_outside = self.outside(root, query);
            if root.edition >= 2018 || !from_outside.is_empty() {
                return from_outside;
            }
            asked(root.node, 0);
            return self.in_place(root.node, first, query);
        }
        match *first {
            "crate" | "$crate" => return one(Base::Node(root.node)),
            "self" => return one(Base::Node(self.module(query.node))),
            "super" => return self.above(query),
            _ => {}
        }
        let mut node = if root.edition < 2018 && query.is_use { root.node } else { query.node };
        loop {
            asked(node, 0);
            let found = self.in_place(node, first, query);
            if !found.is_empty() {
                return found;
            }
            let place = &self.places[node as usize];
            if place.kind == NodeKind::Module {
                break;
            }
            node = place.parent;
        }
        let found = self.textual(node, query);
        if !found.is_empty() {
            return found;
        }
        let found = self.outside(root, query);
        if found.is_empty() { self.brought_by_glob(query) } else { found }
    }

    /// The macros of the modules around, and of the crates that bring theirs.
    fn textual(&self, mut node: u32, query: Query) -> Vec<Found> {
        let &[name] = query.segments else { return Vec::new() };
        if !query.is_macro || query.absolute {
            return Vec::new();
        }
        let macros = |node: u32| -> Vec<Found> {
            let is_macro =
                |found: &Found| matches!(found.base, Base::Path(path) if self.macros.contains_key(&path));
            self.in_place(node, name, query).into_iter().filter(is_macro).collect()
        };
        while self.places[node as usize].parent != node {
            node = self.places[node as usize].parent;
            let found = macros(node);
            if !found.is_empty() {
                return found;
            }
        }
        let crates = &self.roots[self.places[node as usize].root as usize].macro_crates;
        crates.iter().flat_map(|root| macros(*root)).collect()
    }

    /// `super::super::…`
    fn above(&self, query: Query) -> Vec<Found> {
        let mut node = self.module(query.node);
        let mut used = 0;
        while query.segments.get(used) == Some(&"super") {
            let parent = self.places[node as usize].parent;
            if parent == node {
                return Vec::new();
            }
            node = self.module(parent);
            used += 1;
        }
        vec![Found { base: Base::Node(node), used, by_glob: false, mention: false }]
    }

    /// The module that a place is or lies in.
    pub(super) fn module(&self, mut node: u32) -> u32 {
        while self.places[node as usize].kind != NodeKind::Module {
            node = self.places[node as usize].parent;
        }
        node
    }

    fn in_place(&self, node: u32, name: &str, query: Query) -> Vec<Found> {
        let last = query.segments.len() == 1;
        let found = |binding: &Binding| Found {
            base: base(binding.target),
            used: 1,
            by_glob: binding.by_glob,
            mention: binding.mention,
        };
        let mut steps: Vec<Found> = self.own(node, name).iter().map(found).collect();
        prefer(&mut steps, last, query);
        steps
    }

    /// What a place itself calls by a name; what came by a glob only where there is nothing else.
    fn own(&self, node: u32, name: &str) -> Vec<Binding> {
        let Some(symbol) = self.symbols.known(name) else { return Vec::new() };
        let all = || self.places[node as usize].names.get(symbol).copied();
        let own: Vec<Binding> = all().filter(|binding| !binding.by_glob).collect();
        if own.is_empty() { all().collect() } else { own }
    }

    /// Crates, the prelude, primitive types.
    fn outside(&self, root: &Root, query: Query) -> Vec<Found> {
        let name = query.segments[0];
        let found = |base, used| vec![Found { base, used, by_glob: false, mention: false }];
        let target = self.symbols.known(name).and_then(|symbol| root.externs.get(&symbol));
        if let Some(target) = target {
            return found(base(*target), 1);
        }
        let derive = known::derive(query.segments).filter(|_| query.is_macro && !query.absolute);
        if let Some(name) = known::builtin_crate(name).or_else(|| known::prelude(name)).or(derive) {
            return found(Base::Known(name), 1);
        }
        // Where no manifest says what there is, any name may be that of a crate.
        let path = query.segments.len() > 1 || query.is_use || query.absolute;
        let lower_case = name.starts_with(|first: char| first.is_ascii_lowercase());
        let may_be_crate = root.krate.is_none() && path && lower_case;
        // `::name` and `extern crate name` are nothing else, whatever the manifest has.
        let alone = !query.is_use && query.segments.len() == 1;
        let is_crate = query.absolute && (root.edition >= 2018 || alone);
        if known::is_primitive(name) || may_be_crate || is_crate {
            found(Base::Written, 1)
        } else {
            Vec::new()
        }
    }

    /// The canonical text of what was found for a path.
    pub(super) fn display(&self, found: Found, segments: &[&str]) -> String {
        let mut text = match found.base {
            Base::Node(node) => self.symbols.display(self.places[node as usize].path),
            Base::Path(path) => self.symbols.display(path),
            Base::Known(text) => text.to_owned(),
            Base::Written => segments[..found.used].join("::"),
        };
        for segment in &segments[found.used..] {
            text.push_str("::");
            text.push_str(segment);
        }
        known::canonical(text)
    }
}

fn base(target: Target) -> Base {
    match target {
        Target::Node(node) => Base::Node(node),
        Target::Path(path) => Base::Path(path),
    }
}

/// Modules are meant where a path goes on, and something else where it ends, if both have the name; `use` means
/// both. Macros are never modules.
fn prefer(steps: &mut Vec<Found>, last: bool, query: Query) {
    let is_node = |step: &Found| !step.mention && matches!(step.base, Base::Node(_));
    let is_other = |step: &Found| !step.mention && !is_node(step);
    if query.is_macro && last {
        steps.retain(|step| !is_node(step));
    } else if !(query.is_use && last) && steps.iter().any(is_node) && steps.iter().any(is_other) {
        steps.retain(|step| step.mention || is_node(step) != last);
    }
}
