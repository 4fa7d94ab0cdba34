//! What all rules look at: the change, its tests in pairs, and the files around the code.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use findings::{Finding, Location, Rule};
use globset::GlobSet;
use serde_json::Value;
use source::{Change, ChangeKind, FileChange, ReadError, Tree, Wider};

use crate::budgets::{self, Loosened, Unread};
use crate::ci::{self, Loss};
use crate::compare::{Kind, Weakening};
use crate::evidence;
use crate::facts::Role;
use crate::matching::{self, Matched};
use crate::rust::{At, Rust, Workspaces};
use crate::settings::{self, Compared};
use crate::{Error, Policies, Policy, absorbed, weakened};

/// A function at base and at head, and in what head's is weaker.
pub(crate) type Weakened<'a> = (At<'a>, At<'a>, Weakening);

/// Everything that a rule may ask.
pub struct Scene<'a> {
    pub(crate) change: &'a Change,
    pub(crate) base: &'a Tree,
    pub(crate) policies: Policies<'a>,
    pub(crate) expectations: GlobSet,
    /// The scenario files of `contracts`, which are among the expectations.
    pub(crate) scenarios: GlobSet,
    pub(crate) scripts: GlobSet,
    pub(crate) rust: &'a Rust,
    pub(crate) workspaces: &'a Workspaces,
    /// Tests; lost ones that live on inside others are left out.
    pub(crate) tests: Matched<'a>,
    /// What serves them.
    pub(crate) helpers: Matched<'a>,
    /// What became weaker, of tests and of assertion helpers.
    pub(crate) weakenings: Vec<Weakened<'a>>,
    /// Limits in files that became looser, and the files of budgets that could not be compared.
    pub(crate) loosened: Vec<Loosened>,
    pub(crate) unread_budgets: Vec<Unread>,
    settings: OnceLock<Vec<Compared>>,
    ci: OnceCell<Vec<Loss>>,
    /// The packages that the policy knows, where it lists them.
    pub(crate) allowed: Option<GlobSet>,
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
        tests.lost = absorbed::without_absorbed(rust, &tests);
        let helpers = matching::pair(rust, Role::Helper);
        let weakenings = weakened::all(change, rust, workspaces, &tests, &helpers);
        let promised = Promised::of(policies);
        let expectations = crate::policy::globs(&[policy.expectations.clone(), promised.files].concat())?;
        let (loosened, unread_budgets) = budgets::compare(change, base, policy, &expectations)?;
        Ok(Scene {
            change,
            base,
            policies: *policies,
            expectations,
            scenarios: crate::policy::globs(&promised.scenarios)?,
            scripts: crate::policy::globs(&policy.scripts)?,
            rust,
            workspaces,
            tests,
            helpers,
            weakenings,
            loosened,
            unread_budgets,
            settings: OnceLock::new(),
            ci: OnceCell::new(),
            allowed: policy.dependencies.allowed.as_deref().map(crate::policy::globs).transpose()?,
        })
    }

    /// The settings of tools that became others; several rules tell them, by their weight.
    pub(crate) fn settings(&self) -> &[Compared] {
        self.settings.get_or_init(|| settings::compared(self))
    }

    /// Tests, and what serves them, whose code differs. Examples and benchmarks judge nothing, unless tests stand there.
    pub(crate) fn differing(&self) -> impl Iterator<Item = (At<'a>, At<'a>)> {
        let shows = |path: &str| path.split('/').any(|part| part == "examples" || part == "benches");
        let serve = self.helpers.pairs.iter().filter(move |(_, head)| !shows(&head.side.path));
        let pairs = self.tests.pairs.iter().chain(serve).copied();
        pairs.filter(|(base, head)| base.function.text != head.function.text)
    }

    /// The change from the repository's root.
    pub(crate) fn around(&self) -> Around<'_> {
        match &self.change.repository {
            Some(Wider { base: Some(base), head, files, prefix }) => Around { base, head, files, prefix },
            _ => Around { base: self.base, head: &self.change.head, files: &self.change.files, prefix: "" },
        }
    }

    /// What CI lost, of every kind.
    pub(crate) fn ci(&self) -> &[Loss] {
        self.ci.get_or_init(|| ci::look(self))
    }

    /// The weakenings of a kind as findings of a rule, one a test.
    pub(crate) fn report(&self, rule: &'static Rule, kind: Kind, findings: &mut Vec<Finding>) {
        let mut by_test: BTreeMap<(&str, String), Vec<&Weakened<'a>>> = BTreeMap::new();
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

    /// Where a file below the root that is judged lies, seen from the repository's root.
    pub(crate) fn in_repository(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
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

/// Where the policy that judges has the promises of services, wherever it has them.
struct Promised {
    /// Scenarios, the requests that are saved beside them, and what consumers use, as far as the policy names them.
    files: Vec<String>,
    /// Scenarios, named or not.
    scenarios: Vec<String>,
}

impl Promised {
    fn of(policies: &Policies<'_>) -> Promised {
        let policy = if policies.base.exists() { policies.base } else { policies.head };
        let contracts: Value = policy.section("contracts").unwrap_or_default();
        let globs = |list: Option<&Value>| -> Option<Vec<String>> {
            let globs = list?.as_array()?.iter().filter_map(Value::as_str);
            Some(globs.map(str::to_owned).collect())
        };
        let scenarios = globs(contracts.get("scenarios"));
        let consumers = globs(contracts.pointer("/consumers/files")).unwrap_or_default();
        let named = scenarios.clone().unwrap_or_default();
        let saved = named.iter().map(|glob| crate::promises::saved_beside(glob));
        let files = saved.chain(named.iter().cloned()).chain(consumers).collect();
        let scenarios = scenarios.unwrap_or_else(|| vec!["services/*/contracts/*.{yaml,yml}".to_owned()]);
        Promised { files, scenarios }
    }
}
