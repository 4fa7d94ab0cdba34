//! Every test of the change beside what it was, and what became of its assertions in the change as a whole.

use std::cell::RefCell;
use std::collections::BTreeMap;

use source::{Change, Tree};

use crate::compare::{self, Kind, Surroundings, Weakening};
use crate::facts::{Assertion, Form, Function, Role};
use crate::matching::Matched;
use crate::rust::{At, Rust, by_name};
use crate::scene::Weakened;

/// Compares every test, and every assertion helper, with what it was.
pub(crate) fn all<'a>(
    change: &Change,
    rust: &'a Rust,
    tests: &Matched<'a>,
    helpers: &Matched<'a>,
) -> Vec<Weakened<'a>> {
    let elsewhere = Elsewhere { change, asked: RefCell::default() };
    let asserts = |at: At<'_>, name: &str| elsewhere.asserts(at, name);
    let around = Surroundings {
        base_helpers: by_name(&rust.functions(true, Role::Helper)),
        head_helpers: by_name(&rust.functions(false, Role::Helper)),
        behaviour_may_differ: behaviour_may_differ(change, rust, helpers),
        asserts_elsewhere: &asserts,
    };
    let mut all = Vec::new();
    let pairs: Vec<_> = tests.pairs.iter().chain(&helpers.pairs).collect();
    for (base, head) in pairs.iter().copied() {
        let same = base.function.body == head.function.body
            && base.function.cases == head.function.cases
            && base.function.should_panic == head.function.should_panic
            && base.side.facts.constants == head.side.facts.constants;
        if same {
            continue;
        }
        for weakening in compare::weakenings(*base, *head, &around) {
            // A helper that asserts nothing any more weakens the tests that call it; one that was never asked does not.
            all.push((*base, *head, weakening));
        }
    }
    without_moved(all, rust, &pairs)
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
    let count = |at_base: bool| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for assertion in both(rust, at_base).iter().flat_map(|at| real(at.function)) {
            *counts.entry(assertion.key()).or_default() += 1;
        }
        counts
    };
    let (mut before, after) = (count(true), count(false));
    let as_often: Vec<String> = after
        .iter()
        .filter(|(key, count)| before.get(*key).is_some_and(|was| was <= count))
        .map(|(key, _)| key.clone())
        .collect();
    let mut fresh: Vec<&Assertion> = Vec::new();
    for at in both(rust, false) {
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
        fresh.extend(new.collect::<Vec<_>>().into_iter().rev().take(more));
    }
    let unwraps = |at_base: bool| -> usize {
        let all = both(rust, at_base);
        all.iter().flat_map(|at| &at.function.assertions).filter(|one| one.form == Form::Unwrap).count()
    };
    let mut more_unwraps = unwraps(false).saturating_sub(unwraps(true));
    let mut stays = |weakening: &Weakening| {
        let Some(gone) = &weakening.lost else { return true };
        if as_often.binary_search(&gone.key()).is_ok() {
            return false;
        }
        if gone.says_no_error() && more_unwraps > 0 {
            more_unwraps -= 1;
            return false;
        }
        let at = fresh.iter().position(|other| compare::stands_for(gone, other));
        at.map(|at| fresh.swap_remove(at)).is_none()
    };
    let mut left: Vec<_> = all.into_iter().filter(|(_, _, weakening)| stays(weakening)).collect();
    for (_, head, weakening) in &mut left {
        if weakening.kind == Kind::Removed
            && real(head.function).next().is_none()
            && head.function.role == Role::Helper
        {
            weakening.kind = Kind::Vacuous;
            weakening.what = "no longer asserts anything".to_owned();
        }
    }
    left
}

fn both(rust: &Rust, at_base: bool) -> Vec<At<'_>> {
    [Role::Test, Role::Helper].into_iter().flat_map(|role| rust.functions(at_base, role)).collect()
}

fn real(function: &Function) -> impl Iterator<Item = &Assertion> {
    function.assertions.iter().filter(|assertion| assertion.form > Form::Unwrap)
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
    let production = |side: Option<&crate::rust::Side>| side.map(|side| side.facts.production);
    let empty = crate::facts::nothing();
    change.files.iter().any(|file| !silent(&file.path))
        || rust.files.iter().any(|file| {
            production(file.base.as_ref()).unwrap_or(empty) != production(file.head.as_ref()).unwrap_or(empty)
        })
        || !rust.unread.is_empty()
        || helpers.pairs.iter().any(|(base, head)| base.function.body != head.function.body)
        || !helpers.lost.is_empty()
        || rust.files.iter().any(|file| match (&file.base, &file.head) {
            (Some(base), Some(head)) => base.facts.constants != head.facts.constants,
            _ => false,
        })
}

/// Functions in files that the change does not touch, asked for by name.
struct Elsewhere<'a> {
    change: &'a Change,
    asked: RefCell<BTreeMap<(String, String), bool>>,
}

impl Elsewhere<'_> {
    /// Whether a function or macro of that name in the same top folder asserts, as far as its text tells.
    fn asserts(&self, at: At<'_>, name: &str) -> bool {
        const COMMON: &[&str] = &[
            "new", "default", "from", "into", "clone", "get", "len", "iter", "next", "push", "collect",
            "map", "unwrap", "Some", "Ok", "Err", "None", "Box", "drop",
        ];
        if COMMON.contains(&name) || name.len() < 3 {
            return false;
        }
        let folder = package_folder(&self.change.head, &at.side.path);
        let key = (folder.clone(), name.to_owned());
        if let Some(answer) = self.asked.borrow().get(&key) {
            return *answer;
        }
        let wanted = [format!("fn {name}("), format!("fn {name}<"), format!("macro_rules! {name} ")];
        let answer =
            self.change.head.paths().filter(|path| path.ends_with(".rs") && path.starts_with(&folder)).any(
                |path| {
                    let Ok(text) = self.change.head.text(path) else { return false };
                    wanted.iter().filter_map(|wanted| text.find(wanted.as_str())).any(|start| {
                        let end =
                            text[start..].char_indices().nth(1500).map_or(text.len(), |(end, _)| start + end);
                        let body = &text[start..end];
                        let body = body.find("\n}").map_or(body, |end| &body[..end]);
                        body.contains("assert") || body.contains("panic!")
                    })
                },
            );
        self.asked.borrow_mut().insert(key, answer);
        answer
    }
}

/// The folder of the nearest manifest above a file, with its slash; empty for the root.
fn package_folder(tree: &Tree, path: &str) -> String {
    let mut dir = path;
    while let Some((above, _)) = dir.rsplit_once('/') {
        if tree.contains(&format!("{above}/Cargo.toml")) {
            return format!("{above}/");
        }
        dir = above;
    }
    String::new()
}
