//! Every test of the change beside what it was, and what became of its assertions in the change as a whole.

use std::collections::{BTreeMap, BTreeSet};

use source::Change;

use crate::compare::{self, Kind, Surroundings, Weakening};
use crate::elsewhere::Elsewhere;
use crate::facts::{Assertion, Form, Function, Role, spoken};
use crate::matching::Matched;
use crate::rust::{At, Rust, RustFile, Workspaces, by_name};
use crate::scene::Weakened;

/// Compares every test, and every assertion helper, with what it was. Files that the change does not touch are read
/// where something is suspected, for the helpers that may assert it now.
pub(crate) fn all<'a>(
    change: &Change,
    rust: &'a Rust,
    workspaces: &Workspaces,
    tests: &Matched<'a>,
    helpers: &Matched<'a>,
) -> Vec<Weakened<'a>> {
    let pairs: Vec<_> = tests.pairs.iter().chain(&helpers.pairs).collect();
    let differs = |(base, head): &&&(At<'a>, At<'a>)| {
        base.function.body != head.function.body
            || base.function.cases != head.function.cases
            || base.function.tables != head.function.tables
            || base.function.assertions.len() != head.function.assertions.len()
            || base.function.should_panic != head.function.should_panic
            || base.side.facts.constants != head.side.facts.constants
    };
    let differing: Vec<_> = pairs.iter().filter(differs).copied().collect();
    if differing.is_empty() {
        return Vec::new();
    }
    let mut around = Surroundings {
        base_helpers: by_name(&rust.functions(true, Role::Helper)),
        head_helpers: by_name(&rust.functions(false, Role::Helper)),
        all_helpers: by_name(&rust.functions(false, Role::Helper)),
        renamed: helpers
            .pairs
            .iter()
            .map(|(base, head)| (base.function.name.as_str(), head.function.name.as_str()))
            .filter(|(base, head)| base != head)
            .collect(),
        behaviour_may_differ: behaviour_may_differ(change, rust, helpers),
    };
    let weaker = |(base, head): &&(At<'a>, At<'a>), around: &Surroundings<'_>| -> Vec<Weakened<'a>> {
        let found = compare::weakenings(*base, *head, around);
        found.into_iter().map(|weakening| (*base, *head, weakening)).collect()
    };
    let mut found: Vec<_> = differing.iter().map(|pair| weaker(pair, &around)).collect();
    let suspected =
        |found: &Vec<Weakened<'a>>| found.iter().any(|(.., weakening)| weakening.may_be_elsewhere());
    let suspects: Vec<_> = found.iter().filter(|found| suspected(found)).map(|found| found[0].1).collect();
    if !suspects.is_empty() {
        let elsewhere = Elsewhere::read(change, &workspaces.head, &suspects, &around.head_helpers);
        for (name, more) in by_name(&elsewhere.functions()) {
            around.all_helpers.entry(name).or_default().extend(more);
        }
        for (found, pair) in found.iter_mut().zip(&differing).filter(|(found, _)| suspected(found)) {
            *found = weaker(pair, &around);
        }
    }
    without_moved(found.into_iter().flatten().collect(), rust, &pairs)
}

/// Without the assertions that went to another test of the change.
fn without_moved<'a>(
    all: Vec<Weakened<'a>>,
    rust: &'a Rust,
    pairs: &[&(At<'a>, At<'a>)],
) -> Vec<Weakened<'a>> {
    if !all.iter().any(|(_, _, weakening)| weakening.kind == Kind::Removed) {
        return all;
    }
    let count = |all: &[At<'_>]| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for assertion in all.iter().flat_map(|at| real(at.function)) {
            *counts.entry(assertion.key()).or_default() += 1;
        }
        counts
    };
    let head = called(both(rust, false), pairs);
    let (mut before, after) = (count(&both(rust, true)), count(&head));
    let as_often: Vec<String> = after
        .iter()
        .filter(|(key, count)| before.get(*key).is_some_and(|was| was <= count))
        .map(|(key, _)| key.clone())
        .collect();
    let mut fresh: Vec<(At<'_>, &Assertion)> = Vec::new();
    for at in head {
        let was = pairs.iter().find(|(_, head)| std::ptr::eq(head.function, at.function));
        let was = was.map_or(0, |(base, _)| real(base.function).count());
        // What replaces an assertion of its own test replaces none of another.
        let more = real(at.function).count().saturating_sub(was);
        let new = real(at.function).filter(|assertion| match before.get_mut(&assertion.key()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        fresh.extend(new.collect::<Vec<_>>().into_iter().rev().take(more).map(|one| (at, one)));
    }
    let unwraps = |at_base: bool| -> usize {
        let all = both(rust, at_base);
        all.iter().flat_map(|at| &at.function.assertions).filter(|one| one.form == Form::Unwrap).count()
    };
    let mut more_unwraps = unwraps(false).saturating_sub(unwraps(true));
    let rows = |at_base: bool, row: &str| -> usize {
        let all = both(rust, at_base);
        let rows = all.iter().flat_map(|at| at.function.tables.iter().flatten().chain(&at.function.cases));
        rows.filter(|other| *other == row).count()
    };
    let mut stays = |head: &At<'_>, weakening: &Weakening| {
        if let (Kind::Removed, None, Some((row, _))) = (weakening.kind, &weakening.lost, &weakening.before) {
            return rows(false, row) < rows(true, row);
        }
        let Some(gone) = &weakening.lost else { return true };
        if as_often.binary_search(&gone.key()).is_ok() {
            return false;
        }
        if gone.says_no_error() && more_unwraps > 0 {
            more_unwraps -= 1;
            return false;
        }
        // What the helpers that it calls assert has been compared already.
        let compared = |at: &At<'_>| {
            let new = !pairs.iter().any(|(_, head)| std::ptr::eq(head.function, at.function));
            new && head.function.calls.iter().any(|call| call.name == at.function.name)
        };
        let fits = |(at, other): &(At<'_>, &Assertion)| {
            (at.function.role == Role::Test || !compared(at)) && compare::stands_for(gone, other)
        };
        let at = fresh.iter().position(fits);
        at.map(|at| fresh.swap_remove(at)).is_none()
    };
    let mut left: Vec<_> = all.into_iter().filter(|(_, head, weakening)| stays(head, weakening)).collect();
    for (_, head, weakening) in &mut left {
        if weakening.kind == Kind::Removed
            && weakening.lost.is_some()
            && real(head.function).next().is_none()
            && head.function.role == Role::Helper
        {
            weakening.kind = Kind::Vacuous;
            weakening.what = "no longer asserts anything".to_owned();
        }
    }
    left
}

/// Without the helpers that the change brings and that no test comes to: what they assert is never looked at.
fn called<'a>(mut all: Vec<At<'a>>, pairs: &[&(At<'a>, At<'a>)]) -> Vec<At<'a>> {
    let known: BTreeSet<*const Function> =
        pairs.iter().map(|(_, head)| std::ptr::from_ref(head.function)).collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut reached: Vec<At<'a>> = Vec::new();
    loop {
        let (now, rest): (Vec<At<'a>>, Vec<At<'a>>) = all.into_iter().partition(|at| {
            at.function.role == Role::Test
                || known.contains(&std::ptr::from_ref(at.function))
                || names.contains(at.function.name.trim_end_matches('!'))
        });
        if now.is_empty() {
            return reached;
        }
        // A helper may be handed over instead of called, unless what it is handed to is thrown away.
        names.extend(now.iter().flat_map(|at| spoken(&at.function.body)));
        let calls = now.iter().flat_map(|at| &at.function.calls);
        names.extend(calls.map(|call| call.name.trim_end_matches('!').to_owned()));
        reached.extend(now);
        all = rest;
    }
}

fn both(rust: &Rust, at_base: bool) -> Vec<At<'_>> {
    [Role::Test, Role::Helper].into_iter().flat_map(|role| rust.functions(at_base, role)).collect()
}

fn real(function: &Function) -> impl Iterator<Item = &Assertion> {
    function.assertions.iter().filter(|assertion| assertion.form > Form::Unwrap && !assertion.quiet)
}

/// Whether anything changed that could change what the code does or what the tests feed it: anything but tests,
/// prose and CI.
fn behaviour_may_differ(change: &Change, rust: &Rust, helpers: &Matched<'_>) -> bool {
    let silent = |path: &str| {
        path.ends_with(".rs")
            || path.ends_with(".md")
            || path.ends_with(".txt") && !path.contains("test")
            || path.starts_with(".git")
            || path.starts_with(".ci/")
            || path.ends_with("LICENSE")
            || path.ends_with("gatefold.yaml")
            || path.starts_with("approvals/")
    };
    change.files.iter().any(|file| !silent(&file.path))
        || !rust.unread.is_empty()
        || helpers.pairs.iter().any(|(base, head)| base.function.body != head.function.body)
        || !helpers.lost.is_empty()
        || rust.files.iter().any(|file| match (&file.base, &file.head) {
            (Some(base), Some(head)) => base.facts.constants != head.facts.constants,
            _ => false,
        })
        || rust.files.iter().any(RustFile::differs_in_production)
}
