//! Follows what files import until nothing new is found.
//!
//! An import is looked at again only when a name arrives that it asked for, and a glob hands on only what arrives, so
//! that the work grows with the number of names and not with its square.

use std::collections::VecDeque;
use std::sync::Arc;

use super::symbols::Symbol;
use super::table::{Base, Binding, ForeignGlob, Found, Guess, Query, Table, Target};
use crate::code::{Binds, Facts, Forest, Import};
use crate::hashed::{HashMap, HashSet};

/// How many names imports may bring in all, against globs that copy everything everywhere.
pub(super) const MAX_BROUGHT: usize = 10_000_000;

/// How many meanings of one name are told apart. A `cfg` for each platform has a dozen.
pub(super) const MAX_MEANINGS: usize = 64;

/// Adds a meaning of a name, unless it is there; one that can be seen replaces one that cannot.
pub(super) fn insert(table: &mut Table, node: u32, symbol: Symbol, binding: Binding) -> bool {
    let bindings = table.places[node as usize].names.entry(symbol);
    let same = |known: &Binding| {
        (known.target, known.by_glob, known.mention) == (binding.target, binding.by_glob, binding.mention)
    };
    match bindings.iter().position(same) {
        Some(index) => {
            let wider = binding.public && !bindings[index].public;
            bindings[index].public |= binding.public;
            wider
        }
        None if bindings.len() >= MAX_MEANINGS => {
            table.cut = true;
            false
        }
        None => {
            bindings.push(binding);
            true
        }
    }
}

/// The imports of all files, and who must be asked again when a place gets a name.
pub(super) struct Imports<'a> {
    all: Vec<(&'a Import, &'a Facts, u32)>,
    /// The imports that asked a place for a name.
    asking: HashMap<(u32, Symbol), Vec<u32>>,
    /// The places that a glob of this one fills, and whether others see its names there and whether it sees what is
    /// private here.
    globs: HashMap<u32, Vec<Glob>>,
    known_globs: HashSet<(u32, Glob)>,
    /// What places got and their globs have not been handed.
    arrived: Vec<(u32, Arrival)>,
    waiting: VecDeque<u32>,
    queued: Vec<bool>,
    found: Vec<bool>,
    brought: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Glob {
    to: u32,
    public: bool,
    below: bool,
}

enum Arrival {
    Name(Symbol, Binding),
    Foreign(ForeignGlob),
}

impl<'a> Imports<'a> {
    pub(super) fn of(table: &Table, forest: &Forest, facts: &'a [Arc<Facts>]) -> Self {
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
            asking: HashMap::default(),
            globs: HashMap::default(),
            known_globs: HashSet::default(),
            arrived: Vec::new(),
            waiting: (0..count as u32).collect(),
            queued: vec![true; count],
            found: vec![false; count],
            brought: 0,
        }
    }

    /// Follows every import until nothing changes. What is still open then is taken to be in the module that it
    /// names, and what depends on it is followed again.
    pub(super) fn follow(mut self, table: &mut Table) {
        self.drain(table);
        for index in 0..self.all.len() as u32 {
            if !self.found[index as usize] && !self.is_full(table) {
                self.step(table, index, Guess::Leaf);
                self.drain(table);
            }
        }
    }

    fn is_full(&self, table: &mut Table) -> bool {
        table.cut |= self.brought > MAX_BROUGHT;
        self.brought > MAX_BROUGHT
    }

    fn drain(&mut self, table: &mut Table) {
        while !self.is_full(table) {
            if let Some((node, arrival)) = self.arrived.pop() {
                self.hand_on(table, node, &arrival);
            } else if let Some(index) = self.waiting.pop_front() {
                self.queued[index as usize] = false;
                self.step(table, index, Guess::Nothing);
            } else {
                break;
            }
        }
    }

    fn step(&mut self, table: &mut Table, index: u32, guess: Guess) {
        table.steps += 1;
        let (import, facts, node) = self.all[index as usize];
        let segments: Vec<&str> = import.path.segments.iter().map(|name| facts.name(*name)).collect();
        let symbols: Vec<Symbol> = segments.iter().map(|segment| table.symbols.symbol(segment)).collect();
        // `use log::log` names the crate, unless there is a module, and not what it itself brings by that name: else its
        // path would grow with each look.
        let root = table.places[node as usize].root as usize;
        let is_here = |first: &str| first == "self" || (first == "crate" && table.roots[root].node == node);
        // `use crate::log::log` in the root: as far as anybody can see, the module is not there.
        let from_here = import.is_use && segments.len() > 2 && is_here(segments[0]);
        let first = symbols[usize::from(from_here)];
        let own =
            matches!(import.binds, Binds::Name(name) if table.symbols.known(facts.name(name)) == Some(first));
        let bindings = || table.places[node as usize].names.get(first);
        let is_node = |binding: &Binding| matches!(binding.target, Target::Node(_));
        let names_itself = import.is_use && own && segments.len() > 1 && !bindings().any(is_node);
        if names_itself && from_here {
            return;
        }
        let query = Query {
            node,
            segments: &segments,
            absolute: import.path.absolute || names_itself,
            is_use: import.is_use,
            is_macro: false,
        };
        let mut ask = |place: u32, segment: usize| {
            let asking = self.asking.entry((place, symbols[segment])).or_default();
            if asking.last() != Some(&index) {
                asking.push(index);
            }
        };
        let found = table.find(query, guess, &mut ask);
        self.found[index as usize] |= !found.is_empty();
        for found in found {
            let found = table.shown_by_glob(found, query);
            if let (true, Base::Node(node_of_crate)) = (import.macro_use, found.base) {
                table.roots[root].macro_crates.push(node_of_crate);
            }
            match &import.binds {
                Binds::Nothing => {}
                Binds::Name(name) => {
                    let symbol = table.symbols.symbol(facts.name(*name));
                    let target = target(table, found, &segments);
                    if names_crate(import, facts) && table.roots[root].node == node {
                        table.roots[root].externs.insert(symbol, target);
                    }
                    let mention = import.mention || found.mention;
                    let binding = Binding { target, public: import.public, by_glob: false, mention };
                    self.bring(table, node, symbol, binding);
                }
                Binds::All => match target(table, found, &segments) {
                    Target::Node(from) => self.open(table, from, node, import.public),
                    Target::Path(path) => {
                        let glob = ForeignGlob { path, public: import.public, direct: true };
                        self.bring_foreign(table, node, glob);
                    }
                },
            }
        }
    }

    /// A glob of one place in another: copies what is there, and what arrives later.
    fn open(&mut self, table: &mut Table, from: u32, to: u32, public: bool) {
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
        let glob = Glob { to, public, below };
        if !self.known_globs.insert((from, glob)) {
            return;
        }
        self.globs.entry(from).or_default().push(glob);
        let place = &table.places[from as usize];
        let names: Vec<(Symbol, Binding)> = place.names.iter().collect();
        let foreign = place.foreign_globs.clone();
        for foreign in foreign {
            self.hand(table, glob, &Arrival::Foreign(foreign));
        }
        for (symbol, binding) in names {
            self.hand(table, glob, &Arrival::Name(symbol, binding));
        }
    }

    fn hand_on(&mut self, table: &mut Table, node: u32, arrival: &Arrival) {
        let Some(globs) = self.globs.get(&node).cloned() else { return };
        for glob in globs {
            self.hand(table, glob, arrival);
        }
    }

    fn hand(&mut self, table: &mut Table, glob: Glob, arrival: &Arrival) {
        match *arrival {
            Arrival::Name(symbol, binding) if binding.public || glob.below => {
                let binding = Binding { public: glob.public, by_glob: true, ..binding };
                self.bring(table, glob.to, symbol, binding);
            }
            Arrival::Foreign(foreign) if foreign.public || glob.below => {
                let foreign = ForeignGlob { public: glob.public, direct: false, ..foreign };
                self.bring_foreign(table, glob.to, foreign);
            }
            _ => {}
        }
    }

    fn bring(&mut self, table: &mut Table, node: u32, symbol: Symbol, binding: Binding) {
        if !insert(table, node, symbol, binding) {
            return;
        }
        self.brought += 1;
        if self.globs.contains_key(&node) {
            self.arrived.push((node, Arrival::Name(symbol, binding)));
        }
        // Whoever asked the place for the name looks again, and asks again.
        for index in self.asking.remove(&(node, symbol)).into_iter().flatten() {
            if !std::mem::replace(&mut self.queued[index as usize], true) {
                self.waiting.push_back(index);
            }
        }
    }

    fn bring_foreign(&mut self, table: &mut Table, node: u32, glob: ForeignGlob) {
        let globs = &mut table.places[node as usize].foreign_globs;
        if let Some(known) = globs.iter_mut().find(|known| known.path == glob.path) {
            known.direct |= glob.direct;
            let wider = glob.public && !known.public;
            known.public |= glob.public;
            if !wider {
                return;
            }
        } else if globs.len() >= MAX_MEANINGS {
            table.cut = true;
            return;
        } else {
            globs.push(glob);
        }
        self.brought += 1;
        if self.globs.contains_key(&node) {
            self.arrived.push((node, Arrival::Foreign(glob)));
        }
    }
}

/// Whether an import is an `extern crate`.
pub(super) fn names_crate(import: &Import, facts: &Facts) -> bool {
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::{Cache, Code, Tree};

    const MANIFEST: &str = "[package]\nname = \"app\"\nedition = \"2021\"\n";

    /// Reads a library; each of its imports is looked at so often, and no more than that.
    #[track_caller]
    fn check(text: &str, imports: u64, looks: u64, canonical: &str) {
        let code =
            Code::read(&Tree::from_memory([("Cargo.toml", MANIFEST), ("src/lib.rs", text)]), &Cache::off());
        let names = code.names();
        assert!(names.table.steps <= looks * imports, "{} looks at {imports} imports", names.table.steps);
        let found = names.references().iter().any(|reference| &*reference.canonical == canonical);
        assert!(found, "{canonical} is not among {} references", names.references().len());
    }

    #[test]
    fn a_chain_of_aliases_in_one_module_is_followed_once_whichever_way_it_is_written() {
        let count = 10_000;
        let link = |index: u64| format!("use self::a{} as a{index};\n", index - 1);
        let forwards: String = (1..count).map(link).collect();
        let backwards: String = (1..count).rev().map(link).collect();
        for chain in [forwards, backwards] {
            let text = format!(
                "mod m {{ pub fn f() {{}} }}\nuse m::f as a0;\n{chain}mod n {{ pub use super::a9999; }}"
            );
            check(&text, count + 1, 4, "app::m::f");
        }
    }

    #[test]
    fn an_import_called_like_its_crate_names_the_crate() {
        let manifest = format!("{MANIFEST}[dependencies]\nlog = \"1\"\n");
        let text = "use log::log;\npub fn f() { log!(); log::info(); }\n";
        let tree = Tree::from_memory([("Cargo.toml", manifest.as_str()), ("src/lib.rs", text)]);
        let code = Code::read(&tree, &Cache::off());
        assert!(
            code.names().table.steps <= 4 && !code.names().table.cut,
            "{} looks",
            code.names().table.steps
        );
    }

    #[test]
    fn an_import_called_like_a_module_that_nobody_sees_does_not_go_through_itself() {
        // A macro declares the modules, so that no target reaches the file, and `crate` is the file itself.
        let rule =
            "use crate::words::words;\nuse self::fallback::fallback;\npub fn f() { words(); fallback(); }\n";
        let root = "declare! { words fallback rule }\nuse crate::words::words;\npub fn g() { words(); }\n";
        let files = [("Cargo.toml", MANIFEST), ("src/lib.rs", root), ("src/rule.rs", rule)];
        let code = Code::read(&Tree::from_memory(files), &Cache::off());
        let table = &code.names().table;
        assert!(table.steps <= 6 && !table.cut, "{} looks", table.steps);
    }

    #[test]
    fn globs_of_globs_hand_on_each_name_once() {
        let count = 3_000;
        let mut text = String::from("mod m0 { pub fn end() {} pub fn stop() {} }\n");
        for index in 1..count {
            writeln!(text, "mod m{index} {{ pub use super::m{}::*; pub use self::end as end; }}", index - 1)
                .expect("a String takes all");
        }
        write!(text, "mod user {{ use super::m{}::stop; }}", count - 1).expect("a String takes all");
        check(&text, 2 * count, 6, "app::m0::stop");
    }

    #[test]
    fn many_imports_of_one_module_do_not_wait_for_each_others_names() {
        let mut text = String::from("mod m { ");
        let mut uses = String::new();
        for index in 0..10_000 {
            write!(text, "pub fn f{index}() {{}} ").expect("a String takes all");
            writeln!(uses, "use m::f{index};").expect("a String takes all");
        }
        check(&format!("{text} }}\n{uses}"), 10_000, 2, "app::m::f9999");
    }
}
