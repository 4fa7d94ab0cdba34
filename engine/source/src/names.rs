//! What the paths in the code mean: canonical names by `use`, modules and dependencies.

mod asked;
mod brought;
mod build;
mod exposed;
mod held;
mod imports;
mod items;
mod kept;
mod known;
mod modules;
mod references;
mod scope;
mod sound;
mod symbols;
mod table;
mod types;

use std::sync::{Arc, OnceLock};

use crate::code::{By, Facts, Forest, Keeper, LateFacts, Mount, NodeKind};
use crate::hashed::HashMap;
use crate::syntax::SourceFile;
use crate::workspace::{TargetKind, Workspace};
use asked::{Borrowed, Question, Wanted};
use modules::{modules, nodes_of};
use table::{Base, Guess, Query, Table, Target};

pub use asked::Asking;
pub use build::GENERATED;
pub use exposed::{Exposed, Reexport, Route};
pub use items::{Attribute, Item, Named};
pub(crate) use kept::{Changed, Kept, KeptTables, PARTS, TABLES};
pub(crate) use known::is_known_everywhere;
pub use scope::Scope;

/// The names of a tree.
///
/// What a path means is written canonically: by the crate's name in code (the package's for what comes from
/// elsewhere, whatever a manifest renames it to) and the place of the definition, behind aliases, re-exports and
/// `type` aliases. `core` and `alloc` are `std`. Names that macros make are taken to be in the module that is named; what
/// a build script writes is named by its package, too, below [`GENERATED`]. Types are not known, so that no method of a
/// value is resolved, nor what a generic parameter begins.
#[derive(Debug, Default)]
pub struct Names {
    table: Table,
    modules: Vec<Module>,
    forest: Forest,
    facts: LateFacts,
    files: Vec<Arc<str>>,
    /// The node that a file is, by path.
    node_of: HashMap<Arc<str>, u32>,
    found: OnceLock<references::Found>,
    /// Those that a cache keeps.
    late: Option<kept::LateReferences>,
    /// The node that each module is, and the module that a node is.
    module_nodes: OnceLock<(Vec<u32>, HashMap<u32, usize>)>,
    contents: OnceLock<exposed::Contents>,
    beginnings: OnceLock<types::Beginnings>,
    /// Who keeps what is found for the next run.
    keeper: Option<Keeper>,
    /// What stands for all that they mean, where somebody keeps them.
    mark: Option<[u8; 32]>,
}

/// A path in the code that leaves its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Path of the file.
    pub file: Arc<str>,
    /// Line of the first segment.
    pub line: u32,
    /// Column of the first segment, in characters.
    pub column: u32,
    /// What is meant, such as `std::thread::sleep`; for a glob, the module that it opens.
    pub canonical: Arc<str>,
    /// The path as it stands there, without generics.
    pub written: Arc<str>,
    /// Index into the workspace's crates.
    pub krate: usize,
    /// Index into [`Names::modules`]: the module that refers.
    pub from: usize,
    /// Index into [`Names::modules`]: the module that has what is meant; `None` for another workspace's code.
    pub to: Option<usize>,
    /// The module that refers, from the crate's root.
    pub module: Arc<[String]>,
    /// Whether the reference is compiled for tests only: by `cfg(test)`, or by its target.
    pub in_test: bool,
}

/// A module of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Index into the workspace's crates; `None` where no target reaches the file.
    pub krate: Option<usize>,
    /// Kind of the target.
    pub target: TargetKind,
    /// From the crate's root, without the crate's name; empty for the root.
    pub path: Arc<[String]>,
    /// Canonical path, with the crate's name.
    pub canonical: Arc<str>,
    /// Path of the file that has the module's items.
    pub file: Arc<str>,
    /// Line of an inline module; 1 for a file.
    pub line: u32,
    /// Whether it is compiled for tests only: by `cfg(test)`, or by its target.
    pub test: bool,
    /// Index of the module around; `None` for a root.
    pub parent: Option<usize>,
}

/// A file in a tree of modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    /// Path of the file.
    pub file: Arc<str>,
    /// Index into [`Names::modules`]: the module that the file is, or whose items it adds to.
    pub module: usize,
    /// Index into the workspace's crates.
    pub krate: usize,
    /// Whether the module is where the file belongs by its name: neither `#[path]` nor `include!` says so.
    pub by_name: bool,
    /// The file that takes it in; its own path for the root of a target.
    pub by: Arc<str>,
    /// Line of that.
    pub line: u32,
    /// Column of that, in characters.
    pub column: u32,
}

impl Names {
    pub(crate) fn of(workspace: &Workspace, forest: Forest, facts: Vec<Arc<Facts>>, paths: &[&str]) -> Self {
        let table = build::table(workspace, &forest, &facts, paths);
        let files: Vec<Arc<str>> = paths.iter().map(|path| Arc::from(*path)).collect();
        let node_of = nodes_of(&forest, &files);
        let modules = modules(&table, &forest, &files);
        let facts = LateFacts::of(facts);
        Names { table, modules, forest, facts, files, node_of, ..Names::default() }
    }

    /// Has what is found kept for the next run.
    pub(crate) fn kept_by(self, keeper: Option<Keeper>) -> Self {
        let mark = keeper.as_ref().map(Keeper::mark);
        Names { keeper, mark, ..self }
    }

    /// With what stands for all that they mean.
    pub(crate) fn marked(self, mark: Option<[u8; 32]>) -> Self {
        Names { mark, ..self }
    }

    /// What stands for all that names mean: those of two trees with the same mark give the same answers. `None` where
    /// that is not known.
    pub fn mark(&self) -> Option<&[u8; 32]> {
        self.mark.as_ref()
    }

    /// Has what was found kept for the next run.
    pub(crate) fn keep(&self, keeper: &Keeper) {
        let found = self.found();
        keeper.keep(&|| self.kept(found));
    }

    /// The canonical path of what a path means, as in `std::thread::sleep`; `None` where it is not known. Where a
    /// `cfg` decides between several, the first.
    ///
    /// Names of local variables are not told from those of items.
    pub fn resolve(&self, file: &SourceFile, scope: &Scope, path: &syn::Path) -> Option<String> {
        self.resolve_as(file, scope, path, Wanted::Meaning)
    }

    /// The canonical path of a macro, as in `tokio::select` or `std::println`.
    pub fn resolve_macro(&self, file: &SourceFile, scope: &Scope, path: &syn::Path) -> Option<String> {
        self.resolve_as(file, scope, path, Wanted::Macro).or_else(|| known::std_macro(path))
    }

    fn resolve_as(
        &self,
        file: &SourceFile,
        scope: &Scope,
        path: &syn::Path,
        wanted: Wanted,
    ) -> Option<String> {
        let node = self.node_of_file(&file.path);
        Question::of(node, scope, path, wanted)?.answer(self, node)
    }

    /// What is asked of a path, given the node that the file is which asks.
    fn answer(&self, node: Option<u32>, asked: &Borrowed<'_>) -> Option<String> {
        match asked.wanted {
            Wanted::Meaning | Wanted::Macro => self.path_of(node, asked),
            Wanted::Field | Wanted::Value => node.and(self.type_of(&asked.segments, asked.wanted)),
            Wanted::Crate => self.is_own_crate(asked.segments.first()?).then(String::new),
            Wanted::Dependency => self.table.has_dependency(node?, asked.segments.first()?).then(String::new),
        }
    }

    /// The canonical path of what is written in a file, given the node that the file is.
    fn path_of(&self, node: Option<u32>, asked: &Borrowed<'_>) -> Option<String> {
        let is_macro = asked.wanted == Wanted::Macro;
        let inner = node.map(|node| self.inline(node, &asked.modules));
        let look = |segments: &[&str], absolute, guess| match inner {
            Some(node) => {
                let query = Query { node, segments, absolute, is_use: false, is_macro };
                let found = self.table.find(query, Guess::Leaf, &mut |_, _| {});
                let found = found.into_iter().find(|found| !found.mention)?;
                let shown = self.table.shown_by_glob(found, query);
                let is_guessed = matches!(shown.base, Base::Node(_)) && shown.used < segments.len();
                if is_guessed && guess == Guess::Nothing {
                    return None;
                }
                let is_sure = found.used == segments.len() || found.used > 0 && guess == Guess::Leaf;
                Some((self.table.display(shown, segments), is_sure))
            }
            None => Some((scope::canonical_without_workspace(segments)?, guess == Guess::Leaf)),
        };
        let plain = || look(&asked.segments, asked.absolute, Guess::Leaf);
        if asked.by_glob.is_empty() {
            return plain().map(|(path, _)| path);
        }
        // A glob hides what is around its block if it has the name, which is only known of one of the workspace.
        let globs = asked.by_glob.iter().map(|(path, absolute)| look(path, *absolute, Guess::Nothing));
        let globs: Vec<(String, bool)> = globs.flatten().collect();
        if let Some((path, _)) = globs.iter().find(|(_, is_sure)| *is_sure) {
            return Some(path.clone());
        }
        let plain = plain();
        match plain {
            Some((path, true)) => Some(path),
            _ if is_macro && known::is_std_macro(asked.segments.first()?) => plain.map(|(path, _)| path),
            _ => the_one(globs.into_iter().chain(plain).map(|(path, _)| path).collect()),
        }
    }

    /// The inline module below a file's node.
    fn inline(&self, mut node: u32, modules: &[impl AsRef<str>]) -> u32 {
        for name in modules {
            let child = |binding: &table::Binding| match binding.target {
                Target::Node(child) if self.forest.nodes[child as usize].kind == NodeKind::Module => {
                    Some(child)
                }
                _ => None,
            };
            let symbol = self.table.symbols.known(name.as_ref());
            let names = &self.table.places[node as usize].names;
            match symbol.and_then(|symbol| names.get(symbol).find_map(child)) {
                Some(child) => node = child,
                None => break,
            }
        }
        node
    }

    /// Every path that leaves its module, sorted by file and position. One that may mean several things is there
    /// for each.
    pub fn references(&self) -> &[Reference] {
        &self.found().references
    }

    /// Which modules refer to which in code that is not there for tests, by their indices: for who needs to know no more of
    /// [`references`](Self::references), all of which take much memory.
    pub fn links(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let of_references = || self.references().iter().filter_map(references::link).collect();
        // Whoever keeps them for the next run needs all of them.
        let links = match self.keeper.is_some() || self.found.get().is_some() {
            true => of_references(),
            false if self.late.is_some() => self.links_late().unwrap_or_else(of_references),
            false => references::links(self),
        };
        links.into_iter()
    }

    /// How many paths could not be bound: those of several segments whose first name means nothing, those of which
    /// several globs of other crates may have brought the name, paths with a gap in the bodies of macros, macros that
    /// bring names to the module that calls them, and `include!`s of files that are not there or whose path is computed.
    pub fn unresolved(&self) -> u64 {
        self.found().unresolved
    }

    /// Whether macros name so much that not all of it is among the references.
    pub fn gave_up(&self) -> bool {
        self.found().cut
    }

    /// Every module of every target, a module before those within it.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The files of every target and the modules that they are in, without those that an expression includes.
    pub fn mounts(&self) -> Vec<Mounted> {
        let nodes = (0_u32..).zip(&self.forest.nodes).filter(|(_, node)| node.kind == NodeKind::Module);
        let module_of: HashMap<u32, usize> = nodes.zip(0..).map(|((node, _), index)| (node, index)).collect();
        let mounted = |mount: &Mount| {
            let node = &self.forest.nodes[mount.top as usize];
            let (by, line, column) = mount.at;
            Some(Mounted {
                file: self.files[mount.file as usize].clone(),
                module: *module_of.get(&self.table.module(mount.top))?,
                krate: self.forest.roots[node.root as usize].krate?,
                by_name: matches!(mount.by, By::Root | By::Module),
                by: self.files[by as usize].clone(),
                line,
                column,
            })
        };
        let mounts = self.forest.mounts.iter().filter(|mount| mount.by != By::Expression);
        mounts.filter_map(mounted).collect()
    }

    /// What is to be said where following imports was given up.
    pub(crate) fn cut(&self) -> Option<String> {
        let (meanings, limit) = (imports::MAX_MEANINGS, imports::MAX_BROUGHT / 1_000_000);
        self.table.cut.then(|| {
            format!(
                "imports and aliases give a name more than {meanings} meanings, or bring in more than {limit} million names, \
                 and not all of them are followed"
            )
        })
    }

    /// The node that a file is.
    pub(crate) fn node_of_file(&self, path: &str) -> Option<u32> {
        self.node_of.get(path).copied()
    }

    pub(crate) fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Modules around a node, from the crate's root.
    pub(crate) fn module_path(&self, node: u32) -> Vec<String> {
        let mut path = Vec::new();
        let mut node = self.table.module(node);
        while self.forest.nodes[node as usize].parent != node {
            path.push(self.forest.nodes[node as usize].name.clone());
            node = self.table.module(self.forest.nodes[node as usize].parent);
        }
        path.reverse();
        path
    }

    /// The node that each module is.
    fn nodes_of_modules(&self) -> &[u32] {
        &self.module_nodes().0
    }

    /// The module that a node is, if it is one.
    fn module_of_node(&self, node: u32) -> Option<usize> {
        self.module_nodes().1.get(&node).copied()
    }

    fn module_nodes(&self) -> &(Vec<u32>, HashMap<u32, usize>) {
        self.module_nodes.get_or_init(|| {
            let nodes = self.forest.nodes.iter().zip(0_u32..);
            let nodes: Vec<u32> =
                nodes.filter(|(node, _)| node.kind == NodeKind::Module).map(|(_, index)| index).collect();
            let modules = nodes.iter().copied().zip(0..).collect();
            (nodes, modules)
        })
    }

    fn contents(&self) -> &exposed::Contents {
        self.contents.get_or_init(|| exposed::Contents::of(self))
    }

    fn found(&self) -> &references::Found {
        self.found.get_or_init(|| {
            if let Some(found) = self.found_late() {
                return found;
            }
            let found = references::find(self);
            if let Some(keeper) = &self.keeper {
                keeper.keep(&|| self.kept(&found));
            }
            found
        })
    }
}

/// Of what several globs may have brought, what one of them has for certain; else what the only one may have.
fn the_one(mut may_be: Vec<String>) -> Option<String> {
    let certain = may_be.iter().position(|path| known::is_shown(path));
    match (certain, may_be.len()) {
        (Some(index), _) => Some(may_be.swap_remove(index)),
        (None, 1) => may_be.pop(),
        (None, _) => None,
    }
}
