//! The modules of a tree and the nodes of its files, as they follow from the forest and the table.

use std::sync::Arc;

use super::Module;
use super::table::Table;
use crate::code::{Forest, NodeKind};
use crate::hashed::HashMap;
use crate::workspace::TargetKind;

/// The node that each file is, by path.
pub(super) fn nodes_of(forest: &Forest, files: &[Arc<str>]) -> HashMap<Arc<str>, u32> {
    let mut node_of: HashMap<Arc<str>, u32> = HashMap::default();
    // The same file may be in several trees: what is a library, and no test, comes first.
    let rank = |node: u32| {
        let node = &forest.nodes[node as usize];
        let root = &forest.roots[node.root as usize];
        (root.krate.is_none(), node.test, root.kind, node.root)
    };
    for mount in &forest.mounts {
        let best = node_of.entry(files[mount.file as usize].clone()).or_insert(mount.top);
        if rank(mount.top) < rank(*best) {
            *best = mount.top;
        }
    }
    node_of
}

/// Every module, each behind the one around it.
pub(super) fn modules(table: &Table, forest: &Forest, files: &[Arc<str>]) -> Vec<Module> {
    let mut index_of: HashMap<u32, usize> = HashMap::default();
    let mut modules: Vec<Module> = Vec::new();
    for (node, place) in forest.nodes.iter().zip(0_u32..) {
        if node.kind != NodeKind::Module {
            continue;
        }
        let root = &forest.roots[node.root as usize];
        let parent =
            (node.parent != place).then(|| index_of.get(&table.module(node.parent)).copied()).flatten();
        let mut path: Vec<String> = parent.map(|parent| modules[parent].path.to_vec()).unwrap_or_default();
        path.extend(parent.map(|_| node.name.clone()));
        let for_tests = matches!(root.kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example);
        index_of.insert(place, modules.len());
        modules.push(Module {
            krate: root.krate,
            target: root.kind,
            path: path.into(),
            canonical: table.symbols.display(table.places[place as usize].path).into(),
            file: files[node.file as usize].clone(),
            line: node.line,
            test: node.test || for_tests,
            parent,
        });
    }
    modules
}
