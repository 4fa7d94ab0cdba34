//! What all rules look at: the change, its tests in pairs, and the files around the code.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use findings::{Finding, Location, Rule};
use globset::GlobSet;
use source::{Change, ChangeKind, FileChange, ReadError, Tree, Wider};

use crate::compare::{self, Kind, Surroundings, Weakening};
use crate::evidence;
use crate::facts::{Assertion, Form, Function, Role};
use crate::matching::{self, Matched};
use crate::rust::{At, Rust, Workspaces, by_name};
use crate::{Error, Policies, Policy};

/// Everything that a rule may ask.
pub struct Scene<'a> {
    pub(crate) change: &'a Change,
    pub(crate) base: &'a Tree,
    pub(crate) policies: Policies<'a>,
    pub(crate) expectations: GlobSet,
    pub(crate) scripts: GlobSet,
    pub(crate) rust: &'a Rust,
    pub(crate) workspaces: &'a Workspaces,
    /// Tests; lost ones that live on inside others are left out.
    pub(crate) tests: Matched<'a>,
    /// What became weaker, of tests and of assertion helpers.
    pub(crate) weakenings: Vec<(At<'a>, At<'a>, Weakening)>,
}

/// The files that differ, seen from the repository's root.
pub(crate) struct Around<'a> {
    pub(crate) base: &'a Tree,
    pub(crate) head: &'a Tree,
    pub(crate) files: &'a [FileChange],
    prefix: &'a str,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        change: &'a Change,
        base: &'a Tree,
        parts: (&'a Rust, &'a Workspaces),
        policies: &Policies<'a>,
        policy: &Policy,
    ) -> Result<Scene<'a>, Error> {
        let (rust, workspaces) = parts;
        let mut tests = matching::pair(rust, Role::Test);
        tests.lost = matching::without_absorbed(rust, &tests);
        let helpers = matching::pair(rust, Role::Helper);
        let weakenings = weakenings(change, rust, &tests, &helpers);
        Ok(Scene {
            change,
            base,
            policies: *policies,
            expectations: crate::policy::globs(&policy.expectations)?,
            scripts: crate::policy::globs(&policy.scripts)?,
            rust,
            workspaces,
            tests,
            weakenings,
        })
    }

    /// The change from the repository's root.
    pub(crate) fn around(&self) -> Around<'_> {
        match &self.change.repository {
            Some(Wider { base: Some(base), head, files, prefix }) => Around { base, head, files, prefix },
            _ => Around { base: self.base, head: &self.change.head, files: &self.change.files, prefix: "" },
        }
    }

    /// The weakenings of a kind as findings of a rule, one a test.
    pub(crate) fn report(&self, rule: &'static Rule, kind: Kind, findings: &mut Vec<Finding>) {
        let mut by_test: BTreeMap<(&str, String), Vec<&(At<'a>, At<'a>, Weakening)>> = BTreeMap::new();
        for entry in self.weakenings.iter().filter(|(_, _, weakening)| weakening.kind == kind) {
            let key = (entry.1.side.path.as_str(), entry.1.function.title());
            by_test.entry(key).or_default().push(entry);
        }
        for ((path, title), entries) in by_test {
            let (base, head, first) = entries[0];
            let span = first.after.as_ref().map_or(head.function.span, |(_, span)| *span);
            let more =
                if entries.len() > 1 { format!(", and {} more", entries.len() - 1) } else { String::new() };
            let role = if head.function.role == Role::Test { "test" } else { "assertion helper" };
            let mut finding = Finding::new(
                rule,
                Location::at(path, span),
                format!("{role} `{}` {}{more}", evidence::short(&head.function.name), first.what),
            );
            for (_, _, weakening) in &entries {
                let (before, after) = (weakening.before.as_ref(), weakening.after.as_ref());
                let text = match (before, after) {
                    (Some((before, _)), Some((after, _))) => evidence::side_by_side(before, after),
                    (Some((before, _)), None) => evidence::gone(before),
                    _ => continue,
                };
                let at = before.map_or(base.function.span, |(_, span)| *span);
                finding = finding.note_at_base(Location::at(&base.side.path, at), text);
            }
            let what = entries
                .iter()
                .map(|(_, _, weakening)| weakening.what.as_str())
                .collect::<Vec<_>>()
                .join("; ");
            finding = finding.help(evidence::HELP).fact(&title).fact(what);
            findings.push(finding.judged(&base.function.text, &head.function.text));
        }
    }
}

impl Around<'_> {
    /// Where a file of the repository lies, seen from the root that is judged: with `..` where it lies outside.
    pub(crate) fn shown(&self, path: &str) -> String {
        if self.prefix.is_empty() {
            return path.to_owned();
        }
        match path.strip_prefix(self.prefix).and_then(|rest| rest.strip_prefix('/')) {
            Some(below) => below.to_owned(),
            None => format!("{}{path}", "../".repeat(self.prefix.split('/').count())),
        }
    }

    /// The text of a file on both sides; `None` on the side that has none.
    pub(crate) fn texts(&self, file: &FileChange) -> Texts {
        texts(self.base, self.head, file)
    }
}

/// A file's text on both sides.
pub(crate) struct Texts {
    pub(crate) base: Option<Result<Arc<str>, ReadError>>,
    pub(crate) head: Option<Result<Arc<str>, ReadError>>,
}

pub(crate) fn texts(base: &Tree, head: &Tree, file: &FileChange) -> Texts {
    let before = (file.kind != ChangeKind::Added).then(|| base.text(base_path(file)));
    let after = (file.kind != ChangeKind::Removed).then(|| head.text(&file.path));
    Texts { base: before, head: after }
}

pub(crate) fn base_path(file: &FileChange) -> &str {
    file.from.as_deref().unwrap_or(&file.path)
}

fn weakenings<'a>(
    change: &Change,
    rust: &'a Rust,
    tests: &Matched<'a>,
    helpers: &Matched<'a>,
) -> Vec<(At<'a>, At<'a>, Weakening)> {
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
    all: Vec<(At<'a>, At<'a>, Weakening)>,
    rust: &'a Rust,
    pairs: &[&(At<'a>, At<'a>)],
) -> Vec<(At<'a>, At<'a>, Weakening)> {
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
