//! Every path in the code that leaves its module, with where it stands and what it means.

use std::collections::HashMap;
use std::sync::Arc;

use super::table::{Base, Found as Meaning, Guess, Query};
use super::{Names, Reference};
use crate::code::{Facts, Mount, NodeKind, PathFact};

/// What a walk over all paths gives.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) references: Vec<Reference>,
    pub(super) unresolved: u64,
}

/// Walks over the paths of every file of every crate.
pub(super) fn find(names: &Names) -> Found {
    let mut module_of = HashMap::new();
    let nodes = names.forest.nodes.iter().zip(0_u32..).filter(|(node, _)| node.kind == NodeKind::Module);
    for ((_, node), index) in nodes.zip(0..) {
        module_of.insert(node, index);
    }
    let mut walk = Walk { names, module_of, texts: HashMap::new(), found: Found::default() };
    for mount in &names.forest.mounts {
        let facts = &*names.facts[mount.file as usize];
        for import in &facts.imports {
            let kind = if import.is_use { Kind::Use } else { Kind::Alias };
            walk.path(facts, *mount, &import.path, kind);
        }
        for path in &facts.paths {
            walk.path(facts, *mount, path, Kind::Path);
        }
    }
    let mut found = walk.found;
    // A file that several targets of a crate have says the same in each.
    found.references.sort();
    found.references.dedup_by(|one, other| {
        one.file == other.file
            && (one.line, one.column, one.krate) == (other.line, other.column, other.krate)
            && one.canonical == other.canonical
            && one.module == other.module
    });
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Path,
    Use,
    Alias,
}

struct Walk<'a> {
    names: &'a Names,
    /// Index of the module that a node is.
    module_of: HashMap<u32, usize>,
    texts: HashMap<String, Arc<str>>,
    found: Found,
}

impl Walk<'_> {
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
        if let Some(known) = self.texts.get(&text) {
            return known.clone();
        }
        let shared: Arc<str> = text.as_str().into();
        self.texts.insert(text, shared.clone());
        shared
    }
}
