//! Files that are the code of two modules.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, rule};
use source::{Code, Module, Mounted, TargetKind};

use crate::evidence::and_more;

rule! {
    /// A file that `#[path]` or `include!` makes the code of a second module, in the same crate or in another. A library
    /// and a binary of one package may declare the same module, a `cfg` may decide between files, and tests, benchmarks,
    /// examples and build scripts may take in what they like.
    ///
    /// ## Why it hurts
    /// The file is compiled twice: its types are two types, its statics two statics. And whoever must not use a module can
    /// take its file in and use that, so that no rule about modules holds.
    ///
    /// ## Example
    /// ```bad
    /// crate app
    /// app/src/infra.rs | pub struct Db;
    /// app/src/domain.rs | #[path = "infra.rs"]
    /// app/src/domain.rs | mod store; //~
    /// app/src/tools.rs | include!("infra.rs"); //~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// crate app
    /// app/src/infra.rs | pub struct Db;
    /// app/src/tools.rs | use crate::infra::Db;
    /// ```
    pub static DOUBLY_MOUNTED_FILE = {
        id: "doubly-mounted-file",
        guard: "arch",
        group: "graph",
        level: Error,
        summary: "finds files that are the code of two modules",
    };
}

pub(crate) fn find(code: &Code) -> Vec<Finding> {
    let modules = code.names().modules();
    let mounts = code.names().mounts();
    let mut by_file: BTreeMap<&str, Vec<&Mounted>> = BTreeMap::new();
    for mounted in mounts.iter().filter(|mounted| is_shipped(&modules[mounted.module])) {
        by_file.entry(&*mounted.file).or_default().push(mounted);
    }
    let mut findings = Vec::new();
    let mut doubled: BTreeSet<&str> = BTreeSet::new();
    let mut all: Vec<(&str, Vec<&Mounted>)> = Vec::new();
    for (file, mut mounted) in by_file {
        // Where it belongs comes first; the file of a target is known by whoever else of the package has it.
        let is_foreign = |it: &Mounted| !is_in(&code.workspace.crates[it.krate].dir, file);
        mounted.sort_by_key(|it| (is_foreign(it), is_root(it), !it.by_name, it.krate, it.module));
        let mut known: BTreeSet<(usize, &[String])> = BTreeSet::new();
        let mut packages: BTreeSet<usize> = BTreeSet::new();
        mounted.retain(|it| {
            let is_new = known.insert((it.krate, &modules[it.module].path));
            (packages.insert(it.krate) || !is_root(it)) && is_new
        });
        if mounted.len() > 1 {
            doubled.insert(file);
            all.push((file, mounted));
        }
    }
    for (file, mut mounted) in all {
        // The modules of a file that is there twice are there twice, too.
        mounted.dedup_by(|it, _| it.by_name && it.by != it.file && doubled.contains(&*it.by));
        let Some((home, others)) = mounted.split_first() else { continue };
        // A trap has thousands, of which each says the same.
        let more = and_more(others.len().saturating_sub(SHOWN), "module");
        for other in others.iter().take(SHOWN) {
            let (one, two) = (&modules[home.module].canonical, &modules[other.module].canonical);
            let message = format!("`{file}` is the code of `{one}` and of `{two}`");
            let first = match is_root(home) {
                true => Location::file(&*home.file),
                false => Location::point(&*home.by, home.line, home.column),
            };
            let finding = Finding::new(&DOUBLY_MOUNTED_FILE, location(code, other), message)
                .note_at(first, format!("it is taken in as `{one}` here"))
                .help(format!("use what `{one}` has, or move what both need into a module of its own"))
                .fact(file)
                .fact(&**two);
            findings.push(more.iter().fold(finding, |finding, more| finding.note(more.clone())));
        }
    }
    findings
}

/// How many modules of one file are told one by one.
const SHOWN: usize = 8;

/// Whether it is part of what a crate gives to others or runs.
fn is_shipped(module: &Module) -> bool {
    !module.test && matches!(module.target, TargetKind::Library | TargetKind::Binary)
}

/// Whether a file lies in a package.
fn is_in(dir: &str, file: &str) -> bool {
    dir.is_empty() || file.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether it is the file of a target.
fn is_root(mounted: &Mounted) -> bool {
    mounted.by == mounted.file
}

/// Where it is taken in; the manifest, where that says so.
fn location(code: &Code, mounted: &Mounted) -> Location {
    match is_root(mounted) {
        true => Location::file(&code.workspace.crates[mounted.krate].manifest),
        false => Location::point(&*mounted.by, mounted.line, mounted.column),
    }
}
