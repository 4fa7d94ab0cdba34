//! Fills the table of names with what files define.

use crate::hashed::{HashMap, HashSet};
use std::sync::Arc;

use super::held::Held;
use super::imports::{Imports, insert, names_crate};
use super::symbols::Symbol;
use super::table::{Binding, ForeignGlob, Place, Root, Table, Target};
use crate::code::{Binds, Facts, Forest, Mount, NodeKind};
use crate::workspace::{Crate, Dependency, DependencyKind, TargetKind, Workspace};

/// What stands before the package in the canonical paths of what build scripts write: `generated::home::v1::Request`
/// for `include_proto!("home.v1")`, and for an `include!` of `home.v1.rs` from `OUT_DIR`.
pub const GENERATED: &str = "generated";

/// The table of a workspace.
pub(super) fn table(workspace: &Workspace, forest: &Forest, facts: &[Arc<Facts>], files: &[&str]) -> Table {
    let mut table = Table::default();
    add_places(&mut table, forest, files);
    add_externs(&mut table, workspace, forest);
    for (mount, index) in forest.mounts.iter().zip(0..) {
        let facts = &facts[mount.file as usize];
        add_items(&mut table, facts, *mount);
        add_macros(&mut table, forest, facts, (*mount, index));
        add_outputs(&mut table, facts, *mount);
    }
    Imports::of(&table, forest, facts).follow(&mut table);
    table.settle();
    table
}

/// Gives the modules of a few files the names that the files say now, in a table that is kept. `facts` are those of these
/// files, and of no other. What those import is followed; what others import of them stays as it is. None where the
/// table does not fit the files.
pub(super) fn rename(table: &mut Table, forest: &Forest, facts: &[Arc<Facts>], files: &[u32]) -> Option<()> {
    let roots =
        table.roots.iter().filter_map(|root| Some(table.places.get(root.node as usize)?.path)).collect();
    table.symbols.thaw(&roots);
    let mounts = || forest.mounts.iter().filter(|mount| files.contains(&mount.file));
    for mount in mounts() {
        for scope in 0..facts[mount.file as usize].scopes.len().max(1) as u32 {
            let node = mount.node(scope);
            let place = table.places.get(node as usize)?;
            // Modules and enums are those that were there; macros come from other files as well.
            let stays = |(_, binding): &(Symbol, Binding)| match binding.target {
                Target::Node(child) => {
                    !binding.by_glob && table.places.get(child as usize).is_some_and(|it| it.parent == node)
                }
                Target::Path(path) => table.macros.contains_key(&path),
            };
            let stays: Vec<(Symbol, Binding)> = place.names.iter().filter(stays).collect();
            let place = &mut table.places[node as usize];
            place.names = Held::default();
            place.foreign_globs.clear();
            for (symbol, binding) in stays {
                insert(table, node, symbol, binding);
            }
        }
    }
    for mount in mounts() {
        let facts = &facts[mount.file as usize];
        add_items(table, facts, *mount);
        add_outputs(table, facts, *mount);
    }
    Imports::of(table, forest, facts).follow(table);
    table.settle();
    Some(())
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
            names: Held::default(),
            foreign_globs: Vec::new(),
        });
        if !is_root && node.kind != NodeKind::Block {
            let symbol = table.symbols.symbol(&node.name);
            let binding =
                Binding { target: Target::Node(index), public: node.public, by_glob: false, mention: false };
            insert(table, node.parent, symbol, binding);
        }
    }
}

/// The crates that paths of each tree can begin with: dependencies, the library beside a binary or a test.
fn add_externs(table: &mut Table, workspace: &Workspace, forest: &Forest) {
    let mut libraries = HashMap::default();
    for root in &forest.roots {
        if let (Some(krate), TargetKind::Library) = (root.krate, root.kind) {
            libraries.insert(krate, root.node);
        }
    }
    for root in &forest.roots {
        let mut externs = HashMap::default();
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
        let for_tests = match (root.kind, krate) {
            (TargetKind::Library | TargetKind::Binary, Some(krate)) => dev_only(table, krate),
            _ => HashSet::default(),
        };
        let edition = krate.map_or(2024, |krate| krate.edition);
        let macro_crates = Vec::new();
        table.roots.push(Root {
            krate: root.krate,
            node: root.node,
            edition,
            externs,
            for_tests,
            macro_crates,
        });
    }
}

/// The names by which a package has dependencies for its tests alone.
fn dev_only(table: &mut Table, krate: &Crate) -> HashSet<Symbol> {
    let is_dev = |dependency: &&Dependency| dependency.kind == DependencyKind::Dev;
    let others: HashSet<&str> = krate
        .dependencies
        .iter()
        .filter(|dependency| !is_dev(dependency))
        .map(|dependency| dependency.name.as_str())
        .collect();
    let dev = krate.dependencies.iter().filter(is_dev).map(|dependency| dependency.name.as_str());
    dev.filter(|name| !others.contains(name)).map(|name| table.symbols.symbol(name)).collect()
}

fn add_items(table: &mut Table, facts: &Facts, mount: Mount) {
    for item in &facts.items {
        let mut node = mount.node(item.scope);
        if item.exported_macro {
            node = table.roots[table.places[node as usize].root as usize].node;
        }
        let symbol = table.symbols.symbol(facts.name(item.name));
        let path = table.symbols.child(Some(table.places[node as usize].path), symbol);
        let binding =
            Binding { target: Target::Path(path), public: item.public, by_glob: false, mention: false };
        insert(table, node, symbol, binding);
    }
    // A type alias means what it stands for, and whoever writes it needs the module that has it all the same.
    for import in
        facts.imports.iter().filter(|import| !import.is_use && !import.mention && !names_crate(import, facts))
    {
        let Binds::Name(name) = import.binds else { continue };
        let node = mount.node(import.path.scope);
        let symbol = table.symbols.symbol(facts.name(name));
        let path = table.symbols.child(Some(table.places[node as usize].path), symbol);
        let binding =
            Binding { target: Target::Path(path), public: import.public, by_glob: false, mention: true };
        insert(table, node, symbol, binding);
    }
}

/// Macros are found from below without being imported, and from above where `#[macro_use]` stands on their module.
fn add_macros(table: &mut Table, forest: &Forest, facts: &Facts, (mount, index): (Mount, u32)) {
    for (fact, number) in facts.macros.iter().zip(0..) {
        let own = mount.node(fact.scope);
        let root = table.roots[table.places[own as usize].root as usize].node;
        let node = if fact.exported { root } else { own };
        let symbol = table.symbols.symbol(facts.name(fact.name));
        let path = table.symbols.child(Some(table.places[node as usize].path), symbol);
        table.macros.entry(path).or_default().push((index, number));
        let mut module = table.module(node);
        while forest.nodes[module as usize].macro_use && module != root {
            module = table.module(table.places[module as usize].parent);
            let binding =
                Binding { target: Target::Path(path), public: false, by_glob: false, mention: false };
            insert(table, module, symbol, binding);
        }
    }
}

/// What a build script writes has names that nobody knows, of a package that somebody does.
fn add_outputs(table: &mut Table, facts: &Facts, mount: Mount) {
    for output in &facts.outputs {
        let path = table.symbols.path(&output_path(&output.package));
        let node = mount.node(output.scope);
        let globs = &mut table.places[node as usize].foreign_globs;
        if !globs.iter().any(|known| known.path == path) {
            globs.push(ForeignGlob { path, public: true, direct: true });
        }
    }
}

/// The canonical path of what a build script writes for a package.
pub(super) fn output_path(package: &[String]) -> String {
    format!("{GENERATED}::{}", package.join("::"))
}
