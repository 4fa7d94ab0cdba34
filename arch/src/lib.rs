//! The guard `arch`: the architecture stays the one that was decided.
//!
//! It reads the crate graph from the manifests and the module graph from the paths in the code, and holds both to the
//! section `arch` of the policy. Method calls on values, what procedural macros write and what build scripts generate name
//! no path that syntax shows: only the crate graph holds them, so a wall that must hold is a crate. `EVASION.md` lists
//! ways round a rule, which of them are caught, and which are out of reach.

mod added;
mod attached;
mod capture;
mod control;
mod cut;
mod cycles;
mod evidence;
mod exceptions;
mod external;
mod flow;
mod form;
mod gone;
mod graph;
mod in_force;
mod layers;
mod map;
mod members;
mod notation;
mod packages;
mod path;
pub mod picture;
mod policy;
mod policy_file;
mod proof;
mod reach;
mod relations;
mod rules;
mod section;
mod self_test;
mod sets;

use std::collections::BTreeMap;

use findings::Checked;
use source::{Code, Tree};

pub use control::control;
pub use gone::{Sides, is_gone, may_be_gone};
pub use notation::{Malformed, Written};
pub use policy::{
    Acyclic, Attributes, Border, Complete, Defaults, DevCycles, Edges, Exception, External, Features,
    Forbidden, Implementations, Independent, Kind, Lacking, Layer, Leaks, Line, Pipelines, Policy, Preset,
    Protected, Reach, Seen, Siblings, TestCode,
};
pub use proof::{Proof, Proved};
pub use rules::RULES;
pub use section::SECTION;
pub use self_test::prove;

use exceptions::Exceptions;
use map::Map;
use relations::World;

/// Why the guard could not look.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy has a path pattern that is none.
    #[error("failed to read `{pattern}` in `arch` of the policy: {reason}")]
    Pattern {
        /// As it is written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Macros call each other so often that not everything they name is known.
    #[error("failed to follow all calls of macros: they name more paths than the guard follows")]
    Macros,
    /// The policy of the guard's own control cannot be read.
    #[error(transparent)]
    Policy(#[from] ::policy::PolicyError),
}

/// Judges one side of a change.
///
/// # Errors
/// Only where nothing could be looked at. A manifest that could not be read is a finding.
pub fn check(code: &Code, tree: &Tree, policy: &Policy) -> Result<Checked, Error> {
    check_head(code, tree, policy, &|| None)
}

/// The same of head, given how to come by the base's code: what a finding advises to take out is what the change added,
/// where that is enough. The base is asked for only when something is found.
///
/// # Errors
/// As [`check`].
pub fn check_head<'b>(
    code: &Code,
    tree: &Tree,
    policy: &Policy,
    base: &'b dyn Fn() -> Option<&'b Code>,
) -> Result<Checked, Error> {
    let preset = policy.preset;
    let policy = &*policy.in_force(&code.workspace)?;
    let map = Map::of(code, policy);
    if code.names().gave_up() {
        return Err(Error::Macros);
    }
    let exceptions = Exceptions::of(policy)?;
    let world = World::of(&map, &exceptions, tree);
    let layers = layers::Layers::of(policy, &map)?;
    let mut findings = rules::unread_manifest::find(code);
    findings.extend(rules::doubly_mounted_file::find(code));
    findings.extend(rules::twin_library::find(&map, tree));
    findings.extend(rules::unplaced_crate::find(&map, &layers, tree));
    findings.extend(rules::layer_broken::find(&map, &layers, &exceptions, tree));
    findings.extend(rules::dependency_cycle::find(&world, policy, base)?);
    findings.extend(rules::forbidden_edge::find(&world, policy)?);
    findings.extend(rules::sibling_used::find(&world, policy)?);
    findings.extend(rules::protected_used::find(&world, policy)?);
    let externals = external::Externals::of(&map, policy, tree)?;
    findings.extend(rules::denied_dependency::find(&externals)?);
    findings.extend(rules::unlisted_dependency::find(&externals)?);
    findings.extend(rules::unwrapped_dependency::find(&externals, policy)?);
    findings.extend(rules::misfeatured_dependency::find(&externals)?);
    findings.extend(rules::unread_lock_file::find(&externals));
    findings.extend(rules::forbidden_path::find(&map, policy, tree)?);
    findings.extend(rules::leaked_crate::find(&map, policy, tree)?);
    findings.extend(rules::missing_attribute::find(&map, policy, tree)?);
    findings.extend(rules::forbidden_attribute::find(&map, policy, tree)?);
    findings.extend(rules::misplaced_implementation::find(&map, policy, tree)?);
    findings.extend(rules::pipeline_order::find(&map, code, policy, tree)?);
    let sets = sets::Set::all(policy, tree)?;
    findings.extend(rules::incomplete_set::find(&sets));
    findings.extend(rules::contradictory_rule::find(policy, tree)?);
    findings.extend(rules::vacuous_rule::find(&map, policy, &sets, tree)?);
    // After every rule that asks them.
    findings.extend(rules::stale_exception::find(&map, &exceptions, policy, tree)?);
    findings.extend(rules::stale_exception::of_sets(&sets, tree));
    findings.extend(preset.and_then(|preset| rules::vacuous_rule::of_preset(&layers, preset, tree)));
    let counts = BTreeMap::from([
        ("crates", map.workspace.crates.len() as u64),
        ("modules", map.modules.len() as u64),
        ("references", map.uses.len() as u64),
    ]);
    Ok(Checked { findings, counts, unresolved: Some(code.names().unresolved()), ..Checked::default() })
}

/// Judges the policy itself: every rule of it must be broken by its own example. The tree is head's, for the lines of its
/// policy.
///
/// # Errors
/// As [`check`].
pub fn check_policy(tree: &Tree, policy: &Policy) -> Result<Checked, Error> {
    let proofs = prove(policy)?;
    let findings = rules::unproved_rule::find(&proofs, tree);
    let counts = BTreeMap::from([("rules of the policy", proofs.len() as u64)]);
    Ok(Checked { findings, counts, ..Checked::default() })
}
