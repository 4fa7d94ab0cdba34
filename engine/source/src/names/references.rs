//! Every path in the code that leaves its module, with where it stands and what it means.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::build;
use super::table::{Base, Found as Meaning, Guess, Query};
use super::{Names, Reference};
use crate::code::{Facts, MacroFact, Mount, NodeKind, PathFact, in_parallel};
use crate::hashed::{HashMap, HashSet};

/// How many paths calls of macros may name in all, against macros that call each other over and over.
const MAX_CHARGED: usize = 2_000_000;

/// What a walk over all paths gives.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) references: Vec<Reference>,
    pub(super) unresolved: u64,
    /// Whether what calls of macros name was given up.
    pub(super) cut: bool,
    /// What of it each file has, in the order of the references.
    pub(super) by_file: Vec<OfFile>,
}

/// What is found in one file.
#[derive(Debug)]
pub(super) struct OfFile {
    pub(super) file: u32,
    /// How many of the references.
    pub(super) count: usize,
    pub(super) unresolved: u64,
}

/// Walks over the paths of every file of every crate, files beside each other in threads.
pub(super) fn find(names: &Names) -> Found {
    let mut found = Found { unresolved: names.forest.missing, ..Found::default() };
    let parts = in_parts(names, |mut walk, files| {
        files.iter().for_each(|mounts| walk.file(mounts));
        walk.found
    });
    for part in parts {
        found.references.extend(part.references);
        found.unresolved += part.unresolved;
        found.cut |= part.cut;
        found.by_file.extend(part.by_file);
    }
    found
}

/// Which modules refer to which, what is there for tests left out. The references themselves, which take twice the memory
/// of everything else that is known of a large workspace, are given up file by file.
pub(super) fn links(names: &Names) -> HashSet<(usize, usize)> {
    let parts = in_parts(names, |mut walk, files| {
        let mut links = HashSet::default();
        for mounts in files {
            walk.file(mounts);
            links.extend(walk.found.references.drain(..).filter_map(|reference| link(&reference)));
        }
        links
    });
    parts.into_iter().flatten().collect()
}

/// The modules from which and to which a reference goes, unless it is there for tests.
pub(super) fn link(reference: &Reference) -> Option<(usize, usize)> {
    reference.to.filter(|_| !reference.in_test).map(|to| (reference.from, to))
}

/// What is found by walks over all files, of which each walk gets some.
fn in_parts<T: Send>(names: &Names, find: impl Fn(Walk<'_>, &[&[Mount]]) -> T + Sync) -> Vec<T> {
    let module_of = modules_of(names);
    let mut mounts = names.forest.mounts.clone();
    mounts.sort_by_key(|mount| &names.files[mount.file as usize]);
    // Files beside each other mean the same things, whose texts are shared.
    let parts: Vec<&[Mount]> = mounts.chunk_by(|one, other| one.file == other.file).collect();
    let parts: Vec<&[&[Mount]]> = parts.chunks(FILES_AT_ONCE).collect();
    let charges = AtomicUsize::new(0);
    in_parallel(&parts, |files| find(Walk::of(names, &module_of, &charges), files))
}

/// The same for some files, each by itself.
pub(super) fn of_files(names: &Names, files: &[u32]) -> HashMap<u32, Found> {
    let module_of = modules_of(names);
    let mut mounts: HashMap<u32, Vec<Mount>> = files.iter().map(|file| (*file, Vec::new())).collect();
    for mount in &names.forest.mounts {
        if let Some(of_file) = mounts.get_mut(&mount.file) {
            of_file.push(*mount);
        }
    }
    let mounts: Vec<(u32, Vec<Mount>)> = mounts.into_iter().collect();
    let charges = AtomicUsize::new(0);
    let found = in_parallel(&mounts, |(file, mounts)| {
        let mut walk = Walk::of(names, &module_of, &charges);
        walk.file(mounts);
        (*file, walk.found)
    });
    found.into_iter().collect()
}

/// The index of the module that a node is.
fn modules_of(names: &Names) -> HashMap<u32, usize> {
    let nodes = names.forest.nodes.iter().zip(0_u32..).filter(|(node, _)| node.kind == NodeKind::Module);
    nodes.zip(0..).map(|((_, node), index)| (node, index)).collect()
}

/// How many files one thread takes at a time.
const FILES_AT_ONCE: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Path,
    /// A path in the body of a macro.
    Body,
    Use,
    Alias,
}

struct Walk<'a> {
    names: &'a Names,
    /// Index of the module that a node is.
    module_of: &'a HashMap<u32, usize>,
    texts: HashSet<Arc<str>>,
    /// The macros that a module is charged with already in this file: module, whether for tests, mount, index of the macro.
    charged: HashSet<(u32, bool, u32, u32)>,
    /// How many paths macros have named so far, in all threads.
    charges: &'a AtomicUsize,
    found: Found,
}

/// Where a path stands.
struct Site {
    file: u32,
    line: u32,
    column: u32,
    krate: usize,
    node: u32,
    /// The node of the module.
    from: u32,
    in_test: bool,
    written: Arc<str>,
}

impl<'a> Walk<'a> {
    fn of(names: &'a Names, module_of: &'a HashMap<u32, usize>, charges: &'a AtomicUsize) -> Self {
        let (texts, charged) = (HashSet::default(), HashSet::default());
        Walk { names, module_of, texts, charged, charges, found: Found::default() }
    }

    /// All mounts of one file.
    fn file(&mut self, mounts: &[Mount]) {
        let mut before = std::mem::take(&mut self.found.references);
        let unresolved = self.found.unresolved;
        // What one file has does not depend on which were looked at before.
        self.charged.clear();
        for mount in mounts {
            self.mount(*mount);
        }
        let mut found = std::mem::take(&mut self.found.references);
        found.sort();
        // A file that several targets of a crate have, or that a module is under several conditions, says the same in
        // each. It is for tests only where all of them are.
        found.dedup_by(|again, kept| {
            let same = (again.line, again.column, again.krate) == (kept.line, kept.column, kept.krate)
                && again.canonical == kept.canonical
                && again.module == kept.module;
            if same && kept.in_test && !again.in_test {
                std::mem::swap(again, kept);
            }
            same
        });
        if let Some(mount) = mounts.first() {
            let unresolved = self.found.unresolved - unresolved;
            self.found.by_file.push(OfFile { file: mount.file, count: found.len(), unresolved });
        }
        before.append(&mut found);
        self.found.references = before;
    }

    fn mount(&mut self, mount: Mount) {
        let names = self.names;
        let facts = &*names.facts[mount.file as usize];
        self.found.unresolved += u64::from(facts.gaps);
        // What a type alias mentions is among the paths, too.
        for import in facts.imports.iter().filter(|import| !import.mention) {
            let kind = if import.is_use { Kind::Use } else { Kind::Alias };
            self.path(facts, mount, &import.path, kind);
        }
        let mut bodies = facts.macros.iter().map(|fact| fact.body).peekable();
        for (path, index) in facts.paths.iter().zip(0..) {
            while bodies.next_if(|(_, end)| *end <= index).is_some() {}
            // What a body calls is called where the macro is.
            let in_body = bodies.peek().is_some_and(|(first, _)| *first <= index);
            self.path(facts, mount, path, if in_body { Kind::Body } else { Kind::Path });
        }
        for output in &facts.outputs {
            let written = build::output_path(&output.package);
            let place = (output.line, output.column);
            if let Some(site) = self.site(mount, output.scope, place, output.test, &written) {
                self.refer(&site, None, written);
            }
        }
    }

    /// Where something stands; `None` where no target reaches it.
    fn site(
        &mut self,
        mount: Mount,
        scope: u32,
        (line, column): (u32, u32),
        test: bool,
        written: &str,
    ) -> Option<Site> {
        let names = self.names;
        let node = mount.node(scope);
        let krate = names.forest.roots[names.forest.nodes[node as usize].root as usize].krate?;
        let from = names.table.module(node);
        let in_test =
            test || names.forest.nodes[node as usize].test || names.modules[self.module_of[&from]].test;
        let written = self.text(written.to_owned());
        Some(Site { file: mount.file, line, column, krate, node, from, in_test, written })
    }

    fn path(&mut self, facts: &'a Facts, mount: Mount, path: &PathFact, kind: Kind) {
        let names = self.names;
        let node = mount.node(path.scope);
        if names.forest.roots[names.forest.nodes[node as usize].root as usize].krate.is_none() {
            return;
        }
        let segments: Vec<&str> = path.segments.iter().map(|name| facts.name(*name)).collect();
        let is_use = kind == Kind::Use;
        let query =
            Query { node, segments: &segments, absolute: path.absolute, is_use, is_macro: path.is_macro };
        let mut meanings = names.table.find(query, Guess::Leaf, &mut |_, _| {});
        let single = matches!(kind, Kind::Path | Kind::Body) && segments.len() == 1;
        if meanings.is_empty() && !path.local && !path.absolute && !query.is_std_macro() {
            // Whoever opens several crates names one of them.
            let globs = names.table.foreign_globs(node);
            let direct = globs.iter().filter(|glob| glob.direct);
            meanings.extend(direct.map(|glob| brought(Base::Path(glob.path))));
        }
        if meanings.is_empty() {
            let counts = segments.len() > 1 && !path.guessed && !names.table.is_bound(query);
            self.found.unresolved += u64::from(counts);
            return;
        }
        let place = (path.line, path.column);
        let test = path.test || names.table.is_for_tests(query);
        let Some(site) = self.site(mount, path.scope, place, test, &segments.join("::")) else { return };
        for meaning in meanings {
            if path.is_macro && kind != Kind::Body {
                self.charge_call(&site, meaning);
            }
            // A single name is covered by the import that brought it, unless that was a glob, and nobody needs to
            // import the prelude.
            let covered = single && (!meaning.by_glob || (meaning.used == 0 && path.local));
            if !covered {
                self.mean(&site, meaning, &segments);
            }
        }
    }

    /// What a path means that stands somewhere.
    fn mean(&mut self, site: &Site, meaning: Meaning, segments: &[&str]) {
        let table = &self.names.table;
        let to = self.module_with(meaning);
        // What a module does not have itself may come from the one glob in it of something that nobody knows.
        if let Base::Node(node) = meaning.base
            && meaning.used < segments.len()
        {
            match table.places[node as usize].foreign_globs.as_slice() {
                [] => {}
                [glob] => {
                    let canonical =
                        table.display(Meaning { base: Base::Path(glob.path), ..meaning }, segments);
                    self.refer(site, None, canonical);
                }
                _ => self.found.unresolved += 1,
            }
        }
        if to != Some(site.from) {
            self.refer(site, to, table.display(meaning, segments));
        }
    }

    fn refer(&mut self, site: &Site, to: Option<u32>, canonical: String) {
        let names = self.names;
        let from = self.module_of[&site.from];
        let reference = Reference {
            file: names.files[site.file as usize].clone(),
            line: site.line,
            column: site.column,
            canonical: self.text(canonical),
            written: site.written.clone(),
            krate: site.krate,
            from,
            to: to.and_then(|to| self.module_of.get(&to).copied()),
            module: names.modules[from].path.clone(),
            in_test: site.in_test,
        };
        self.found.references.push(reference);
    }

    /// Whoever calls a macro names what its body names: `$crate` where the macro is defined, and everything else where
    /// the call stands. Macros that the body calls are called, too. A module is charged with a macro once.
    fn charge_call(&mut self, site: &Site, meaning: Meaning) {
        let names = self.names;
        let definitions = |meaning: Meaning| match meaning.base {
            Base::Path(path) => names.table.macros.get(&path).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        };
        let mut waiting: Vec<(u32, u32)> = definitions(meaning).to_vec();
        while let Some((index, number)) = waiting.pop() {
            if self.found.cut || !self.charged.insert((site.from, site.in_test, index, number)) {
                continue;
            }
            let mount = names.forest.mounts[index as usize];
            let facts = &*names.facts[mount.file as usize];
            let Some(&MacroFact { body: (first, end), brings_names, .. }) = facts.macros.get(number as usize)
            else {
                continue;
            };
            self.found.unresolved += u64::from(brings_names);
            let before = self.charges.fetch_add((end - first) as usize, Ordering::Relaxed);
            self.found.cut = before > MAX_CHARGED;
            for path in &facts.paths[first as usize..end as usize] {
                let segments: Vec<&str> = path.segments.iter().map(|name| facts.name(*name)).collect();
                let of_crate = segments[0] == "$crate";
                let query = |node: u32| Query {
                    node,
                    segments: &segments,
                    absolute: path.absolute,
                    is_use: false,
                    is_macro: path.is_macro,
                };
                let find = |node: u32| names.table.find(query(node), Guess::Leaf, &mut |_, _| {});
                let home = mount.node(path.scope);
                let mut found = find(if of_crate { home } else { site.node });
                if found.is_empty() && path.is_macro {
                    found = find(home);
                }
                for meaning in found {
                    if path.is_macro {
                        waiting.extend(definitions(meaning));
                    }
                    if segments.len() > 1 {
                        self.mean(site, meaning, &segments);
                    }
                }
            }
        }
    }

    /// The module that has what is meant; that itself, where a module is meant.
    fn module_with(&self, meaning: Meaning) -> Option<u32> {
        let table = &self.names.table;
        match meaning.base {
            Base::Node(node) => Some(table.module(node)),
            Base::Path(path) => {
                let mut current = Some(path);
                while let Some(path) = current {
                    if let Some(node) = table.node_of.get(&path) {
                        return Some(table.module(*node));
                    }
                    current = table.symbols.parent(path);
                }
                None
            }
            Base::Known(_) | Base::Written => None,
        }
    }

    fn text(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.texts.get(text.as_str()) {
            return known.clone();
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(shared.clone());
        shared
    }
}

/// A name that a glob brought of something that nobody knows.
fn brought(base: Base) -> Meaning {
    Meaning { base, used: 0, by_glob: true, mention: false }
}
