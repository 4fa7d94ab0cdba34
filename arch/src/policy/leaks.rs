//! `leaks`: crates that what is public must not show.

use ::policy::{Direction, Key, PolicyError};
use findings::Level;
use serde::Deserialize;

use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Crates that what is public must not show.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaks {
    /// Patterns of crates or modules, or `layer:NAME`, whose public signatures are read.
    pub members: Vec<String>,
    /// Patterns of crates, or of paths in them, that the signatures must not name.
    pub crates: Vec<String>,
    /// Who must not see them.
    #[serde(default)]
    pub beyond: Border,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
}

/// What is public: what can be named from beyond a border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Border {
    /// The crate: what other crates can name. Nothing of a binary.
    #[default]
    Crate,
    /// The member: of a module, what the rest of its crate can name too.
    Member,
}

pub(super) const KEYS: &[Key] = keys![
    "leaks.*";
    Key::new(
        "leaks.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates that the public signatures of others must not name.",
    ),
    Key::new(
        "leaks.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "Whose public signatures are read: fields, parameters, results, bounds, aliases, traits, implementations, \
         derives and re-exports.",
    ),
    Key::new(
        "leaks.*.crates[]",
        "list of patterns of crates or of paths",
        "none",
        Direction::MoreTightens,
        "What they must not name: crates (`tonic`), or what is below a path in them (`sqlx::postgres`), by the canonical path, \
         whatever alias or re-export of the workspace it is written through.",
    ),
    Key::new(
        "leaks.*.beyond",
        "`member` or `crate`",
        "crate",
        Direction::Words(&["member", "crate"]),
        "What is public: what other crates can name (`crate`), so that nothing in a binary is; or, for members that are \
         modules, also what the rest of their crate can name (`member`).",
    ),
];

impl Decided for Leaks {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Members);
        // That what must not be shown is nowhere is what the rule wants.
        members.chain(Named::list("crates", &self.crates, Means::Paths { missing: Level::Note })).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["leaked-crate"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("members", &self.members)?;
        at.listed("crates", &self.crates)
    }
}
