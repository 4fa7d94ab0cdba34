//! Entries of `within` and `except` that nothing in the workspace is called by, so that the rule is not what it looks like.

use std::collections::{BTreeMap, BTreeSet};

use source::{Code, Tree};

use super::decided::HouseRule;
use super::pattern::{self, Place, slashed};
use super::set::Gathered;

/// An entry that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vacant {
    /// The id of the rule.
    pub rule: String,
    /// Where the entry stands in the rule: `within[0]`.
    pub key: String,
    /// What stands there.
    pub place: String,
}

/// The entries that match nothing.
pub(crate) fn vacant(decided: &BTreeMap<String, HouseRule>, code: &Code, tree: &Tree) -> Vec<Vacant> {
    let (mut files, mut modules) = (Gathered::default(), Gathered::default());
    let mut left = BTreeSet::new();
    for (id, rule) in decided {
        for (key, texts) in [("within", &rule.within), ("except", &rule.except)] {
            for (index, text) in texts.iter().enumerate() {
                let key = format!("{key}[{index}]");
                let at = Vacant { rule: id.clone(), key, place: text.clone() };
                // What cannot be read is refused elsewhere.
                let added = match pattern::place(text) {
                    Ok(Place::Files(glob)) => files.add(&glob, at.clone()).is_ok(),
                    Ok(Place::Modules([path, _])) => modules.add(&path, at.clone()).is_ok(),
                    Ok(Place::Everywhere) | Err(_) => false,
                };
                left.extend(added.then_some(at));
            }
        }
    }
    if left.is_empty() {
        return Vec::new();
    }
    let (Ok(files), Ok(modules)) = (files.set(), modules.set()) else { return Vec::new() };
    for path in tree.paths().filter(|_| !files.is_empty()) {
        files.matching(path).for_each(|at| _ = left.remove(at));
    }
    if !modules.is_empty() {
        let packages: Vec<String> = code.workspace.crates.iter().map(|krate| krate.name.clone()).collect();
        let inner = code.names().modules().iter().filter_map(|module| {
            let package = packages.get(module.krate?)?;
            Some(std::iter::once(package).chain(module.path.iter()).cloned().collect::<Vec<_>>().join("::"))
        });
        let all: BTreeSet<String> = inner.chain(packages.iter().cloned()).collect();
        for path in &all {
            modules.matching(&slashed(path)).for_each(|at| _ = left.remove(at));
        }
    }
    left.into_iter().collect()
}
