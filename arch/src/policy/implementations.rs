//! `implementations`: traits that only some may implement.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Traits that only some may implement.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implementations {
    /// Patterns of traits by their paths.
    pub traits: Vec<String>,
    /// Patterns of crates or modules, or `layer:NAME`, that may implement them.
    pub only_in: Vec<String>,
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
    "implementations.*";
    Key::new(
        "implementations.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Traits that only some may implement, by `impl` or `derive`. The module that has the trait may, too.",
    ),
    Key::new(
        "implementations.*.traits[]",
        "list of patterns of traits",
        "none",
        Direction::MoreTightens,
        "Traits by their paths: where they are defined, or where the workspace re-exports them (`pipeline::Hydrator`).",
    ),
    Key::new(
        "implementations.*.only_in[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreLoosens,
        "Who may implement them.",
    ),
];

impl Decided for Implementations {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let traits = Named::list("traits", &self.traits, Means::Items);
        traits.chain(Named::list("only_in", &self.only_in, Means::Members)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["misplaced-implementation"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("traits", &self.traits)?;
        at.listed("only_in", &self.only_in)
    }
}
