//! `independent`: members that must not use each other.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::edges::REACH;
use super::exception::{self, EXCEPT_INDEPENDENT, Exception};
use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Reach, Words};

/// Crates or modules that must not use each other.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Independent {
    /// Patterns of crates or modules, or `layer:NAME`.
    pub members: Vec<String>,
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

pub(super) const KEYS: &[Key] = keys![
    "independent.*";
    Key::new(
        "independent.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Crates or modules that must not use each other. Members of a layer need no such rule among themselves, unless \
         its siblings are free; nor do chains count there.",
    ),
    Key::new(
        "independent.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "Who must not use each other. A pattern with `*` stands for each that it matches; what lies below a member is \
         part of it.",
    ),
    Key::new(
        "independent.*.reach",
        REACH.0,
        REACH.1,
        REACH.2,
        "Whether only uses of one member by another count, or chains over others, too: as for `edges`.",
    ),
    EXCEPT_INDEPENDENT[0],
    EXCEPT_INDEPENDENT[1],
    EXCEPT_INDEPENDENT[2],
    EXCEPT_INDEPENDENT[3],
];

impl Decided for Independent {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Members);
        members.chain(exception::patterns(&self.except)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["sibling-used"]
    }

    fn excepts(&self) -> &[Exception] {
        &self.except
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("members", &self.members)?;
        if let [only] = self.members.as_slice()
            && !only.strip_suffix("::**").unwrap_or(only).contains('*')
            && crate::policy::layer_named(only).is_none()
        {
            return Err(at.error("members", "one member alone has nobody to use"));
        }
        exception::refuse(at, &self.except)
    }
}
