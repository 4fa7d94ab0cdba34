//! The walk from tests over what names what.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::mentions::{Known, Mentions};
use super::{Reach, Reached};
use crate::code::{Code, ItemKind};
use crate::names::Item;

/// Something that can be named and names others.
struct Node {
    name: String,
    /// The type or the trait that has it.
    outer: Option<String>,
    is_of_trait: bool,
    /// Whether nobody has to name it.
    is_implicit: bool,
    is_function: bool,
}

/// What can be named, before anybody is asked what he names.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    places: HashMap<(Arc<str>, u32, u32), usize>,
    by_path: HashMap<String, Vec<usize>>,
    /// Functions of types and traits.
    methods: HashMap<String, Vec<usize>>,
    macros: HashMap<String, Vec<usize>>,
    /// The names of crates in code.
    crates: HashSet<String>,
    pub(super) known: Known,
}

impl Graph {
    pub(super) fn of(code: &Code) -> Graph {
        let names = code.names();
        let is_trait = |item: &Item<'_>| item.kind() == ItemKind::Trait;
        let traits: HashSet<String> = names.items().filter(is_trait).map(|item| item.path()).collect();
        let mut graph = Graph::default();
        for item in names.items() {
            let kind = item.kind();
            if matches!(kind, ItemKind::Function | ItemKind::Constant | ItemKind::Static | ItemKind::Macro) {
                graph.add(&item, kind, &traits);
            }
        }
        graph
    }

    fn add(&mut self, item: &Item<'_>, kind: ItemKind, traits: &HashSet<String>) {
        let (path, place) = (item.path(), (item.file().clone(), item.line(), item.column()));
        let fresh = self.nodes.len();
        // A file that is in several targets has its functions under several paths.
        let node = *self.places.entry(place).or_insert(fresh);
        self.crates.extend(path.split("::").next().map(str::to_owned));
        let of_path = self.by_path.entry(path).or_default();
        if !of_path.contains(&node) {
            of_path.push(node);
        }
        if node != fresh {
            return;
        }
        let (name, outer) = (item.name().to_owned(), item.outer());
        let is_foreign = outer
            .as_ref()
            .and_then(Item::implemented)
            .is_some_and(|implemented| !implemented.canonical.iter().any(|path| traits.contains(path)));
        self.known.called.insert(name.clone());
        self.known.types.extend(outer.as_ref().map(|outer| outer.name().to_owned()));
        match kind {
            ItemKind::Macro => self.macros.entry(name.clone()).or_default().push(node),
            ItemKind::Function if outer.is_some() => self.methods.entry(name.clone()).or_default().push(node),
            _ => {}
        }
        self.nodes.push(Node {
            is_implicit: is_foreign || outer.is_none() && name == "main",
            is_of_trait: outer.as_ref().is_some_and(|outer| outer.kind() == ItemKind::Trait),
            outer: outer.map(|outer| outer.name().to_owned()),
            is_function: kind == ItemKind::Function,
            name,
        });
    }

    /// Follows what tests name, given what the items of each file name.
    pub(super) fn walk(&self, read: Vec<(String, Vec<Mentions>)>) -> Reached {
        let mut walk = Walk {
            graph: self,
            sites: HashMap::new(),
            reach: vec![Reach::Never; self.nodes.len()],
            names: HashSet::new(),
            waiting: Vec::new(),
        };
        let (mut tests, mut elsewhere): (Vec<Site>, Vec<Site>) = (Vec::new(), Vec::new());
        let mut for_tests: HashSet<usize> = HashSet::new();
        let mut reached = Reached::default();
        for (file, sites) in read {
            let file: Arc<str> = file.into();
            let types = sites.iter().flat_map(|site| site.types.iter().cloned());
            let types: Arc<HashSet<String>> = Arc::new(types.collect());
            for mentions in sites {
                let node = self.places.get(&(file.clone(), mentions.line, mentions.column)).copied();
                let site = Site { types: types.clone(), mentions };
                match node {
                    _ if site.mentions.in_test => {
                        reached.tests += usize::from(site.mentions.is_function);
                        for_tests.extend(node);
                        tests.push(site);
                    }
                    Some(node) => drop(walk.sites.insert(node, Arc::new(site))),
                    None => elsewhere.push(site),
                }
            }
        }
        tests.iter().for_each(|site| walk.follow(site, Reach::Surely));
        walk.go_on(Reach::Surely);
        for name in std::mem::take(&mut walk.names) {
            walk.on_anything(&name, Reach::Perhaps);
        }
        elsewhere.iter().for_each(|site| walk.follow(site, Reach::Perhaps));
        walk.go_on(Reach::Perhaps);
        for (place, node) in &self.places {
            if !self.nodes[*node].is_function || for_tests.contains(node) {
                continue;
            }
            let reach = match walk.reach[*node] {
                Reach::Never if self.nodes[*node].is_implicit => Reach::Untold,
                reach => reach,
            };
            reached.functions += 1;
            reached.found.insert(place.clone(), reach);
        }
        reached
    }
}

/// What an item names, and the types that its file names.
struct Site {
    mentions: Mentions,
    types: Arc<HashSet<String>>,
}

struct Walk<'g> {
    graph: &'g Graph,
    sites: HashMap<usize, Arc<Site>>,
    reach: Vec<Reach>,
    /// Names of methods that are called on nobody knows what.
    names: HashSet<String>,
    waiting: Vec<usize>,
}

impl Walk<'_> {
    fn go_on(&mut self, reach: Reach) {
        while let Some(node) = self.waiting.pop() {
            // A function of a trait leads to those that implement it.
            if self.graph.nodes[node].is_of_trait {
                self.on_anything(&self.graph.nodes[node].name, reach);
            }
            if let Some(site) = self.sites.get(&node).cloned() {
                self.follow(&site, reach);
            }
        }
    }

    fn reached(&mut self, nodes: &[usize], reach: Reach) {
        for node in nodes {
            if self.reach[*node] > reach {
                self.reach[*node] = reach;
                self.waiting.push(*node);
            }
        }
    }

    fn follow(&mut self, site: &Site, reach: Reach) {
        let graph = self.graph;
        for (path, is_long) in &site.mentions.paths {
            match graph.by_path.get(path) {
                Some(nodes) => self.reached(nodes, reach),
                None => {
                    // What a type has by a trait is declared there.
                    let (first, last) = (path.split("::").next(), path.rsplit("::").next());
                    if let (Some(first), Some(last)) = (first, last)
                        && *is_long
                        && graph.crates.contains(first)
                    {
                        self.method(last, site, reach);
                    }
                }
            }
        }
        for name in &site.mentions.macros {
            self.reached(graph.macros.get(name).map(Vec::as_slice).unwrap_or_default(), reach);
        }
        for name in &site.mentions.methods {
            self.method(name, site, reach);
        }
    }

    /// A method is surely the one that is meant where it is the only one of its name, and the file names its type.
    fn method(&mut self, name: &str, site: &Site, reach: Reach) {
        let graph = self.graph;
        match graph.methods.get(name).map(Vec::as_slice) {
            Some([only]) if graph.nodes[*only].outer.as_ref().is_some_and(|it| site.types.contains(it)) => {
                self.reached(&[*only], reach);
            }
            Some(_) => self.on_anything(name, reach),
            None => {}
        }
    }

    /// A method of this name is called on nobody knows what: then every one may be meant, and none surely.
    fn on_anything(&mut self, name: &str, reach: Reach) {
        let graph = self.graph;
        if self.names.insert(name.to_owned()) && reach != Reach::Surely {
            self.reached(graph.methods.get(name).map(Vec::as_slice).unwrap_or_default(), reach);
        }
    }
}
