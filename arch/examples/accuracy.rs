//! Compares the edges between modules with those that rust-analyzer finds, as `cargo modules dependencies` prints
//! them: `accuracy [--extra] FOLDER DOT..` prints how many of them are found, and each one that is not, with its class.
//!
//! An item stands for its module on both sides. Theirs is what the selected features and the host compile, from
//! imports and the types of signatures; ours is every branch of every `cfg`, and what bodies and macros name.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use source::{Cache, Code, Module, Reference, TargetKind, Tree};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let extra = arguments.first().is_some_and(|first| first == "--extra");
    let files = arguments.split_off(usize::from(extra));
    let Some((folder, graphs)) = files.split_first() else {
        return Err("usage: accuracy [--extra] FOLDER DOT..".into());
    };
    let folder = PathBuf::from(folder);
    let mut paths = Vec::new();
    list(&folder, &folder, &mut paths)?;
    let tree = Tree::from_disk(&folder, paths);
    let code = Code::read(&tree, &Cache::off());
    let mut total = Counts::default();
    for file in graphs {
        let peer = Peer::read(&std::fs::read_to_string(file)?);
        let ours = Ours::of(&code, &peer.root);
        let edges = peer.edges(&ours);
        let counts = compare(&peer, &edges, &ours, &tree);
        println!("{}: {counts}", peer.root);
        for ((from, to), reference) in
            ours.uses.iter().filter(|(edge, _)| extra && !edges.contains_key(*edge))
        {
            let Reference { file, line, written, .. } = reference;
            println!("  extra {from} -> {to}: {file}:{line} {written}");
        }
        total.add(&counts);
    }
    println!("{}: {total}", folder.file_name().unwrap_or_default().to_string_lossy());
    let names = code.names();
    println!("{} references, {} paths that nothing binds", names.references().len(), names.unresolved());
    Ok(())
}

/// A pair of modules or of items.
type Edge = (String, String);

/// What cargo-modules printed of one target.
#[derive(Default)]
struct Peer {
    /// The crate's name in code.
    root: String,
    modules: BTreeSet<String>,
    /// Everything that it has, modules too.
    nodes: BTreeSet<String>,
    /// Pairs of items or modules.
    uses: Vec<Edge>,
}

impl Peer {
    fn read(text: &str) -> Peer {
        let mut peer = Peer::default();
        for line in text.lines().map(str::trim) {
            let Some((name, rest)) = quoted(line) else { continue };
            if line.ends_with("// \"crate\" node") && !line.contains("\"external crate") {
                peer.root.clone_from(&name);
            }
            if line.ends_with("node") {
                if line.ends_with("// \"crate\" node") || line.ends_with("// \"mod\" node") {
                    peer.modules.insert(name.clone());
                }
                peer.nodes.insert(name);
            } else if line.ends_with("// \"uses\" edge")
                && let Some((to, _)) = rest.trim_start().strip_prefix("->").and_then(|to| quoted(to.trim()))
            {
                peer.uses.push((name, to));
            }
        }
        peer
    }

    /// The pairs of modules, each with the pairs that stand behind it, as far as both ends are in the workspace.
    fn edges(&self, ours: &Ours) -> BTreeMap<Edge, Vec<&Edge>> {
        let is_module = |path: &str| self.modules.contains(path) || ours.modules.contains_key(path);
        let is_ours = |path: &str| {
            let krate = path.split("::").next().unwrap_or_default();
            ours.crates.contains(krate) && !ours.published.contains(krate)
        };
        let mut edges: BTreeMap<Edge, Vec<&Edge>> = BTreeMap::new();
        for used in &self.uses {
            let (from, to) = (around(&used.0, is_module), around(&used.1, is_module));
            if from != to && is_ours(from) && is_ours(to) {
                edges.entry((from.to_owned(), to.to_owned())).or_default().push(used);
            }
        }
        edges
    }
}

/// A text in quotes at the beginning of a line, and what follows; names without `r#`.
fn quoted(line: &str) -> Option<(String, &str)> {
    let (name, rest) = line.strip_prefix('"')?.split_once('"')?;
    Some((name.replace("r#", ""), rest))
}

/// The longest beginning of a path that is a module; without one, its first name.
fn around(path: &str, is_module: impl Fn(&str) -> bool) -> &str {
    let mut current = path;
    while !is_module(current) {
        match current.rsplit_once("::") {
            Some((above, _)) => current = above,
            None => break,
        }
    }
    current
}

/// What was read of the same target.
struct Ours<'a> {
    /// Every module of the target and of the libraries of the workspace, with the files that it is in.
    modules: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// The names in code of the target and of the libraries.
    crates: BTreeSet<&'a str>,
    /// Dependencies that are no members of the workspace, which may be called as one is.
    published: BTreeSet<&'a str>,
    /// Each pair of modules with the first reference behind it.
    uses: BTreeMap<Edge, &'a Reference>,
}

impl<'a> Ours<'a> {
    fn of(code: &'a Code, root: &str) -> Ours<'a> {
        let modules = code.names().modules();
        let mut root_of: Vec<usize> = Vec::with_capacity(modules.len());
        for (index, module) in modules.iter().enumerate() {
            root_of.push(module.parent.map_or(index, |parent| root_of[parent]));
        }
        let is_library = |module: &Module| module.krate.is_some() && module.target == TargetKind::Library;
        let is_named = |module: &Module, kind| module.target == kind && &*module.canonical == root;
        let kinds = [TargetKind::Library, TargetKind::Binary];
        let judged = kinds.iter().find_map(|kind| modules.iter().position(|module| is_named(module, *kind)));
        let krate =
            judged.and_then(|judged| modules[judged].krate).map(|krate| &code.workspace.crates[krate]);
        let dependencies = krate.iter().flat_map(|krate| &krate.dependencies);
        let published = dependencies.filter(|dependency| dependency.member.is_none());
        let mut ours = Ours {
            modules: BTreeMap::new(),
            crates: BTreeSet::new(),
            published: published.map(|dependency| dependency.name.as_str()).collect(),
            uses: BTreeMap::new(),
        };
        for (module, root) in modules.iter().zip(&root_of) {
            if Some(*root) == judged || is_library(module) {
                ours.crates.insert(&modules[*root].canonical);
                ours.modules.entry(&module.canonical).or_default().insert(&module.file);
            }
        }
        for reference in code.names().references().iter().filter(|reference| !reference.in_test) {
            let Some(to) = reference.to.filter(|_| Some(root_of[reference.from]) == judged) else { continue };
            let (from, to) = (&modules[reference.from].canonical, &modules[to].canonical);
            if from != to {
                ours.uses.entry((from.to_string(), to.to_string())).or_insert(reference);
            }
        }
        ours
    }
}

/// Why one of their edges is not among ours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// An end is no module that the files have: a macro makes it.
    NoModule,
    /// They print it below the crate's name: what an `impl` for a type from elsewhere has, or what some module has.
    PrintedElsewhere,
    /// A glob brings the name, and the module never writes it.
    BroughtByGlob,
    /// They charge what an `impl` names to the module of its type; it stands in another module, which has the edge.
    ImplElsewhere,
    /// The type of a signature whose module never writes its name: behind an associated type or a macro.
    NotWritten,
    /// The module writes the name.
    Missed,
}

/// What decides the class of an edge that is missed.
struct Judge<'a> {
    peer: &'a Peer,
    ours: &'a Ours<'a>,
    tree: &'a Tree,
    /// The names in each file.
    words: HashMap<&'a str, BTreeSet<String>>,
}

impl Judge<'_> {
    fn class(&mut self, (from, to): &Edge, behind: &[&Edge]) -> Class {
        let modules = &self.ours.modules;
        if !modules.contains_key(from.as_str()) || !modules.contains_key(to.as_str()) {
            return Class::NoModule;
        }
        let hidden = *from == self.peer.root
            && self.hidden().any(|module| self.ours.uses.contains_key(&(module.to_owned(), to.clone())));
        if hidden || behind.iter().all(|(user, _)| user != from && self.is_of_foreign_type(user)) {
            return Class::PrintedElsewhere;
        }
        if behind.iter().all(|used| self.stands_elsewhere(used, from, to)) {
            return Class::ImplElsewhere;
        }
        match behind.iter().any(|(_, item)| self.writes(from, last(item))) {
            true => Class::Missed,
            false if behind.iter().all(|(user, _)| user == from) => Class::BroughtByGlob,
            false => Class::NotWritten,
        }
    }

    /// Modules that are missing from their graph although it has something within them.
    fn hidden(&self) -> impl Iterator<Item = &str> {
        let above = self.peer.nodes.iter().filter_map(|node| Some(node.rsplit_once("::")?.0));
        above.filter(|above| !self.peer.nodes.contains(*above) && self.ours.modules.contains_key(above))
    }

    /// Whether something associated is that of a type that the crate does not have.
    fn is_of_foreign_type(&self, item: &str) -> bool {
        item.rsplit_once("::").is_some_and(|(owner, _)| !self.peer.nodes.contains(owner))
    }

    /// Whether what an `impl` has stands in another module than its type: the type's never writes what is used, and
    /// that one writes it, the type and the associated item, and has an edge to both.
    fn stands_elsewhere(&mut self, (user, item): &Edge, from: &str, to: &str) -> bool {
        let Some((owner, name)) = user.rsplit_once("::").filter(|_| user != from) else { return false };
        let uses = |module: &str, other: &str| {
            module == other || self.ours.uses.contains_key(&(module.to_owned(), other.to_owned()))
        };
        let modules = self.ours.modules.keys().copied();
        let others: Vec<&str> =
            modules.filter(|module| *module != from && uses(module, from) && uses(module, to)).collect();
        let names = [last(owner), name, last(item)];
        // Those of one name are converted into each other.
        (last(item) == last(owner) || !self.writes(from, last(item)))
            && others.iter().any(|module| names.iter().all(|name| self.writes(module, name)))
    }

    fn writes(&mut self, module: &str, name: &str) -> bool {
        let (tree, words) = (self.tree, &mut self.words);
        let files = self.ours.modules.get(module).into_iter().flatten();
        files.into_iter().any(|file| {
            let text = || crate::words(&tree.text(file).unwrap_or_default());
            words.entry(*file).or_insert_with(text).contains(name)
        })
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}

/// Prints what is missed, and counts.
fn compare(peer: &Peer, edges: &BTreeMap<Edge, Vec<&Edge>>, ours: &Ours, tree: &Tree) -> Counts {
    let mut judge = Judge { peer, ours, tree, words: HashMap::new() };
    let mut counts = Counts { theirs: edges.len(), ours: ours.uses.len(), ..Counts::default() };
    for (edge, behind) in edges {
        if ours.uses.contains_key(edge) {
            counts.found += 1;
            continue;
        }
        let class = judge.class(edge, behind);
        *counts.missed.entry(class).or_default() += 1;
        let (from, to) = edge;
        let written = behind.iter().find(|(_, item)| judge.writes(from, last(item)));
        let (user, item) = written.unwrap_or(&behind[0]);
        println!("  {} {from} -> {to}: {user} uses {item} (of {})", class.text(), behind.len());
    }
    counts
}

/// The names in a text, in strings too, without those in comments of a line and in the tests at its end.
fn words(text: &str) -> BTreeSet<String> {
    let is_module = |(at, start): &(usize, &str)| {
        let next = text[at + start.len()..].lines().next().unwrap_or_default();
        next.contains("mod ") && next.ends_with('{')
    };
    let end = text.match_indices("\n#[cfg(test)]\n").find(is_module).map_or(text.len(), |(at, _)| at);
    let code = text[..end].lines().map(|line| line.split("//").next().unwrap_or_default());
    code.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'))
        .map(str::to_owned)
        .collect()
}

impl Class {
    fn text(self) -> &'static str {
        match self {
            Class::NoModule => "no module",
            Class::PrintedElsewhere => "printed elsewhere",
            Class::BroughtByGlob => "brought by a glob",
            Class::ImplElsewhere => "impl elsewhere",
            Class::NotWritten => "not written",
            Class::Missed => "missed",
        }
    }
}

#[derive(Default)]
struct Counts {
    theirs: usize,
    ours: usize,
    found: usize,
    missed: BTreeMap<Class, usize>,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.theirs += other.theirs;
        self.ours += other.ours;
        self.found += other.found;
        for (class, count) in &other.missed {
            *self.missed.entry(*class).or_default() += count;
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        let recall = 100.0 * self.found as f64 / self.theirs.max(1) as f64;
        let extra = self.ours - self.found;
        write!(formatter, "{} of {} edges, {recall:.1} %, {extra} more of ours", self.found, self.theirs)?;
        for (class, count) in &self.missed {
            write!(formatter, "; {count} {}", class.text())?;
        }
        Ok(())
    }
}

/// Every file below a folder, by its path from the root; without what builds leave behind.
fn list(root: &Path, folder: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with(".git") {
                list(root, &path, paths)?;
            }
        } else if let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            paths.push(path.to_owned());
        }
    }
    Ok(())
}
