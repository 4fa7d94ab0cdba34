//! `protected`: what only some may use.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::exception::{self, EXCEPT_PROTECTED, Exception};
use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Crates or modules that only some may use.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protected {
    /// Patterns of crates or modules, or `layer:NAME`: what is protected.
    pub members: Vec<String>,
    /// Patterns of crates or modules, or `layer:NAME`: who may use it.
    pub only_from: Vec<String>,
    /// What is let through.
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
    "protected.*";
    Key::new(
        "protected.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates or modules of the workspace that only some may use. What may be named of crates from elsewhere is said \
         under `forbidden`.",
    ),
    Key::new(
        "protected.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "What is protected, with everything below. Each member may use itself, and another only if it stands in \
         `only_from`.",
    ),
    Key::new(
        "protected.*.only_from[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreLoosens,
        "Who may use it. `layer:services` stands for the members of the layer `services`: a crate that joins the layer \
         may, too, without an approval of its own.",
    ),
    EXCEPT_PROTECTED[0],
    EXCEPT_PROTECTED[1],
    EXCEPT_PROTECTED[2],
    EXCEPT_PROTECTED[3],
];

impl Decided for Protected {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Members);
        let only_from = Named::list("only_from", &self.only_from, Means::Members);
        members.chain(only_from).chain(exception::patterns(&self.except)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["protected-used"]
    }

    fn excepts(&self) -> &[Exception] {
        &self.except
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("members", &self.members)?;
        if self.only_from.is_empty() {
            return Err(at.error("only_from", "the list is empty; what nobody may use is better taken out"));
        }
        exception::refuse(at, &self.except)
    }
}
