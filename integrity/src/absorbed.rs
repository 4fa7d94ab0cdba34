//! Tests that head has no longer as such, and that live on inside others: as rows of a table, as a part of a larger
//! test, in a helper that new tests call.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Role, is_literal, telling, tokens_of_line};
use crate::matching::{Matched, reachable};
use crate::rust::{At, Rust, by_name};

/// Of what tells a lost test, the share that one other test must say; and several of its file together.
const IN_ONE: f64 = 0.85;
const IN_FILE: f64 = 0.92;

/// What a test of head that is new, or that changed, says.
struct Material<'a> {
    at: At<'a>,
    tokens: Vec<String>,
    /// The literals that it did not say at the base, or not as often.
    gained: BTreeSet<String>,
    /// Whether it asserts through a helper.
    helped: bool,
}

/// The lost tests that no other test took in. One that did must have gained what the lost one fed to the code and
/// expected of it: a test that looks alike anyway takes nothing in.
pub(crate) fn without_absorbed<'a>(rust: &'a Rust, tests: &Matched<'a>) -> Vec<At<'a>> {
    if tests.lost.is_empty() {
        return Vec::new();
    }
    let material = material(rust, tests);
    tests.lost.iter().filter(|lost| !is_absorbed(**lost, &material)).copied().collect()
}

fn material<'a>(rust: &'a Rust, tests: &Matched<'a>) -> Vec<Material<'a>> {
    let before: BTreeMap<(&str, String), At<'a>> =
        tests.pairs.iter().map(|(base, head)| (key(*head), *base)).collect();
    let base_helpers = by_name(&rust.functions(true, Role::Helper));
    let helpers = by_name(&rust.functions(false, Role::Helper));
    let mut all = Vec::new();
    for at in rust.functions(false, Role::Test) {
        let was = before.get(&key(at));
        let same = |base: &&At<'_>| {
            base.function.body == at.function.body && base.function.cases == at.function.cases
        };
        if was.filter(same).is_some() {
            continue;
        }
        let tokens = reachable(at, &helpers);
        let mut had: BTreeMap<String, usize> = BTreeMap::new();
        for token in was.map(|base| reachable(*base, &base_helpers)).unwrap_or_default() {
            *had.entry(token).or_default() += 1;
        }
        let mut gained = BTreeSet::new();
        for token in tokens.iter().filter(|token| is_literal(token)) {
            match had.get_mut(token).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => drop(gained.insert(token.clone())),
            }
        }
        let helped = at.function.calls.iter().any(|call| helpers.contains_key(call.name.as_str()));
        all.push(Material { at, tokens, gained, helped });
    }
    all
}

fn key(at: At<'_>) -> (&str, String) {
    (at.side.path.as_str(), at.function.title())
}

fn is_absorbed(lost: At<'_>, material: &[Material<'_>]) -> bool {
    let rows = lost.function.cases.iter().flat_map(|case| tokens_of_line(case));
    let own: Vec<String> = rows.chain(lost.function.body.iter().cloned()).collect();
    let wanted = telling(&own);
    let literals: BTreeSet<&str> = wanted.iter().copied().filter(|token| is_literal(token)).collect();
    let strongest = lost.function.assertions.iter().map(|assertion| assertion.form).max();
    let strong = |one: &&Material<'_>| {
        one.helped || one.at.function.assertions.iter().map(|assertion| assertion.form).max() >= strongest
    };
    let covers = |tokens: &[String], gained: &BTreeSet<String>, share: f64| {
        let there = telling(tokens);
        let kept = wanted.intersection(&there).count() as f64;
        let taken = literals.iter().filter(|literal| gained.contains(**literal)).count();
        kept >= share * wanted.len() as f64 && taken * 10 >= literals.len() * 9
    };
    if wanted.len() < 3 {
        return false;
    }
    let fit: Vec<&Material<'_>> = material.iter().filter(strong).collect();
    if fit.iter().any(|one| covers(&one.tokens, &one.gained, IN_ONE)) {
        return true;
    }
    let here = || fit.iter().filter(|one| one.at.side.path == lost.side.path);
    let tokens: Vec<String> = here().flat_map(|one| one.tokens.iter().cloned()).collect();
    let gained = here().flat_map(|one| one.gained.iter().cloned()).collect();
    covers(&tokens, &gained, IN_FILE)
}
