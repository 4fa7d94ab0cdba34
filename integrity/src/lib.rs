//! The guard `integrity`: nobody weakens the judge of the same change.
//!
//! Base and head are compared as syntax trees and as data, never as lines: tests with their assertions, what they
//! expect, suppressions, the settings of tools, CI, hooks, and the policy. A rule is one file in `rules/` and a
//! function over the [`Scene`]; all of them look only at what the change touches.

mod absorbed;
mod added;
mod agents;
mod artefacts;
mod budgets;
mod ci;
mod compare;
mod conditions;
mod control;
mod declared;
mod demands;
mod departed;
mod elsewhere;
mod evidence;
mod examples;
mod exchanged;
mod facts;
mod generated;
mod manifest;
mod matching;
mod obstacles;
mod orphans;
mod owners;
mod patience;
mod policy;
mod predicate;
mod promises;
mod reach;
pub mod rules;
mod rust;
mod scene;
mod settings;
mod signature;
mod signers;
mod supply;
mod support;
mod switches;
mod targets;
mod weakened;

use std::collections::BTreeMap;

use ::policy::{Document, Schema};
use findings::{Checked, Rule};
use source::Change;

pub use agents::lessened;
pub use budgets::{Budget, Pattern, Sense};
pub use control::{ControlError, control};
pub use facts::early;
pub use policy::{Dependencies, Policy, SECTION};
pub use rules::{RULES, hooks_lost};
use rust::{Rust, Workspaces};
pub use scene::Scene;

/// The policies of both sides, as the engine reads them.
#[derive(Clone, Copy)]
pub struct Policies<'a> {
    /// The base's `gatefold.yaml`; [`Document::empty`] where it has none.
    pub base: &'a Document,
    /// Head's.
    pub head: &'a Document,
    /// What may stand in them.
    pub schema: &'a Schema,
    /// Every rule of every guard: levels are compared with their defaults.
    pub rules: &'a [&'static Rule],
    /// Whether a difference that loosens takes out what spoke of nothing that head has, such as the place of a crate that
    /// is gone.
    pub spoke_of_nothing: &'a (dyn Fn(&::policy::Difference) -> bool + Sync),
}

/// The finding that a loosening of the policy is, so that an approval of it can be looked for before the policy takes
/// effect.
pub fn loosening(difference: &::policy::Loosening) -> findings::Finding {
    rules::policy_loosened_by(difference)
}

/// Why the guard could not look.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy has a glob that is none.
    #[error("failed to read a glob under `integrity` in the policy: {0}")]
    Glob(#[from] globset::Error),
}

/// Compares head with the base. `None` where there is no base to compare with: there is nothing that a change
/// could have weakened, and the caller shows the guard as not configured.
///
/// CI, hooks and code owners are read from the repository's root. What lies outside the root that is judged is
/// told by its path from that root, with `..`: `../../.github/workflows/ci.yml`.
///
/// # Errors
/// Only where nothing could be looked at. A file that could not be compared is a finding.
pub fn check(change: &Change, policies: &Policies<'_>, policy: &Policy) -> Result<Option<Checked>, Error> {
    let Some(base) = &change.base else { return Ok(None) };
    let workspaces = Workspaces::read(change, base);
    let rust = Rust::read(change, base, &workspaces);
    let mut scene = Scene::new(change, base, (&rust, &workspaces), policies, policy)?;
    departed::tell_apart(&mut scene);
    let mut findings = Vec::new();
    for guard in rules::CHECKS {
        (guard.check)(&scene, &mut findings);
    }
    let mut counts = BTreeMap::new();
    counts.insert("files", change.files.len() as u64);
    counts.insert("rust files", scene.rust.compared);
    counts.insert("tests", scene.tests.pairs.len() as u64 + scene.tests.lost.len() as u64);
    let (checking, idle) = added::tests(&scene);
    for (what, count) in [("new tests", checking), ("new tests that check nothing", idle)] {
        if count > 0 {
            counts.insert(what, count);
        }
    }
    Ok(Some(Checked { findings, counts, ..Checked::default() }))
}
