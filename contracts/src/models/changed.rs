//! What became of the models of the base: artefacts and logged rows that are gone, which features another artefact takes,
//! and locks that nothing can be held against.

use findings::{Finding, Location};
use source::Change;

use super::locked::differences;
use super::replay;
use super::subject::{Subject, unreadable};
use crate::Policy;
use crate::policy::Model;
use crate::rules::model_features_changed::MODEL_FEATURES_CHANGED;
use crate::rules::unverified_features_lock::UNVERIFIED_FEATURES_LOCK;

/// Compares head's models with the base's.
pub(super) fn check(change: &Change, policy: &Policy) -> Vec<Finding> {
    let Some(base) = &change.base else { return Vec::new() };
    let mut findings = Vec::new();
    for (name, model) in &policy.models {
        // All that is said of a model comes from its files: where none differs, both sides say the same.
        if !is_touched(change, model) {
            continue;
        }
        let (Some(old), _) = Subject::of(base, name, model) else { continue };
        let (Some(new), _) = Subject::of(&change.head, name, model) else { continue };
        let had = old.read.is_some() || old.pointer.is_some();
        if had && new.read.is_none() && new.pointer.is_none() {
            let place = model.signature.as_ref().filter(|path| change.head.contains(path));
            let fault = format!("`{}` is gone, and there is no pointer to it", new.artefact);
            findings.push(unreadable(name, place.map(Location::file), &fault));
        }
        if old.digest() == new.digest() {
            findings.extend(replay::shortened(&new, base, &change.head));
        }
        let (Some(was), Some(is)) = (old.said(), new.said()) else { continue };
        if was == is {
            continue;
        }
        let differences = differences(was, is, "the base's");
        if new.read.is_none() {
            let mut finding = Finding::new(
                &UNVERIFIED_FEATURES_LOCK,
                Location::file(&new.lock_path),
                format!("the lock of `{name}` changed, and `{}` is not there to be compared", new.artefact),
            )
            .help("fetch the artefact, or have the lock approved")
            .fact(name)
            .judged(was.text(), is.text());
            for difference in differences {
                finding = finding.note(difference);
            }
            findings.push(finding);
            continue;
        }
        if let Some((first, others)) = differences.split_first() {
            let mut finding = Finding::new(
                &MODEL_FEATURES_CHANGED,
                Location::file(&new.artefact),
                format!("the model `{name}` is another to those who serve it: {first}"),
            )
            .help("bring the code that serves it in the same change")
            .fact(name);
            for other in others {
                finding = finding.note(other);
            }
            findings.push(finding);
        }
    }
    findings
}

/// Whether a file of a model differs. The artefact, where the signature names it, and its lock lie beside one of those that
/// the policy names.
fn is_touched(change: &Change, model: &Model) -> bool {
    let named = [&model.signature, &model.artefact, &model.lock].into_iter().flatten();
    let named = named.chain(model.replay.iter().map(|replay| &replay.file));
    let folders: Vec<&str> = named.map(|path| folder(path)).collect();
    let is_beside = |path: &str| folders.contains(&folder(path));
    change.files.iter().any(|file| is_beside(&file.path) || file.from.as_deref().is_some_and(is_beside))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
