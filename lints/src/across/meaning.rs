//! What the paths mean that lead out of functions of one shape, looked up where each of them stands.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use super::digest::hash;
use super::pieces::{CALLED, MACRO};
use super::{Across, FileFacts, Function, OfFile, Outside};

/// What the paths of a function mean, and where in it they stand, as hashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// By what those items of the workspace say that are meant: two that say the same are alike.
    pub(crate) alike: u64,
    /// By the place of what is meant.
    pub(crate) exact: u64,
    /// Whether all of them are known.
    pub(crate) is_known: bool,
}

/// Looks up what paths mean.
pub(crate) struct Meanings<'a> {
    across: &'a Across<'a>,
    /// The file of each module, by its canonical path.
    modules: OnceCell<HashMap<&'a str, &'a FileFacts>>,
    /// By the canonical path of an item, what it says.
    said: RefCell<HashMap<String, Option<u64>>>,
}

impl<'a> Meanings<'a> {
    pub(crate) fn of(across: &'a Across<'a>) -> Self {
        Meanings { across, modules: OnceCell::new(), said: RefCell::default() }
    }

    /// What the paths of a function of a file mean.
    pub(crate) fn of_function(&self, file: &OfFile, function: &Function, outside: &Outside) -> Meaning {
        let names = self.across.code.names();
        let mut modules: Vec<&str> = function.path.split("::").collect();
        modules.pop();
        let (mut alike, mut exact) = (HashMap::<u64, u64>::new(), HashMap::<u64, u64>::new());
        let mut is_known = true;
        for (written, place) in outside.written.split(' ').zip(&*outside.places) {
            let path = written.trim_end_matches([MACRO, CALLED]);
            let canonical = names.meaning(&file.path, &modules, path, written.ends_with(MACRO));
            let (one, other) = match &canonical {
                Some(canonical) => (self.said(canonical).unwrap_or_else(|| hash(canonical)), hash(canonical)),
                None => (hash(("", path)), hash(("", path))),
            };
            // A name in lower case that nothing has and nobody calls is one that a macro knows.
            let is_of_a_macro = path == written && path.starts_with(|first: char| !first.is_uppercase());
            is_known &= canonical.is_some() || is_of_a_macro && !path.contains("::");
            for (sums, meaning) in [(&mut alike, one), (&mut exact, other)] {
                let sum = sums.entry(meaning).or_default();
                *sum = sum.wrapping_add(*place);
            }
        }
        Meaning { alike: of_sums(alike), exact: of_sums(exact), is_known }
    }

    /// A hash of what an item of the workspace says, with that of the type that has it.
    fn said(&self, canonical: &str) -> Option<u64> {
        if let Some(said) = self.said.borrow().get(canonical) {
            return *said;
        }
        let said = self.look(canonical);
        self.said.borrow_mut().insert(canonical.to_owned(), said);
        said
    }

    fn look(&self, canonical: &str) -> Option<u64> {
        let mut ends = canonical.rmatch_indices("::").map(|(at, _)| at);
        let end = ends.find(|end| self.modules().contains_key(&canonical[..*end]))?;
        let facts = self.modules()[&canonical[..end]];
        let below = &canonical[end + 2..];
        let parts = below.match_indices("::").map(|(at, _)| at).chain([below.len()]);
        let mut rest = below;
        let mut said = Vec::new();
        for end in parts {
            if let Some(item) = of_item(facts, &below[..end]) {
                said.push(item);
                rest = &below[end..];
            }
        }
        (!said.is_empty()).then(|| hash((said, rest)))
    }

    fn modules(&self) -> &HashMap<&'a str, &'a FileFacts> {
        self.modules.get_or_init(|| {
            let Across { files, code, .. } = self.across;
            let modules = code.names().modules();
            let facts_of = |path: &str| {
                let at = files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
                Some(&*files[at].facts)
            };
            let of_file = |module: &'a source::Module| (&*module.canonical, facts_of(&module.file));
            let roots = modules.iter().filter(|module| module.line == 1).map(of_file);
            roots.filter_map(|(path, facts)| Some((path, facts?))).collect()
        })
    }
}

fn of_item(facts: &FileFacts, path: &str) -> Option<u64> {
    let item = facts.items.iter().find(|(item, _)| **item == *path).map(|(_, said)| *said);
    item.or_else(|| Some(facts.functions.iter().find(|function| *function.path == *path)?.said))
}

fn of_sums(sums: HashMap<u64, u64>) -> u64 {
    let mut sums: Vec<(u64, u64)> = sums.into_iter().collect();
    sums.sort_unstable();
    hash(sums)
}
