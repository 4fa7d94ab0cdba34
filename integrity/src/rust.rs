//! The Rust files of a change on both sides, as facts, and which of them a target reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use findings::Location;
use source::{Change, ChangeKind, FileChange, Problem, Tree, Workspace, cores, with_stack};

use crate::declared;
use crate::facts::{self, FileFacts, Function, Role};
use crate::reach::{Reach, Way};
use crate::support::Support;
use crate::switches;

/// One file on both sides, under its path at head where it has one.
pub(crate) struct RustFile {
    pub(crate) base: Option<Side>,
    pub(crate) head: Option<Side>,
}

impl RustFile {
    /// Whether what is not there for tests differs. What cannot be read a second time may say anything.
    pub(crate) fn differs_in_production(&self) -> bool {
        let production = |side: &Option<Side>| side.as_ref().map_or(Some(facts::nothing()), Side::production);
        match (production(&self.base), production(&self.head)) {
            (Some(base), Some(head)) => base != head,
            _ => true,
        }
    }
}

/// One file on one side.
pub(crate) struct Side {
    pub(crate) path: String,
    pub(crate) facts: FileFacts,
    tree: Tree,
    /// Whether all of it is there for tests.
    support: bool,
    production: OnceLock<Option<u64>>,
    /// Whether a target reaches it: what stands in it is compiled.
    pub(crate) reached: bool,
    /// How; nothing is known of it where the file has neither tests nor what serves them.
    pub(crate) way: Way,
    /// Macros of the file that make nothing of what they are given, and of the files that hand it to macros.
    pub(crate) empty_macros: BTreeSet<String>,
}

impl Side {
    /// What stands for all that is not there for tests, found out once somebody asks.
    fn production(&self) -> Option<u64> {
        *self.production.get_or_init(|| facts::production(&self.tree, &self.path, self.support).ok())
    }

    /// Whether a function is handed to a macro that makes nothing of it.
    pub(crate) fn drops(&self, function: &Function) -> bool {
        function.maker.as_ref().is_some_and(|maker| self.empty_macros.contains(maker))
    }
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
        let rust = |path: &String| path.ends_with(".rs");
        let mut wanted: Vec<Paths> = change.files.iter().map(Paths::of).collect();
        wanted.retain_mut(|paths| {
            paths.base.take_if(|path| !rust(path));
            paths.head.take_if(|path| !rust(path));
            paths.base.is_some() || paths.head.is_some()
        });
        let compared = wanted.len() as u64;
        let support = (Support::of(&workspaces.base), Support::of(&workspaces.head));
        with_stack(|| {
            let left = left_behind(change, base, &wanted, workspaces).into_iter();
            wanted.extend(left.map(|path| Paths { base: Some(path.clone()), head: Some(path) }));
            let reads = |paths| -> Vec<Read<'_>> {
                let read = |paths: &'_ Paths| {
                    [(base, paths.base.clone(), &support.0), (&change.head, paths.head.clone(), &support.1)]
                };
                let both = <[Paths]>::iter(paths).flat_map(read);
                both.filter_map(|(tree, path, support)| {
                    let path = path?;
                    Some(Read { tree, support: support.has(&path), path })
                })
                .collect()
            };
            let mut sides = parse_beside(&reads(&wanted)).into_iter();
            let mut rust = Rust { files: Vec::new(), unread: Vec::new(), compared };
            let mut reach = (Reach::new(base, &workspaces.base), Reach::new(&change.head, &workspaces.head));
            for paths in &wanted {
                let mut next = |path: &Option<String>| {
                    path.is_some().then(|| sides.next().expect("every path was read"))
                };
                let (before, after) = (next(&paths.base), next(&paths.head));
                let base = rust.take(before, true, true, &mut reach.0);
                let head = rust.take(after, false, paths.base.is_some(), &mut reach.1);
                rust.files.push(RustFile { base, head });
            }
            rust
        })
    }

    /// A side as it was read; what could not be is remembered, but where there is nothing to compare it with: what
    /// is new is nobody's weakening, and that it does not parse is another guard's finding.
    fn take(
        &mut self,
        read: Option<Result<Side, Problem>>,
        at_base: bool,
        compared: bool,
        reach: &mut Reach<'_>,
    ) -> Option<Side> {
        match read? {
            Ok(mut side) => {
                if !side.facts.functions.is_empty() {
                    let way = reach.way(&side.path);
                    side.reached = way.is_some();
                    side.way = way.unwrap_or_default();
                    side.empty_macros = empty_macros(&side, reach);
                }
                Some(side)
            }
            Err(problem) => {
                self.unread.extend(compared.then_some((problem, at_base)));
                None
            }
        }
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
            .filter(|at| at.function.role == role && !at.side.drops(at.function))
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
        let built = |path: &str| {
            path.ends_with(".rs") || path.ends_with("Cargo.toml") || path.contains(".cargo/config")
        };
        if !change.files.iter().any(|file| built(&file.path)) {
            return Workspaces { base: Workspace::default(), head: Workspace::default() };
        }
        let (base, head) = Workspace::of_both(change, base);
        Workspaces { base, head }
    }
}

/// One file's paths on both sides.
struct Paths {
    base: Option<String>,
    head: Option<String>,
}

impl Paths {
    fn of(file: &FileChange) -> Paths {
        let base =
            (file.kind != ChangeKind::Added).then(|| file.from.clone().unwrap_or_else(|| file.path.clone()));
        Paths { base, head: (file.kind != ChangeKind::Removed).then(|| file.path.clone()) }
    }
}

/// Files that differ on neither side, but that lost the declaration, the target, or a part of the conditions that
/// brought them in.
fn left_behind(change: &Change, base: &Tree, wanted: &[Paths], workspaces: &Workspaces) -> BTreeSet<String> {
    let mut suspects: BTreeSet<Suspect> = BTreeSet::new();
    let mut suspect = |path: &str, module: &declared::Declared| {
        let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        suspects.insert(match &module.path {
            None => Suspect { dir: dir.to_owned(), name: module.name.clone() },
            Some(written) => {
                let file = written.rsplit('/').next().unwrap_or(written);
                Suspect { dir: String::new(), name: file.trim_end_matches(".rs").to_owned() }
            }
        });
    };
    let text = |tree: &Tree, path: &str| tree.text(path).unwrap_or_default();
    for paths in wanted {
        let Some(before) = &paths.base else { continue };
        let was = text(base, before);
        // Reading tokens takes as long as parsing, so it is done only where there was a declaration.
        if !was.lines().any(|line| line.contains("mod ") && line.contains(';')) {
            continue;
        }
        let is = paths.head.as_ref().map(|path| text(&change.head, path)).unwrap_or_default();
        let (was, is) = (declared::read(&was), declared::read(&is));
        let stays = |module: &declared::Declared| was.gates == is.gates && is.modules.contains(module);
        was.modules.iter().filter(|module| !stays(module)).for_each(|module| suspect(before, module));
    }
    let targets = |workspace: &Workspace| -> BTreeSet<String> {
        workspace.members().flat_map(|member| &member.targets).map(|target| target.root.clone()).collect()
    };
    let gone = &targets(&workspaces.base) - &targets(&workspaces.head);
    for root in &gone {
        declared::read(&text(base, root)).modules.iter().for_each(|module| suspect(root, module));
    }
    let switches = switches::switched(change, base);
    let mut switched: BTreeSet<&str> = BTreeSet::new();
    if !switches.is_empty() {
        for path in change.head.paths().filter(|path| path.ends_with(".rs")) {
            let here = switches.iter().filter(|switch| path.starts_with(&switch.folder));
            let names: Vec<&str> = here.map(switches::Switch::name).collect();
            let code = text(&change.head, path);
            let is_named = |text: &str| names.iter().any(|name| switches::has_word(text, name));
            if !code.lines().any(|line| line.contains("cfg") && is_named(line)) {
                continue;
            }
            switched.insert(path);
            let declared = declared::read(&code);
            let is_gated = |gates: &[declared::Condition]| {
                gates.iter().any(|gate| matches!(&gate.what, declared::What::Cfg(cfg) if is_named(cfg)))
            };
            let whole = is_gated(&declared.gates);
            let gated = declared.modules.iter().filter(|module| whole || is_gated(&module.gates));
            gated.for_each(|module| suspect(path, module));
        }
    }
    let below = |path: &str| {
        switched.contains(path)
            || gone.contains(path)
            || suspects.iter().any(|suspect| suspect.is_way_to(path))
    };
    let both = |path: &&str| base.contains(path) && !change.touched(path) && path.ends_with(".rs");
    change.head.paths().filter(both).filter(|path| below(path)).map(str::to_owned).collect()
}

/// Where the files of a module may lie.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Suspect {
    dir: String,
    name: String,
}

impl Suspect {
    fn is_way_to(&self, path: &str) -> bool {
        let below = if self.dir.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(self.dir.as_str()).and_then(|rest| rest.strip_prefix('/'))
        };
        below.is_some_and(|below| {
            below.split('/').any(|part| part.strip_suffix(".rs").unwrap_or(part) == self.name)
        })
    }
}

/// The macros that make nothing, of a file and of those on the way to it.
fn empty_macros(side: &Side, reach: &mut Reach<'_>) -> BTreeSet<String> {
    let on_way = side.way.links.iter().map(|link| link.file.clone());
    let from = side.facts.macro_made().then(|| side.path.clone());
    let files: BTreeSet<String> = on_way.chain(from).collect();
    files.iter().flat_map(|file| reach.empty_macros(file)).collect()
}

pub(crate) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") }
}

pub(crate) struct Read<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) path: String,
    /// Whether all of it is there for tests.
    pub(crate) support: bool,
}

/// Parses in as many threads as there are processors, each with the stack that deep code needs.
pub(crate) fn parse_all(reads: &[Read<'_>]) -> Vec<Result<Side, Problem>> {
    with_stack(|| parse_beside(reads))
}

/// The same on a thread that has that stack and does its share.
fn parse_beside(reads: &[Read<'_>]) -> Vec<Result<Side, Problem>> {
    let mut shares = reads.chunks(reads.len().div_ceil(cores().min(8)).max(1));
    let own = shares.next().unwrap_or_default();
    std::thread::scope(|scope| {
        let others: Vec<_> =
            shares.map(|share| scope.spawn(move || with_stack(|| parse_some(share)))).collect();
        let mut sides = parse_some(own);
        for other in others {
            sides.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        sides
    })
}

fn parse_some(reads: &[Read<'_>]) -> Vec<Result<Side, Problem>> {
    let parse = |read: &Read<'_>| {
        Ok(Side {
            path: read.path.clone(),
            facts: facts::read(read.tree, &read.path, read.support)?,
            tree: read.tree.clone(),
            support: read.support,
            production: OnceLock::new(),
            reached: true,
            way: Way::default(),
            empty_macros: BTreeSet::new(),
        })
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
