//! The committed lock against the artefact.

use std::collections::BTreeMap;

use findings::{Finding, Location};
use source::Tree;

use super::artefact::{self, Artefact};
use super::lock::{Feature, FeaturesLock};
use super::subject::Subject;
use crate::rules::missing_features_lock::MISSING_FEATURES_LOCK;
use crate::rules::stale_features_lock::STALE_FEATURES_LOCK;

const ENDING: &str = ".features.lock";
/// How many features a note names.
const NAMED: usize = 20;

/// Whether the lock is what the artefact says.
pub(super) fn check(subject: &Subject<'_>) -> Option<Finding> {
    match (&subject.read, &subject.lock) {
        (Some(_), None) => Some(
            Finding::new(
                &MISSING_FEATURES_LOCK,
                Location::file(&subject.artefact),
                format!("the model `{}` has no lock beside it", subject.name),
            )
            .help("run `cargo xtask contracts lock`")
            .fact(subject.name),
        ),
        (Some(read), Some(lock)) => stale(&subject.lock_path, lock, read),
        (None, Some(lock)) if subject.pointer.as_ref().is_some_and(|digest| *digest != lock.sha256) => {
            Some(finding(&subject.lock_path, "the artefact in large file storage is another one", lock))
        }
        _ => None,
    }
}

/// Locks that belong to no model of the policy, held against the artefact that each names.
pub(super) fn stray(tree: &Tree, named: &[String]) -> Vec<Finding> {
    let strays = tree.paths().filter(|path| path.ends_with(ENDING) && !named.iter().any(|name| name == path));
    strays
        .filter_map(|path| {
            let lock = FeaturesLock::read(path, &tree.text(path).ok()?).ok()?;
            let artefact = path
                .rsplit_once('/')
                .map_or_else(|| lock.artefact.clone(), |(folder, _)| format!("{folder}/{}", lock.artefact));
            match artefact::read(tree, &artefact) {
                Artefact::Read(read) => stale(path, &lock, &read),
                _ => None,
            }
        })
        .collect()
}

fn stale(path: &str, lock: &FeaturesLock, read: &FeaturesLock) -> Option<Finding> {
    if lock == read {
        return None;
    }
    let mut differences = differences(lock, read, "the lock");
    if lock.sha256 != read.sha256 {
        differences.push(format!("the SHA-256 is `{}`, the lock has `{:.64}`", read.sha256, lock.sha256));
    }
    let first = differences.first().map_or("something else", String::as_str);
    let mut finding = finding(path, first, lock);
    for difference in differences.iter().skip(1) {
        finding = finding.note(difference);
    }
    Some(finding)
}

fn finding(path: &str, what: &str, lock: &FeaturesLock) -> Finding {
    Finding::new(
        &STALE_FEATURES_LOCK,
        Location::file(path),
        format!("the lock is not what `{}` says of itself: {what}", lock.artefact),
    )
    .help("run `cargo xtask contracts lock`")
    .fact(&lock.artefact)
}

/// What an artefact says otherwise than an older lock, by what that is called: each in a line, and nothing of digests.
pub(super) fn differences(lock: &FeaturesLock, read: &FeaturesLock, older: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let named = |features: &[&Feature]| {
        let names: Vec<String> = features.iter().take(NAMED).map(|it| format!("`{}`", it.name)).collect();
        let more = features.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        names.join(", ") + &more
    };
    let before: BTreeMap<&str, &Feature> = by_name(lock);
    let after: BTreeMap<&str, &Feature> = by_name(read);
    let has = |features: &BTreeMap<&str, &Feature>, it: &&Feature| features.contains_key(it.name.as_str());
    let added: Vec<&Feature> = read.features.iter().filter(|it| !has(&before, it)).collect();
    let gone: Vec<&Feature> = lock.features.iter().filter(|it| !has(&after, it)).collect();
    if !added.is_empty() {
        lines.push(format!("the artefact takes {}, which {older} does not", named(&added)));
    }
    if !gone.is_empty() {
        lines.push(format!("the artefact does not take {}, which {older} does", named(&gone)));
    }
    if added.is_empty() && gone.is_empty() && lock.names() != read.names() {
        lines.push("the features stand in another order".to_owned());
    }
    let differs = |it: &&&Feature| before.get(it.name.as_str()).is_some_and(|before| before != *it);
    let otherwise: Vec<&Feature> = after.values().filter(differs).copied().collect();
    if !otherwise.is_empty() {
        lines.push(format!("type, range, vocabulary or missing values differ for {}", named(&otherwise)));
    }
    for (what, same) in [
        ("the tensors differ", lock.inputs == read.inputs && lock.outputs == read.outputs),
        ("the versions of the operators differ", lock.opsets == read.opsets),
        ("the files of weights differ", lock.external == read.external),
    ] {
        if !same {
            lines.push(what.to_owned());
        }
    }
    lines
}

fn by_name(lock: &FeaturesLock) -> BTreeMap<&str, &Feature> {
    lock.features.iter().map(|feature| (feature.name.as_str(), feature)).collect()
}
