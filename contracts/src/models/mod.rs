//! Models and features: what an artefact was trained with, held against what serves it.
//!
//! Swapped features are silent in production: a model scores whatever numbers it is given. What the artefact says of
//! itself is committed as a lock and held against the code's order of features, the signature, the types on the way, the
//! values that stand for missing ones, and the configuration.

mod artefact;
mod changed;
mod code;
mod compare;
mod exact;
mod given;
mod infos;
mod lightgbm;
mod lock;
mod locked;
mod onnx;
mod replay;
mod signature;
mod signed;
mod subject;
mod text;
mod values;
mod wire;

use std::collections::BTreeMap;

use findings::{Checked, Finding};
use prost_reflect::DescriptorPool;
use source::{Change, Code, Tree};

use crate::{Codes, Policy};
use subject::Subject;

pub use lock::FeaturesLock;
pub use replay::{Recorded, record};
pub use subject::lock_of;

pub(crate) use replay::Replays;

/// The group of the rules that judge one side: what the base has of them is known.
pub(crate) const GROUP: &str = "models";

/// What one side is judged with.
pub(crate) struct Side<'s, 'c> {
    /// Its files.
    pub(crate) tree: &'s Tree,
    /// Its code.
    pub(crate) code: &'c dyn Fn() -> &'c Code,
    /// Its protos.
    pub(crate) pool: &'s DescriptorPool,
}

/// Judges the models of a change: head's by themselves, and what became of the base's.
pub(crate) fn check(change: &Change, policy: &Policy, codes: Codes<'_>, pool: &DescriptorPool) -> Checked {
    let side = Side { tree: &change.head, code: codes.head, pool };
    let mut findings = check_side(&side, policy);
    findings.extend(changed::check(change, policy));
    let counts = if policy.models.is_empty() {
        BTreeMap::new()
    } else {
        BTreeMap::from([("models", policy.models.len() as u64)])
    };
    Checked { findings, counts, ..Checked::default() }
}

/// Judges the models of one side.
pub(crate) fn check_side(side: &Side<'_, '_>, policy: &Policy) -> Vec<Finding> {
    let (mut findings, mut locks) = (Vec::new(), Vec::new());
    for (name, model) in &policy.models {
        let (subject, unread) = Subject::of(side.tree, name, model);
        findings.extend(unread);
        let Some(subject) = subject else { continue };
        findings.extend(locked::check(&subject));
        findings.extend(signed::check(&subject, side.tree));
        findings.extend(values::missing(&subject));
        findings.extend(replay::check(&subject, side.tree));
        findings.extend(values::message(&subject, side.pool));
        for path in &model.code {
            findings.extend(given::check(&subject, side, path));
        }
        for (feature, path) in &model.vocabularies {
            findings.extend(values::vocabulary(&subject, side, feature, path));
        }
        locks.push(subject.lock_path);
    }
    findings.extend(locked::stray(side.tree, &locks));
    findings
}
