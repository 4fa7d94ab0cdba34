//! The registry: one file a rule, the id is the file's name.

pub(crate) mod dependency_cycle;
pub(crate) mod forbidden_edge;
pub(crate) mod forbidden_path;
pub(crate) mod incomplete_set;
pub(crate) mod layer_broken;
pub(crate) mod protected_used;
pub(crate) mod sibling_used;
pub(crate) mod stale_exception;
pub(crate) mod unplaced_crate;
pub(crate) mod unproved_rule;
pub(crate) mod unread_manifest;
pub(crate) mod vacuous_rule;

use findings::Rule;

/// Every rule of the guard.
pub static RULES: &[&Rule] = &[
    &dependency_cycle::DEPENDENCY_CYCLE,
    &forbidden_edge::FORBIDDEN_EDGE,
    &forbidden_path::FORBIDDEN_PATH,
    &incomplete_set::INCOMPLETE_SET,
    &layer_broken::LAYER_BROKEN,
    &protected_used::PROTECTED_USED,
    &sibling_used::SIBLING_USED,
    &stale_exception::STALE_EXCEPTION,
    &unplaced_crate::UNPLACED_CRATE,
    &unproved_rule::UNPROVED_RULE,
    &unread_manifest::UNREAD_MANIFEST,
    &vacuous_rule::VACUOUS_RULE,
];
