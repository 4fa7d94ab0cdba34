//! The registry: one file a rule, the id is the file's name.

pub(crate) mod corpus_noisy;
pub(crate) mod corpus_stale;
pub(crate) mod corpus_too_small;
pub(crate) mod corpus_unreadable;
pub(crate) mod hazard_lost;
pub(crate) mod hazard_uncovered;
pub(crate) mod intent_exceeded;
pub(crate) mod intent_unclear;
pub(crate) mod judgment_changed;
pub(crate) mod model_heavier;
pub(crate) mod parts_stale;
pub(crate) mod ranking_changed;
pub(crate) mod ranking_drifted;
pub(crate) mod ranking_invalid;
pub(crate) mod ranking_unstable;
pub(crate) mod request_changed;
pub(crate) mod request_removed;
pub(crate) mod snapshot_comparator;
pub(crate) mod snapshot_pending;
pub(crate) mod snapshot_redacted;

use findings::Rule;

/// Every rule of the guard.
pub static RULES: &[&Rule] = &[
    &corpus_noisy::CORPUS_NOISY,
    &corpus_stale::CORPUS_STALE,
    &corpus_too_small::CORPUS_TOO_SMALL,
    &corpus_unreadable::CORPUS_UNREADABLE,
    &hazard_lost::HAZARD_LOST,
    &hazard_uncovered::HAZARD_UNCOVERED,
    &intent_exceeded::INTENT_EXCEEDED,
    &intent_unclear::INTENT_UNCLEAR,
    &judgment_changed::JUDGMENT_CHANGED,
    &model_heavier::MODEL_HEAVIER,
    &parts_stale::PARTS_STALE,
    &ranking_changed::RANKING_CHANGED,
    &ranking_drifted::RANKING_DRIFTED,
    &ranking_invalid::RANKING_INVALID,
    &ranking_unstable::RANKING_UNSTABLE,
    &request_changed::REQUEST_CHANGED,
    &request_removed::REQUEST_REMOVED,
    &snapshot_comparator::SNAPSHOT_COMPARATOR,
    &snapshot_pending::SNAPSHOT_PENDING,
    &snapshot_redacted::SNAPSHOT_REDACTED,
];
