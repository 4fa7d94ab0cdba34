//! The registry: one file a rule, the id is the file's name.

pub(crate) mod contradictory_rule;
pub(crate) mod denied_dependency;
pub(crate) mod dependency_cycle;
pub(crate) mod doubly_mounted_file;
pub(crate) mod forbidden_attribute;
pub(crate) mod forbidden_edge;
pub(crate) mod forbidden_path;
pub(crate) mod incomplete_set;
pub(crate) mod layer_broken;
pub(crate) mod leaked_crate;
pub(crate) mod misfeatured_dependency;
pub(crate) mod misplaced_implementation;
pub(crate) mod missing_attribute;
pub(crate) mod pipeline_order;
pub(crate) mod protected_used;
pub(crate) mod sibling_used;
pub(crate) mod stale_exception;
pub(crate) mod twin_library;
pub(crate) mod unlisted_dependency;
pub(crate) mod unplaced_crate;
pub(crate) mod unproved_rule;
pub(crate) mod unread_lock_file;
pub(crate) mod unread_manifest;
pub(crate) mod unwrapped_dependency;
pub(crate) mod vacuous_rule;

use findings::Rule;

/// Every rule of the guard.
pub static RULES: &[&Rule] = &[
    &contradictory_rule::CONTRADICTORY_RULE,
    &denied_dependency::DENIED_DEPENDENCY,
    &dependency_cycle::DEPENDENCY_CYCLE,
    &doubly_mounted_file::DOUBLY_MOUNTED_FILE,
    &forbidden_attribute::FORBIDDEN_ATTRIBUTE,
    &forbidden_edge::FORBIDDEN_EDGE,
    &forbidden_path::FORBIDDEN_PATH,
    &incomplete_set::INCOMPLETE_SET,
    &layer_broken::LAYER_BROKEN,
    &leaked_crate::LEAKED_CRATE,
    &misfeatured_dependency::MISFEATURED_DEPENDENCY,
    &misplaced_implementation::MISPLACED_IMPLEMENTATION,
    &missing_attribute::MISSING_ATTRIBUTE,
    &pipeline_order::PIPELINE_ORDER,
    &protected_used::PROTECTED_USED,
    &sibling_used::SIBLING_USED,
    &stale_exception::STALE_EXCEPTION,
    &twin_library::TWIN_LIBRARY,
    &unlisted_dependency::UNLISTED_DEPENDENCY,
    &unplaced_crate::UNPLACED_CRATE,
    &unproved_rule::UNPROVED_RULE,
    &unread_lock_file::UNREAD_LOCK_FILE,
    &unread_manifest::UNREAD_MANIFEST,
    &unwrapped_dependency::UNWRAPPED_DEPENDENCY,
    &vacuous_rule::VACUOUS_RULE,
];
