//! Rules that a workspace brings along, in code of its own: the same types, run beside the catalogue.

use findings::{Finding, Rule};
use source::{Cache, Code, Tree};

use crate::doubles::Doubles;
use crate::house::House;
use crate::kept::Keeper;
use crate::looked::rust;
use crate::{Error, Lint, Policy, distinct, sorted};

/// Runs a workspace's own rules over what [`check`](crate::check) looks at.
///
/// # Errors
/// As [`check`](crate::check).
pub fn check_own(
    own: &[&'static Lint],
    code: &Code,
    tree: &Tree,
    policy: &Policy,
    only: Option<&(dyn Fn(&str) -> bool + Sync)>,
) -> Result<Vec<Finding>, Error> {
    check_own_with(own, code, tree, policy, only, &Cache::off())
}

/// The same, with what earlier runs of the same build found.
///
/// # Errors
/// As [`check`](crate::check).
pub fn check_own_with(
    own: &[&'static Lint],
    code: &Code,
    tree: &Tree,
    policy: &Policy,
    only: Option<&(dyn Fn(&str) -> bool + Sync)>,
    cache: &Cache,
) -> Result<Vec<Finding>, Error> {
    let excluded = policy.excluded()?;
    let layers = policy.layers()?;
    let asked = |path: &str| only.is_none_or(|only| only(path)) && !excluded.is_match(path);
    // What could not be read is for the catalogue to say.
    let checks = sorted(own);
    let rules: Vec<&'static Rule> = own.iter().map(|lint| lint.rule).collect();
    let house = House::default();
    let doubles = Doubles::of(code, &asked);
    let keeper = Keeper::new(cache.notes("own-lints"), &rules, &layers, &house, &doubles);
    let found = rust(code, &asked, &checks.syntax, &keeper, |_| ());
    let mut findings: Vec<Finding> = found.into_iter().flat_map(|(_, looked)| looked.found).collect();
    let check = |path: &str, text: &str| {
        let mut found = Vec::new();
        checks.texts.iter().for_each(|check| check(path, text, &mut found));
        found
    };
    let paths: Vec<&str> = tree.paths().filter(|path| asked(path)).collect();
    let found = keeper.of_texts(tree, &paths, |path| tree.text(path).map(|text| check(path, &text)));
    findings.extend(found.into_iter().flatten().flatten());
    keeper.close();
    Ok(distinct(findings))
}
