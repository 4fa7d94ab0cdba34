//! Files that are there for tests although no `cfg` says so: doubles, fixtures and harnesses that a library has.
//!
//! A word in a path proves nothing, since what compares two rankings is called `ab_test.rs`. It counts where nothing that is
//! built for others refers to the file, and where nothing reaches it unnamed: through a method that it adds to a type of
//! others. Without it the census has 27 findings more, one of which is right; with it 11.

use std::collections::{BTreeMap, BTreeSet};

use source::{Attribute, Code, FileInfo, Item, ItemKind, Module, Names, TargetKind};

use crate::words::has_word;

/// The files of a tree that are there for tests, beside those of which cargo and `cfg(test)` say so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubles {
    files: BTreeSet<String>,
}

impl Doubles {
    /// Those among the files that are asked about. Who asks about none that might be one need not wait for all references.
    pub(crate) fn of(code: &Code, asked: &dyn Fn(&str) -> bool) -> Doubles {
        let named = |file: &&FileInfo| {
            asked(&file.path) && !file.is_test() && !file.orphan && group(&file.path).is_some()
        };
        let candidates: Vec<&FileInfo> = code.files().iter().filter(named).collect();
        if candidates.is_empty() {
            return Doubles::default();
        }
        let used = used(code, reached(code, &|path| candidates.iter().any(|file| file.path == path)));
        let counts = |file: &&FileInfo| {
            is_fuzzed(code, file) || group(&file.path).is_some_and(|it| !used.contains(it))
        };
        Doubles { files: candidates.into_iter().filter(counts).map(|file| file.path.clone()).collect() }
    }

    /// Whether a file is there for tests: by cargo, by `cfg(test)`, or as one of these.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains(path)
    }
}

/// The outermost folder or file on the way to a file whose name speaks of tests, without `.rs`: `src/mock` for `src/mock.rs`
/// and for what is below `src/mock`.
fn group(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split_inclusive('/') {
        end += part.len();
        let name = part.trim_end_matches('/');
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        if has_word(&stem.replace('-', "_"), WORDS) {
            return Some(&path[..end - part.len() + stem.len()]);
        }
    }
    None
}

const WORDS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "mock",
    "mocks",
    "fake",
    "fakes",
    "fixture",
    "fixtures",
    "fuzz",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
];

/// The groups of some files that others reach without naming them.
fn reached<'c>(code: &'c Code, is_asked: &dyn Fn(&str) -> bool) -> BTreeSet<&'c str> {
    let names = code.names();
    let mut own: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for module in names.modules() {
        if let Some(group) = group(&module.file) {
            own.entry(group).or_default().push(&module.canonical);
        }
    }
    let group_of = |item: Item<'c>| {
        let group = group(item.file())?;
        let own = own.get(group).map_or(&[][..], Vec::as_slice);
        (!item.in_test() && (is_of_others(item, own, names) || is_linked(item))).then_some(group)
    };
    names.items_in(is_asked).filter_map(group_of).collect()
}

/// Whether an implementation gives methods to what others of the workspace have, so that who has never heard of the module calls
/// them: nothing in its header is the module's own.
fn is_of_others(item: Item<'_>, own: &[&str], names: &Names) -> bool {
    let is_own = |path: &String| {
        own.iter().any(|module| path.strip_prefix(module).is_some_and(|rest| rest.starts_with("::")))
    };
    let header: Vec<String> = match item.kind() {
        ItemKind::Implementation => item.named().flat_map(|named| named.canonical).collect(),
        _ => return false,
    };
    let is_for_tests = || {
        let of = item.implemented().map(|of| of.written);
        of.is_some_and(|of| TEST_TRAITS.contains(&of.rsplit("::").next().unwrap_or_default()))
    };
    !header.iter().any(is_own) && header.iter().any(|path| names.is_declared(path)) && !is_for_tests()
}

/// Traits that make values for tests.
const TEST_TRAITS: &[&str] = &["Arbitrary", "Dummy"];

/// Whether an item goes to the linker: `#[no_mangle]`, and `#[unsafe(no_mangle)]`.
fn is_linked(item: Item<'_>) -> bool {
    let links = |attribute: Attribute<'_>| {
        let name = attribute.written.rsplit("::").next();
        name.into_iter().chain(attribute.arguments).any(|name| LINKED.contains(&name))
    };
    item.attributes().any(links)
}

/// Attributes by which a function or a constant is found without its path.
const LINKED: &[&str] = &["ctor", "distributed_slice", "export_name", "no_mangle"];

/// The groups that something refers to which is built for others or that such reach, and those that such a group refers to
/// in turn. A binary is for others, whoever refers to it.
fn used<'c>(code: &'c Code, reached: BTreeSet<&'c str>) -> BTreeSet<&'c str> {
    let names = code.names();
    let modules = names.modules();
    let groups: Vec<Option<&str>> = modules.iter().map(|module| group(&module.file)).collect();
    let is_binary = |module: &Module| module.parent.is_none() && module.target == TargetKind::Binary;
    let of_binaries = modules.iter().zip(&groups).filter(|(module, _)| is_binary(module));
    let mut used = reached;
    used.extend(of_binaries.filter_map(|(_, group)| *group));
    let mut refers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in names.links() {
        let Some(to) = groups[to] else { continue };
        match groups[from] {
            Some(from) if from != to => _ = refers.entry(from).or_default().insert(to),
            Some(_) => {}
            None => _ = used.insert(to),
        }
    }
    let mut open: Vec<&str> = used.iter().copied().collect();
    while let Some(from) = open.pop() {
        open.extend(refers.get(from).into_iter().flatten().filter(|to| used.insert(to)));
    }
    used
}

/// Whether a file is of a package that a fuzzer runs.
fn is_fuzzed(code: &Code, file: &FileInfo) -> bool {
    let krate = file.place.as_ref().and_then(|place| code.workspace.crates.get(place.krate));
    krate.is_some_and(|krate| {
        krate.dependencies.iter().any(|dependency| FUZZERS.contains(&&*dependency.package))
    })
}

const FUZZERS: &[&str] = &["afl", "honggfuzz", "libfuzzer-sys"];
