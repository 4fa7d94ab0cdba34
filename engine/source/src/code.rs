//! Every Rust file of a tree: where it belongs, what it says, and a way to visit all of them.

mod attributes;
mod collect;
mod declared;
mod facts;
mod mount;
mod problem;
mod read;
mod tokens;

use std::collections::HashSet;
use std::sync::Arc;

use crate::cache::Cache;
use crate::names::Names;
use crate::syntax::{self, Place, SourceFile};
use crate::tree::Tree;
use crate::workspace::Workspace;
use crate::workspace::paths::Paths;

pub use attributes::is_generated;
pub(crate) use declared::{AttributeFact, Declared, Mention, WrittenPath};
pub use declared::{ItemKind, Position, Visibility};
pub(crate) use facts::Import;
pub(crate) use facts::{Binds, FACTS_VERSION, Facts, PathFact};
pub(crate) use mount::{By, Forest, Mount, NodeKind, Root};
pub use problem::{Problem, ProblemKind};
pub(crate) use read::in_parallel;

/// The Rust code of a tree.
pub struct Code {
    /// The packages.
    pub workspace: Workspace,
    /// What could not be read, sorted by path: files, and `mod` declarations without a file. Problems of
    /// manifests are in the workspace.
    pub problems: Vec<Problem>,
    tree: Tree,
    files: Vec<FileInfo>,
    names: Names,
}

/// One Rust file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// Path from the root.
    pub path: String,
    /// Where it belongs; `None` where no target reaches it.
    pub place: Option<Place>,
    /// Whether no target reaches it.
    pub orphan: bool,
    /// Whether no target reaches it and it lies in a package that is no member of the workspace.
    pub foreign: bool,
    /// Whether it says in its header that it is generated.
    pub generated: bool,
    /// How many lines it has.
    pub lines: u32,
    /// Whether it can be visited: it parses as a file.
    pub parses: bool,
}

impl FileInfo {
    /// Whether the file as a whole is there for tests, benchmarks or examples.
    pub fn is_test(&self) -> bool {
        syntax::is_test(self.place.as_ref(), &self.path)
    }
}

impl Code {
    /// Reads every Rust file of a tree and resolves its names.
    pub fn read(tree: &Tree, cache: &Cache) -> Self {
        let workspace = Workspace::read(tree);
        let all = Paths::of(tree);
        let store = cache.open();
        let mut paths: Vec<&str> = all.all().iter().copied().filter(|path| path.ends_with(".rs")).collect();
        let mut facts = read::facts(tree, &paths, &store);
        // Modules may be in files of other names, which may name further ones.
        loop {
            let more = mount::named_elsewhere(&paths, &facts, &all);
            if more.is_empty() {
                break;
            }
            facts.extend(read::facts(tree, &more, &store));
            paths.extend(more);
        }
        store.close();
        let files = mount::Files { paths: &paths, facts: &facts };
        let (mut forest, mut problems) = mount::forest(&workspace, &files);
        let expression = |mount: &&mount::Mount| mount.by == mount::By::Expression;
        let embedded: HashSet<u32> =
            forest.mounts.iter().filter(expression).map(|mount| mount.file).collect();
        for ((path, facts), index) in paths.iter().zip(&facts).zip(0..) {
            // What is included in an expression need not be a file of items, nor be written in Rust by name.
            let fits = embedded.contains(&index) && (facts.fragment || !path.ends_with(".rs"));
            let problem = facts.problem.iter().filter(|_| !fits);
            problems.extend(problem.map(|problem| Problem { path: (*path).to_owned(), ..problem.clone() }));
            if fits && !facts.fragment && facts.problem.is_some() {
                forest.missing += 1;
            }
        }
        let names = Names::of(&workspace, forest, facts.clone(), &paths);
        let manifest = workspace.crates.first().map_or("Cargo.toml", |krate| &krate.manifest);
        problems.extend(names.cut().map(|said| Problem::of_file(manifest, ProblemKind::TooLarge, said)));
        problems.sort();
        let members: Vec<&str> = workspace.crates.iter().map(|krate| krate.dir.as_str()).collect();
        let mut files: Vec<FileInfo> =
            paths.iter().zip(&facts).map(|(path, facts)| info(path, facts, &names, &all, &members)).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Code { workspace, problems, tree: tree.clone(), files, names }
    }

    /// Every Rust file, sorted by path.
    pub fn files(&self) -> &[FileInfo] {
        &self.files
    }

    /// Visits every wanted file that parses, in worker threads with large stacks. The answers are sorted by path. A
    /// panic goes on in the caller.
    pub fn each_file<T: Send>(
        &self,
        wanted: &(dyn Fn(&FileInfo) -> bool + Sync),
        visit: &(dyn Fn(&SourceFile) -> T + Sync),
    ) -> Vec<(String, T)> {
        let wanted: Vec<&FileInfo> = self.files.iter().filter(|file| file.parses && wanted(file)).collect();
        let answers = read::in_parallel(&wanted, |info| {
            // That it parses is known; only a file that changes meanwhile does not.
            let answer = parse_file(&self.tree, info).map(|file| visit(&file));
            proc_macro2::extra::invalidate_current_thread_spans();
            answer.map(|answer| (info.path.clone(), answer))
        });
        answers.into_iter().flatten().collect()
    }

    /// What the names in the code mean.
    pub fn names(&self) -> &Names {
        &self.names
    }
}

fn parse_file(tree: &Tree, info: &FileInfo) -> Option<SourceFile> {
    let text = tree.text(&info.path).ok()?;
    let mut file = syntax::parse_shared(&info.path, &text).ok()?;
    file.place.clone_from(&info.place);
    Some(file)
}

fn info(path: &str, facts: &Arc<Facts>, names: &Names, all: &Paths, members: &[&str]) -> FileInfo {
    let place = place(path, facts, names);
    let orphan = place.is_none();
    FileInfo {
        path: path.to_owned(),
        foreign: orphan && all.package(path).is_some_and(|package| !members.contains(&package)),
        orphan,
        generated: facts.generated,
        lines: facts.lines,
        parses: facts.problem.is_none(),
        place,
    }
}

fn place(path: &str, facts: &Facts, names: &Names) -> Option<Place> {
    let forest = names.forest();
    let node = names.node_of_file(path)?;
    let root = &forest.roots[forest.nodes[node as usize].root as usize];
    Some(Place {
        krate: root.krate?,
        target: root.kind,
        module: names.module_path(node),
        test: forest.nodes[node as usize].test,
        generated: facts.generated,
    })
}
