//! `except`: what a rule about relations lets through, each with its reason.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::{At, Means, Named};

/// A relation that a rule lets through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Pattern of crates or modules, or `layer:NAME`: who uses.
    pub from: String,
    /// Pattern of crates or modules, or `layer:NAME`: what is used.
    pub to: String,
    /// Why.
    pub because: String,
}

/// The keys of the exceptions of a kind of rule, by the path of the rule.
macro_rules! except_keys {
    ($rule:literal) => {
        [
            Key::new(
                concat!($rule, ".except[]"),
                "`{ from, to, because }`",
                "none",
                Direction::MoreLoosens,
                "What the rule lets through: uses of `to` by `from`, each with everything below. Chains do not lead over \
                 them either. One that excepts nothing is an error.",
            ),
            Key::new(
                concat!($rule, ".except[].from"),
                "pattern of crates or modules, or `layer:NAME`",
                "none",
                Direction::AnyChangeLoosens,
                "Who uses.",
            ),
            Key::new(
                concat!($rule, ".except[].to"),
                "pattern of crates or modules, or `layer:NAME`",
                "none",
                Direction::AnyChangeLoosens,
                "What is used.",
            ),
            Key::new(
                concat!($rule, ".except[].because"),
                "text",
                "none",
                Direction::Free,
                "Why.",
            ),
        ]
    };
}

pub(super) const EXCEPT_LAYERS: [Key; 4] = except_keys!("layers[]");
pub(super) const EXCEPT_ACYCLIC: [Key; 4] = except_keys!("acyclic.*");
pub(super) const EXCEPT_EDGES: [Key; 4] = except_keys!("edges.*");
pub(super) const EXCEPT_INDEPENDENT: [Key; 4] = except_keys!("independent.*");
pub(super) const EXCEPT_PROTECTED: [Key; 4] = except_keys!("protected.*");

/// The patterns of exceptions.
pub(super) fn patterns(exceptions: &[Exception]) -> impl Iterator<Item = Named<'_>> {
    let named = |index: usize, key: &str, text| Named {
        key: format!("except[{index}].{key}"),
        text,
        means: Means::Members,
    };
    exceptions.iter().enumerate().flat_map(move |(index, exception)| {
        [named(index, "from", exception.from.as_str()), named(index, "to", exception.to.as_str())]
    })
}

/// Refuses exceptions without a reason.
pub(super) fn refuse(at: &At<'_>, exceptions: &[Exception]) -> Result<(), PolicyError> {
    match exceptions.iter().position(|exception| exception.because.trim().is_empty()) {
        Some(index) => Err(at.error(&format!("except[{index}].because"), "it says nothing")),
        None => Ok(()),
    }
}
