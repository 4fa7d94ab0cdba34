//! Every Rust file of a tree: where it belongs, what it says, and a way to visit all of them.

mod attributes;
mod collect;
mod crew;
mod declared;
mod facts;
mod kept;
mod kept_facts;
mod late;
mod mount;
mod packed;
mod problem;
mod read;
mod shape;
mod tokens;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Key};
use crate::names::Names;
use crate::syntax::{self, Place, STACK_BYTES, SourceFile};
use crate::tree::Tree;
use crate::workspace::Workspace;
use crate::workspace::paths::Paths;

pub use attributes::{is_for_tests, is_generated};
pub(crate) use attributes::{is_never_built, is_test_function, of_expression};
use crew::Crew;
use kept::{Need, Restored};

pub(crate) use collect::facts_of_file;
pub(crate) use declared::{AttributeFact, Declared, Mention, WrittenPath};
pub use declared::{ItemKind, Position, Visibility};
pub(crate) use facts::Import;
pub(crate) use facts::{Binds, FACTS_VERSION, Facts, MacroFact, PathFact, TypeFact};
pub(crate) use kept::Keeper;
pub use kept_facts::KeptFacts;
pub(crate) use late::LateFacts;
pub(crate) use mount::{By, Forest, Mount, NodeKind, Root};
pub use problem::{Problem, ProblemKind};
pub(crate) use read::{FACTS, in_parallel};

/// The Rust code of a tree.
pub struct Code {
    /// The packages.
    pub workspace: Workspace,
    /// What could not be read, sorted by path: files, and `mod` declarations without a file. Problems of
    /// manifests are in the workspace.
    pub problems: Vec<Problem>,
    tree: Tree,
    cache: Cache,
    files: Vec<FileInfo>,
    names: Arc<Names>,
    /// Who has syntax trees of files that nobody looked at so far.
    crew: Mutex<Option<Crew>>,
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
    /// The hash of what it says, as [`Code::content`] has it; `None` where it could not be read.
    pub content: Option<[u8; 32]>,
}

/// What is known of a file before anybody looks at it; `None` where somebody has to.
pub type Known<'k, T> = &'k (dyn Fn(&FileInfo) -> Option<T> + Sync);

impl FileInfo {
    /// Whether the file as a whole is there for tests, benchmarks or examples.
    pub fn is_test(&self) -> bool {
        syntax::is_test(self.place.as_ref(), &self.path)
    }
}

impl Code {
    /// Reads every Rust file of a tree and resolves its names. What the cache has of a file, or of the tree, is not
    /// read again.
    pub fn read(tree: &Tree, cache: &Cache) -> Self {
        Code::read_as_needed(tree, cache, Need::Whole)
    }

    /// The same for who [looks at every file](Self::look_at_each) next: some syntax trees are kept until then.
    pub fn read_for_looks(tree: &Tree, cache: &Cache) -> Self {
        Code::read_as_needed(tree, cache, Need::Looks)
    }

    /// The same for who visits a few files that were just written, and asks what names mean in them. Where the cache has
    /// the tree, only what they say now is looked at: files that did not change see no name that came or went.
    pub fn read_for_few_files(tree: &Tree, cache: &Cache) -> Self {
        Code::read_as_needed(tree, cache, Need::FewFiles)
    }

    fn read_as_needed(tree: &Tree, cache: &Cache, need: Need) -> Self {
        let now = SystemTime::now();
        let all = Paths::of(tree);
        let place = kept::Place::of(tree, cache, &all);
        let (workspace, found) = thread::scope(|scope| {
            let thread = || Builder::new().stack_size(STACK_BYTES);
            let found = place
                .as_ref()
                .and_then(|place| thread().spawn_scoped(scope, || place.find(tree, need, now)).ok());
            let workspace = match &place {
                Some(place) => Workspace::read_or_kept(tree, &all, place.id(), cache, now),
                None => Workspace::read(tree),
            };
            let digest = place.as_ref().map(|_| kept::digest(&workspace));
            // What cannot be restored is read.
            let found = found.and_then(|found| found.join().ok().flatten());
            (workspace, found.zip(digest))
        });
        let restored = found.zip(place.as_ref());
        if let Some(restored) =
            restored.and_then(|((found, digest), place)| found.restore(place, tree, &digest))
        {
            let Restored { paths, summaries, problems, names, crew } = restored;
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let files = infos(&workspace, &all, &paths, &summaries, &names);
            let code = Code::of(tree, cache, workspace, problems, files, names);
            return Code { crew: Mutex::new(crew), ..code };
        }
        let code = Code::read_anew(tree, cache, workspace, &all, (place.as_ref(), need), now);
        if need == Need::FewFiles && place.is_some() {
            // Has the tree kept, so that nobody reads all of it again who needs as little.
            code.names.references();
        }
        code
    }

    fn read_anew(
        tree: &Tree,
        cache: &Cache,
        workspace: Workspace,
        all: &Paths,
        (place, need): (Option<&kept::Place>, Need),
        now: SystemTime,
    ) -> Self {
        let store = Arc::new(cache.open());
        let mut paths: Vec<&str> = all.all().iter().copied().filter(|path| path.ends_with(".rs")).collect();
        let (mut read, crew) = match need {
            Need::Looks => {
                let files: Vec<_> = paths.iter().map(|path| (*path, None)).collect();
                let (read, crew) = read::facts_with_trees(tree, &files, &store);
                (read, Some(crew))
            }
            Need::Whole | Need::FewFiles => (read::facts(tree, &paths, &store), None),
        };
        let facts_of = |read: &[read::Read]| -> Vec<Arc<Facts>> {
            read.iter().map(|read| read.facts.clone().unwrap_or_default()).collect()
        };
        let mut facts = facts_of(&read);
        // Modules may be in files of other names, which may name further ones.
        loop {
            let more = mount::named_elsewhere(&paths, &facts, all);
            if more.is_empty() {
                break;
            }
            let more_read = read::facts(tree, &more, &store);
            facts.extend(facts_of(&more_read));
            read.extend(more_read);
            paths.extend(more);
        }
        store.close();
        drop(store);
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
        let read_files = facts.iter().zip(&read);
        let summaries: Vec<Summary> =
            read_files.map(|(facts, read)| Summary::of(facts, read.content)).collect();
        let names = Names::of(&workspace, forest, facts, &paths);
        let manifest = workspace.crates.first().map_or("Cargo.toml", |krate| &krate.manifest);
        problems.extend(names.cut().map(|said| Problem::of_file(manifest, ProblemKind::TooLarge, said)));
        problems.sort();
        let keeper = place.map(|place| place.keeper(&workspace, &paths, &read, &problems, now));
        let files = infos(&workspace, all, &paths, &summaries, &names);
        let code = Code::of(tree, cache, workspace, problems, files, names.kept_by(keeper));
        Code { crew: Mutex::new(crew), ..code }
    }

    fn of(
        tree: &Tree,
        cache: &Cache,
        workspace: Workspace,
        problems: Vec<Problem>,
        files: Vec<FileInfo>,
        names: Names,
    ) -> Self {
        let (tree, cache, names) = (tree.clone(), cache.clone(), Arc::new(names));
        Code { workspace, problems, tree, cache, files, names, crew: Mutex::default() }
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
        let visited = |info: &&FileInfo| {
            // That it parses is known; only a file that changes meanwhile does not.
            let answer = parse_file(&self.tree, info).map(|file| (info.path.clone(), visit(&file)));
            proc_macro2::extra::invalidate_current_thread_spans();
            answer
        };
        read::in_parallel(&self.wanted(wanted), visited).into_iter().flatten().collect()
    }

    /// The same for a look that owns what it needs, so that it can take place on the thread that has the file where that was
    /// parsed already. Files whose answer is known are not even read; None where no answer is.
    pub fn look_at_each<T: Send + 'static>(
        &self,
        wanted: &(dyn Fn(&FileInfo) -> bool + Sync),
        known: Option<Known<'_, T>>,
        look: impl Fn(&SourceFile, &Names) -> T + Clone + Send + Sync + 'static,
    ) -> Vec<(String, T)> {
        let mut unknown = self.wanted(wanted);
        let mut answers = Vec::with_capacity(unknown.len());
        let mut look_up = |unknown: &mut Vec<&FileInfo>| {
            let Some(known) = known else { return };
            let found = read::in_parallel(unknown, |info| known(info));
            let mut found = found.into_iter();
            unknown.retain(|info| match found.next().flatten() {
                Some(answer) => {
                    answers.push((info.path.clone(), answer));
                    false
                }
                None => true,
            });
        };
        let names = Arc::clone(&self.names);
        let look = move |file: &SourceFile| look(file, &names);
        let crew = self.crew.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Those that are parsed first: while they are looked at, the others are looked up.
        let (mut parsed, others) = unknown
            .drain(..)
            .partition::<Vec<_>, _>(|info| crew.as_ref().is_some_and(|crew| crew.has(&info.path)));
        unknown = others;
        look_up(&mut parsed);
        let seen = crew.map(|crew| crew.look_at_kept(&parsed, look.clone()));
        look_up(&mut unknown);
        answers.extend(seen.into_iter().flat_map(|seen| seen.wait()));
        // The trees of large files take much memory: they come while there are few answers beside them.
        unknown.sort_by_key(|info| Reverse(info.lines));
        answers.extend(self.parse_and_look(&unknown, look));
        answers.sort_by(|(one, _), (other, _)| one.cmp(other));
        answers
    }

    fn parse_and_look<T: Send + 'static>(
        &self,
        files: &[&FileInfo],
        look: impl Fn(&SourceFile) -> T + Clone + Send + Sync + 'static,
    ) -> Vec<(String, T)> {
        // Where another thread has the only file, none need be made that waits for it.
        if let [info] = files
            && let Some(seen) = self.tree.look_only_ahead(&info.path, info.place.as_ref(), look.clone())
        {
            return vec![(info.path.clone(), seen)];
        }
        let answers = read::in_parallel(files, |info| {
            // That it parses is known; only a file that changes meanwhile does not.
            let answer = self.tree.look_again(&info.path, info.place.as_ref(), info.content, look.clone());
            Some((info.path.clone(), answer.ok()?))
        });
        answers.into_iter().flatten().collect()
    }

    fn wanted(&self, wanted: &(dyn Fn(&FileInfo) -> bool + Sync)) -> Vec<&FileInfo> {
        self.files.iter().filter(|file| file.parses && wanted(file)).collect()
    }

    /// The text of a file, if it can be read.
    pub(crate) fn text(&self, path: &str) -> Option<Arc<str>> {
        self.tree.text(path).ok()
    }

    /// The hash of a content, by which a file is known that says the same.
    pub fn content(text: &str) -> [u8; 32] {
        Cache::key(text)
    }

    /// What the names in the code mean.
    pub fn names(&self) -> &Names {
        &self.names
    }
}

fn parse_file(tree: &Tree, info: &FileInfo) -> Option<SourceFile> {
    let text = tree.text(&info.path).ok()?;
    let mut file = syntax::parse_again(&info.path, &text, info.content).ok()?;
    file.place.clone_from(&info.place);
    Some(file)
}

/// What is known of a file beside its names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Summary {
    generated: bool,
    lines: u32,
    parses: bool,
    /// None where it could not be read.
    pub(crate) content: Option<Key>,
}

impl Summary {
    pub(crate) fn of(facts: &Facts, content: Option<Key>) -> Self {
        Summary { generated: facts.generated, lines: facts.lines, parses: facts.problem.is_none(), content }
    }
}

/// Every file, sorted by path.
fn infos(
    workspace: &Workspace,
    all: &Paths,
    paths: &[&str],
    summaries: &[Summary],
    names: &Names,
) -> Vec<FileInfo> {
    let members: Vec<&str> = workspace.crates.iter().map(|krate| krate.dir.as_str()).collect();
    let each = paths.iter().zip(summaries);
    let mut files: Vec<FileInfo> =
        each.map(|(path, summary)| info(path, summary, names, all, &members)).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn info(path: &str, summary: &Summary, names: &Names, all: &Paths, members: &[&str]) -> FileInfo {
    let place = place(path, summary, names);
    let orphan = place.is_none();
    FileInfo {
        path: path.to_owned(),
        foreign: orphan && all.package(path).is_some_and(|package| !members.contains(&package)),
        orphan,
        generated: summary.generated,
        lines: summary.lines,
        parses: summary.parses,
        content: summary.content,
        place,
    }
}

fn place(path: &str, summary: &Summary, names: &Names) -> Option<Place> {
    let forest = names.forest();
    let node = names.node_of_file(path)?;
    let root = &forest.roots[forest.nodes[node as usize].root as usize];
    Some(Place {
        krate: root.krate?,
        target: root.kind,
        module: names.module_path(node),
        test: forest.nodes[node as usize].test,
        generated: summary.generated,
    })
}
