//! Alerts, recording rules and dashboards that head has where the policy does not look.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location};
use source::{Change, ChangeKind, FileChange};

use super::dashboard::Dashboard;
use super::rules_file::{OwnRule, RuleFile, RuleKind};
use super::{Watched, at, who};
use crate::rules::watched_by_nobody::WATCHED_BY_NOBODY;
use crate::{Error, Operations, globs};

/// What the base has in files that are looked at, and head only in files that changed and are not. What is gone is free.
///
/// # Errors
/// A glob makes no sense.
pub(super) fn unwatched(
    change: &Change,
    policy: &Operations,
    before: &Watched,
    after: &Watched,
) -> Result<Vec<Finding>, Error> {
    let (counted, seen) = (counts(before), counts(after));
    let places: BTreeSet<(&str, Key<'_>)> =
        named(after).map(|(file, rule)| (file.path.as_str(), key(rule))).collect();
    // Several services have alerts of one name.
    let is_gone = |file: &RuleFile, rule: &OwnRule| {
        counted.get(&key(rule)) > seen.get(&key(rule)) && !places.contains(&(file.path.as_str(), key(rule)))
    };
    let gone: BTreeMap<Key<'_>, (&RuleFile, &OwnRule)> = named(before)
        .filter(|(file, rule)| is_gone(file, rule))
        .map(|(file, rule)| (key(rule), (file, rule)))
        .collect();
    let dashboards: Vec<&str> = before
        .dashboards
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| !change.head.contains(path))
        .collect();
    if gone.is_empty() && dashboards.is_empty() {
        return Ok(Vec::new());
    }
    let (rules, boards) = (globs::set(&policy.rules)?, globs::set(&policy.dashboards)?);
    let mut findings = Vec::new();
    for file in change.files.iter().filter(|file| file.kind != ChangeKind::Removed) {
        let path = file.path.as_str();
        if rules.is_match(path) || boards.is_match(path) {
            continue;
        }
        if path.ends_with(".yaml") || path.ends_with(".yml") {
            findings.extend(rules_in(change, file, &gone));
        } else if path.ends_with(".json") {
            findings.extend(dashboards.iter().filter_map(|from| dashboard(change, file, from)));
        }
    }
    Ok(findings)
}

/// Whether it is an alert, and its name.
type Key<'w> = (bool, &'w str);

fn key(rule: &OwnRule) -> Key<'_> {
    (rule.kind == RuleKind::Alert, rule.name.as_str())
}

fn counts(watched: &Watched) -> BTreeMap<Key<'_>, usize> {
    let mut counts = BTreeMap::new();
    for (_, rule) in named(watched) {
        *counts.entry(key(rule)).or_default() += 1;
    }
    counts
}

fn named(watched: &Watched) -> impl Iterator<Item = (&RuleFile, &OwnRule)> {
    watched.files.iter().flat_map(|file| file.rules.iter().map(move |rule| (file, rule)))
}

/// The rules of a file that nobody looks at, of those that are gone from where somebody does.
fn rules_in(
    change: &Change,
    file: &FileChange,
    gone: &BTreeMap<Key<'_>, (&RuleFile, &OwnRule)>,
) -> Vec<Finding> {
    let read = |tree: &source::Tree, path: &str| RuleFile::read(path, &tree.text(path).ok()?).ok().flatten();
    let Some(now) = read(&change.head, &file.path) else { return Vec::new() };
    let base = change.base.as_ref();
    let was = base.filter(|base| base.contains(&file.path)).and_then(|base| read(base, &file.path));
    let was = was.map(|file| file.rules).unwrap_or_default();
    let finding = |rule: &OwnRule| {
        let (from, old) = gone.get(&key(rule))?;
        // It stood in both, and one of them is gone.
        if was.iter().any(|was| key(was) == key(rule)) {
            return None;
        }
        let message = format!("{} is in a file that `contracts.operations.rules` does not name", who(rule));
        Some(
            Finding::new(&WATCHED_BY_NOBODY, at(&file.path, rule.at), message)
                .help("leave it where it is looked at, or add its new place to `contracts.operations.rules`")
                .note_at_base(at(&from.path, old.at), "it was here")
                .fact(who(rule))
                .judged(&from.path, &file.path),
        )
    };
    now.rules.iter().filter_map(finding).collect()
}

/// A dashboard that was moved: git says so, or it is the same to the byte.
fn dashboard(change: &Change, file: &FileChange, from: &str) -> Option<Finding> {
    let bytes = |tree: &source::Tree, path: &str| tree.text(path).ok();
    let text = bytes(&change.head, &file.path)?;
    let is_moved = file.kind == ChangeKind::Renamed && file.from.as_deref() == Some(from)
        || file.kind == ChangeKind::Added
            && bytes(change.base.as_ref()?, from).is_some_and(|old| old == text);
    if !is_moved || !matches!(Dashboard::read(&text), Ok(Some(_))) {
        return None;
    }
    let name = from.rsplit('/').next().unwrap_or(from);
    let message = format!("the dashboard `{name}` is where `contracts.operations.dashboards` does not look");
    Some(
        Finding::new(&WATCHED_BY_NOBODY, Location::file(&file.path), message)
            .help("leave it where it is looked at, or add its new place to `contracts.operations.dashboards`")
            .note_at_base(Location::file(from), "it was here")
            .fact(from)
            .judged(from, &file.path),
    )
}
