//! The Rust files of a change on both sides, as facts, and which of them a target reaches.

use std::collections::{BTreeMap, BTreeSet};

use findings::Location;
use source::{Change, ChangeKind, Problem, Tree, Workspace, with_stack};

use crate::facts::{self, FileFacts, Function, Role};
use crate::reach::Reach;

/// One file on both sides, under its path at head where it has one.
pub(crate) struct RustFile {
    pub(crate) base: Option<Side>,
    pub(crate) head: Option<Side>,
}

/// One file on one side.
pub(crate) struct Side {
    pub(crate) path: String,
    pub(crate) facts: FileFacts,
    /// Whether a target reaches it: what stands in it is compiled.
    pub(crate) reached: bool,
}

/// A function on one side of the change.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) side: &'a Side,
    pub(crate) function: &'a Function,
}

impl At<'_> {
    pub(crate) fn location(&self) -> Location {
        Location::at(&self.side.path, self.function.span)
    }
}

/// All Rust files of a change.
pub(crate) struct Rust {
    pub(crate) files: Vec<RustFile>,
    /// Files that one side cannot be compared with the other for: path at head or base, why, and at which side.
    pub(crate) unread: Vec<(Problem, bool)>,
    /// Files that differ.
    pub(crate) compared: u64,
}

impl Rust {
    /// Reads and parses both sides of every Rust file that differs, and those that a change of a module
    /// declaration or a manifest takes away from the tests.
    pub(crate) fn read(change: &Change, base: &Tree, workspaces: &Workspaces) -> Rust {
        let mut wanted: Vec<(Option<String>, Option<String>)> = change
            .files
            .iter()
            .filter(|file| {
                file.path.ends_with(".rs") || file.from.as_ref().is_some_and(|from| from.ends_with(".rs"))
            })
            .map(|file| match file.kind {
                ChangeKind::Added => (None, Some(file.path.clone())),
                ChangeKind::Removed => (Some(file.path.clone()), None),
                _ => (Some(file.from.clone().unwrap_or_else(|| file.path.clone())), Some(file.path.clone())),
            })
            .collect();
        wanted.iter_mut().for_each(|(base, head)| {
            for side in [base, head] {
                side.take_if(|path| !path.ends_with(".rs"));
            }
        });
        let compared = wanted.len() as u64;
        wanted.extend(
            left_behind(change, base, &wanted, workspaces)
                .into_iter()
                .map(|path| (Some(path.clone()), Some(path))),
        );

        let mut reads: Vec<Read<'_>> = Vec::new();
        for (before, after) in &wanted {
            reads.extend(before.as_ref().map(|path| Read { tree: base, path }));
            reads.extend(after.as_ref().map(|path| Read { tree: &change.head, path }));
        }
        let mut sides = parse_all(&reads).into_iter();
        let mut rust = Rust { files: Vec::new(), unread: Vec::new(), compared };
        let (mut base_reach, mut head_reach) =
            (Reach::new(base, &workspaces.base), Reach::new(&change.head, &workspaces.head));
        for (before, after) in &wanted {
            let mut next = |wanted: bool| wanted.then(|| sides.next().expect("every read gives one answer"));
            let (before, after) = (next(before.is_some()), next(after.is_some()));
            let take = |read: Option<Result<Side, Problem>>,
                        compared: bool,
                        at_base: bool,
                        unread: &mut Vec<_>| match read {
                Some(Ok(side)) => Some(side),
                Some(Err(problem)) => {
                    // What is new at head is nobody's weakening; that it does not parse is another guard's finding.
                    if compared {
                        unread.push((problem, at_base));
                    }
                    None
                }
                None => None,
            };
            let compared = before.is_some();
            let mut base = take(before, compared, true, &mut rust.unread);
            let mut head = take(after, compared, false, &mut rust.unread);
            for (side, reach) in [(&mut base, &mut base_reach), (&mut head, &mut head_reach)] {
                if let Some(side) = side
                    && !side.facts.functions.is_empty()
                {
                    side.reached = with_stack(|| reach.reached(&side.path));
                }
            }
            rust.files.push(RustFile { base, head });
        }
        rust
    }

    /// The functions of one side that a target reaches.
    pub(crate) fn functions(&self, at_base: bool, role: Role) -> Vec<At<'_>> {
        let sides = self
            .files
            .iter()
            .filter_map(|file| if at_base { file.base.as_ref() } else { file.head.as_ref() });
        let reached = sides.filter(|side| side.reached);
        reached
            .flat_map(|side| side.facts.functions.iter().map(move |function| At { side, function }))
            .filter(|at| at.function.role == role)
            .collect()
    }

    /// Names that production code defined at base and no longer defines in the files of the change.
    pub(crate) fn removed_names(&self) -> BTreeSet<&str> {
        let names = |side: Option<&Side>| -> BTreeSet<String> {
            side.map(|side| side.facts.defined.clone()).unwrap_or_default()
        };
        let head: BTreeSet<String> = self.files.iter().flat_map(|file| names(file.head.as_ref())).collect();
        let base =
            self.files.iter().filter_map(|file| file.base.as_ref()).flat_map(|side| &side.facts.defined);
        base.map(String::as_str).filter(|name| !name.is_empty() && !head.contains(*name)).collect()
    }
}

/// The packages of both sides.
pub(crate) struct Workspaces {
    pub(crate) base: Workspace,
    pub(crate) head: Workspace,
}

impl Workspaces {
    /// Reads the manifests, where the change touches anything that is built from them.
    pub(crate) fn read(change: &Change, base: &Tree) -> Workspaces {
        let built = |path: &str| path.ends_with(".rs") || path.ends_with("Cargo.toml");
        if !change.files.iter().any(|file| built(&file.path)) {
            return Workspaces { base: Workspace::default(), head: Workspace::default() };
        }
        Workspaces { base: Workspace::read(base), head: Workspace::read(&change.head) }
    }
}

/// Files that differ on neither side, but that lost the declaration, or the target, that brought them in.
fn left_behind(
    change: &Change,
    base: &Tree,
    wanted: &[(Option<String>, Option<String>)],
    workspaces: &Workspaces,
) -> BTreeSet<String> {
    let mut suspects = BTreeSet::new();
    for (before, after) in wanted {
        let Some(before) = before else { continue };
        let declared = |tree: &Tree, path: &str| {
            let text = tree.text(path).unwrap_or_default();
            with_stack(|| crate::reach::declared(&text))
        };
        let (was, is) = (
            declared(base, before),
            after.as_ref().map(|path| declared(&change.head, path)).unwrap_or_default(),
        );
        for name in was.difference(&is) {
            let (dir, file) = before.rsplit_once('/').unwrap_or(("", before));
            let stem = file.strip_suffix(".rs").unwrap_or(file);
            for dir in [dir.to_owned(), join(dir, stem)] {
                suspects.insert(join(&dir, name));
            }
        }
    }
    let targets = |workspace: &Workspace| -> BTreeSet<String> {
        workspace.crates.iter().flat_map(|member| &member.targets).map(|target| target.root.clone()).collect()
    };
    let gone = &targets(&workspaces.base) - &targets(&workspaces.head);
    let below = |path: &str| {
        suspects.iter().any(|stem| {
            path.strip_prefix(stem.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        }) || gone.contains(path)
    };
    let both = |path: &&str| base.contains(path) && !change.touched(path) && path.ends_with(".rs");
    change.head.paths().filter(both).filter(|path| below(path)).map(str::to_owned).collect()
}

pub(crate) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

struct Read<'a> {
    tree: &'a Tree,
    path: &'a str,
}

/// Parses in as many threads as there are processors, each with the stack that deep code needs.
fn parse_all(reads: &[Read<'_>]) -> Vec<Result<Side, Problem>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let size = reads.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            reads.chunks(size).map(|chunk| scope.spawn(move || with_stack(|| parse_some(chunk)))).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    })
}

fn parse_some(reads: &[Read<'_>]) -> Vec<Result<Side, Problem>> {
    let parse = |read: &Read<'_>| {
        let text = read.tree.text(read.path).map_err(|error| Problem::of_read(read.path, &error))?;
        let facts = facts::read(read.path, &text)?;
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(Side { path: read.path.to_owned(), facts, reached: true })
    };
    reads.iter().map(parse).collect()
}

/// Functions by name, for following what a test calls.
pub(crate) fn by_name<'a>(functions: &[At<'a>]) -> BTreeMap<&'a str, Vec<At<'a>>> {
    let mut map: BTreeMap<&str, Vec<At<'a>>> = BTreeMap::new();
    for at in functions {
        map.entry(at.function.name.as_str()).or_default().push(*at);
    }
    map
}
