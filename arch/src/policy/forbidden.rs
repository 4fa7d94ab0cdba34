//! `forbidden`: paths that only some may name, or nobody.

use ::policy::{Direction, Key, PolicyError};
use findings::Level;
use serde::Deserialize;

use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Paths that only some may name, or nobody.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbidden {
    /// Patterns of paths by their canonical names, each with everything below it.
    pub paths: Vec<String>,
    /// Patterns of crates or modules, or `layer:NAME`, that may name them; nobody may where there are none.
    #[serde(default)]
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
    "forbidden.*";
    Key::new(
        "forbidden.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Paths that only some may name, or nobody.",
    ),
    Key::new(
        "forbidden.*.paths[]",
        "list of patterns of paths",
        "none",
        Direction::MoreTightens,
        "Crates, modules or items by their canonical paths (`redb`, `std::process::exit`), each with everything below \
         it. Where a whole crate is forbidden, a package that may not name it may not depend on it either. What a \
         build script writes is `generated` and its package: `generated::home::v1` for `include_proto!(\"home.v1\")` \
         and for `home.v1.rs` from `OUT_DIR`.",
    ),
    Key::new(
        "forbidden.*.only_in[]",
        MEMBERS_OR_LAYERS,
        "[]",
        Direction::MoreLoosens,
        "Who may name them. Without it, nobody may. `layer:services` stands for the members of the layer `services`: a \
         crate that joins the layer may, too, without an approval of its own.",
    ),
];

impl Decided for Forbidden {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        // That what nobody may name is nowhere is what the rule wants.
        let missing = if self.only_in.is_empty() { Level::Note } else { Level::Error };
        let only_in = Named::list("only_in", &self.only_in, Means::Members);
        only_in.chain(Named::list("paths", &self.paths, Means::Paths { missing })).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["forbidden-path"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("paths", &self.paths)
    }
}
