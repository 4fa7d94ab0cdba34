//! Every path in the code that leaves its module, with where it stands and what it means.

use std::sync::Arc;

use super::table::{Base, Found as Meaning, Guess, Query};
use super::{Names, Reference};
use crate::code::{Facts, Mount, NodeKind, PathFact, in_parallel};
use crate::hashed::{HashMap, HashSet};

/// What a walk over all paths gives.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) references: Vec<Reference>,
    pub(super) unresolved: u64,
}

/// Walks over the paths of every file of every crate, files beside each other in threads.
pub(super) fn find(names: &Names) -> Found {
    let mut module_of = HashMap::default();
    let nodes = names.forest.nodes.iter().zip(0_u32..).filter(|(node, _)| node.kind == NodeKind::Module);
    for ((_, node), index) in nodes.zip(0..) {
        module_of.insert(node, index);
    }
    let mut mounts = names.forest.mounts.clone();
    mounts.sort_by_key(|mount| &names.files[mount.file as usize]);
    // Files beside each other mean the same things, whose texts are shared.
    let parts: Vec<&[Mount]> = mounts.chunk_by(|one, other| one.file == other.file).collect();
    let parts: Vec<&[&[Mount]]> = parts.chunks(FILES_AT_ONCE).collect();
    let mut found = Found::default();
    for part in in_parallel(&parts, |files| {
        let mut walk =
            Walk { names, module_of: &module_of, texts: HashSet::default(), found: Found::default() };
        files.iter().for_each(|mounts| walk.file(mounts));
        walk.found
    }) {
        found.references.extend(part.references);
        found.unresolved += part.unresolved;
    }
    found
}

/// How many files one thread takes at a time.
const FILES_AT_ONCE: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Path,
    Use,
    Alias,
}

struct Walk<'a> {
    names: &'a Names,
    /// Index of the module that a node is.
    module_of: &'a HashMap<u32, usize>,
    texts: HashSet<Arc<str>>,
    found: Found,
}

impl Walk<'_> {
    /// All mounts of one file.
    fn file(&mut self, mounts: &[Mount]) {
        let mut before = std::mem::take(&mut self.found.references);
        for mount in mounts {
            let facts = &*self.names.facts[mount.file as usize];
            for import in &facts.imports {
                let kind = if import.is_use { Kind::Use } else { Kind::Alias };
                self.path(facts, *mount, &import.path, kind);
            }
            for path in &facts.paths {
                self.path(facts, *mount, path, Kind::Path);
            }
        }
        let found = &mut self.found.references;
        found.sort();
        // A file that several targets of a crate have says the same in each.
        found.dedup_by(|one, other| {
            (one.line, one.column, one.krate) == (other.line, other.column, other.krate)
                && one.canonical == other.canonical
                && one.module == other.module
        });
        before.append(found);
        self.found.references = before;
    }

    fn path(&mut self, facts: &Facts, mount: Mount, path: &PathFact, kind: Kind) {
        let names = self.names;
        let node = mount.node(path.scope);
        let root = &names.forest.roots[names.forest.nodes[node as usize].root as usize];
        let Some(krate) = root.krate else { return };
        let segments: Vec<&str> = path.segments.iter().map(|name| facts.name(*name)).collect();
        let is_use = kind == Kind::Use;
        let query =
            Query { node, segments: &segments, absolute: path.absolute, is_use, is_macro: path.is_macro };
        let meanings = names.table.find(query, Guess::Leaf, &mut |_, _| {});
        if meanings.is_empty() {
            let counts = segments.len() > 1 && !path.guessed && !names.table.is_bound(query);
            self.found.unresolved += u64::from(counts);
            return;
        }
        let from = names.table.module(node);
        for meaning in meanings {
            // A single name is covered by the import that brought it, unless that was a glob of a module that is
            // known, and nobody needs to import the prelude.
            let single = kind == Kind::Path && segments.len() == 1;
            let covered = single && (!meaning.by_glob || meaning.used == 0);
            let to = self.module_with(meaning);
            if covered || to == Some(from) {
                continue;
            }
            let canonical = names.table.display(meaning, &segments);
            let written = segments.join("::");
            let reference = Reference {
                file: names.files[mount.file as usize].clone(),
                line: path.line,
                column: path.column,
                canonical: self.text(canonical),
                written: self.text(written),
                krate,
                from: self.module_of[&from],
                to: to.and_then(|to| self.module_of.get(&to).copied()),
                module: names.modules[self.module_of[&from]].path.clone(),
                in_test: names.forest.nodes[node as usize].test || names.modules[self.module_of[&from]].test,
            };
            self.found.references.push(reference);
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
