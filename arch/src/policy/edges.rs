//! `edges`: who must not use whom, directly or over any number of others.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::exception::{self, EXCEPT_EDGES, Exception};
use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Crates or modules that must not use others.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    /// Patterns of crates or modules, or `layer:NAME`: who must not use.
    pub from: Vec<String>,
    /// Patterns of crates or modules, or `layer:NAME`: what must not be used.
    pub to: Vec<String>,
    /// How far it is looked.
    #[serde(default)]
    pub reach: Reach,
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

/// How far a rule about relations looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// At what is used by itself.
    #[default]
    Direct,
    /// At what is reached over any number of others as well.
    Any,
}

pub(super) const REACH: (&str, &str, Direction) =
    ("`direct` or `any`", "direct", Direction::Words(&["any", "direct"]));

pub(super) const KEYS: &[Key] = keys![
    "edges.*";
    Key::new(
        "edges.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates or modules that must not use certain others, whatever layers they are in.",
    ),
    Key::new("edges.*.from[]", MEMBERS_OR_LAYERS, "none", Direction::MoreTightens, "Who must not use."),
    Key::new("edges.*.to[]", MEMBERS_OR_LAYERS, "none", Direction::MoreTightens, "What must not be used."),
    Key::new(
        "edges.*.reach",
        REACH.0,
        REACH.1,
        REACH.2,
        "Whether only uses of the one by the other count, or chains of uses over any number of modules, and of \
         dependencies over any number of crates, too. A finding shows a shortest chain, link by link.",
    ),
    EXCEPT_EDGES[0],
    EXCEPT_EDGES[1],
    EXCEPT_EDGES[2],
    EXCEPT_EDGES[3],
];

impl Decided for Edges {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let from = Named::list("from", &self.from, Means::Members);
        let to = Named::list("to", &self.to, Means::Members);
        from.chain(to).chain(exception::patterns(&self.except)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["forbidden-edge"]
    }

    fn excepts(&self) -> &[Exception] {
        &self.except
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("from", &self.from)?;
        at.listed("to", &self.to)?;
        if let Some(index) = self.to.iter().position(|to| self.from.contains(to)) {
            return Err(
                at.error(&format!("to[{index}]"), "it stands in `from` too, and everything may use itself")
            );
        }
        exception::refuse(at, &self.except)
    }
}
