//! `coverage`: how much of a service its promises touch.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;

/// How much of a service its promises touch at least, as shares between 0 and 1.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// Of its RPCs, those that a promise calls.
    pub rpcs: Option<f64>,
    /// Of the fields of its requests and answers, those that a promise sets or of which it says something.
    pub fields: Option<f64>,
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "coverage.rpcs",
        "number between 0 and 1",
        "none",
        Direction::LowerLoosens,
        "The share of a service's RPCs that promises of scenario files call. Services that no scenario file names are \
         not counted.",
    ),
    Key::new(
        "coverage.fields",
        "number between 0 and 1",
        "none",
        Direction::LowerLoosens,
        "The share of the fields of a service's requests and answers, of all messages in them, that promises set \
         in a request or name in what they expect: as part of a response, in a check, a law or a statement in CEL. \
         Deprecated fields are not counted; a property sets every field of its request.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (key, share) in [("rpcs", policy.coverage.rpcs), ("fields", policy.coverage.fields)] {
        if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            let at = format!("contracts.coverage.{key}");
            return Err(document.error_at(&at, "a share lies between 0 and 1"));
        }
    }
    Ok(())
}
