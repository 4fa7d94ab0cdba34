//! `acyclic`: modules that must not use each other in circles.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::exception::{self, EXCEPT_ACYCLIC, Exception};
use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Crates and modules whose modules must not use each other in circles.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acyclic {
    /// Patterns of crates or modules, or `layer:NAME`; the modules right below each are looked at.
    pub members: Vec<String>,
    /// Uses that are let through.
    #[serde(default)]
    pub except: Vec<Exception>,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
}

pub(super) const KEYS: &[Key] = keys![
    "acyclic.*";
    Key::new(
        "acyclic.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates and modules whose modules must not use each other in circles. Circles of crates are found without it.",
    ),
    Key::new(
        "acyclic.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "The crates, or modules, whose modules right below are looked at. `layer:services` stands for the members of the \
         layer `services`.",
    ),
    EXCEPT_ACYCLIC[0],
    EXCEPT_ACYCLIC[1],
    EXCEPT_ACYCLIC[2],
    EXCEPT_ACYCLIC[3],
];

impl Decided for Acyclic {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Members);
        members.chain(exception::patterns(&self.except)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["dependency-cycle"]
    }

    fn excepts(&self) -> &[Exception] {
        &self.except
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("members", &self.members)?;
        exception::refuse(at, &self.except)
    }
}
