//! `layers`: what may use what, from the highest to the lowest.

use std::collections::BTreeMap;

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::exception::{self, EXCEPT_LAYERS, Exception};
use super::words::{MEMBERS, keys};
use super::{At, Decided, Means, Named, Words};

/// One layer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// What the policy calls it.
    pub name: String,
    /// Patterns of crates (`gatefold-*`) or modules (`app::domain`).
    pub members: Vec<String>,
    /// Why it stands where it stands.
    pub because: String,
    /// What to do instead of breaking it.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
    /// Whether it may use the next layer only.
    #[serde(default)]
    pub closed: bool,
    /// Whether its members may use each other.
    #[serde(default)]
    pub siblings: Siblings,
    /// What its members may use all the same.
    #[serde(default)]
    pub except: Vec<Exception>,
}

/// Whether the members of a layer may use each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Siblings {
    /// They may not.
    #[default]
    Independent,
    /// They may.
    Free,
}

pub(super) const KEYS: &[Key] = keys![
    "layers[]";
    Key::new(
        "layers",
        "list of layers, highest first",
        "[]",
        Direction::Order,
        "What may use what: a layer may use the layers below it. Crates and modules are held to it by their manifests \
         and by every path in their code, whatever alias or re-export it is written through.",
    ),
    // A layer that goes takes its rules with it, and one that comes may let through what was forbidden.
    Key::new("layers[]", "layer", "none", Direction::AnyChangeLoosens, "One layer."),
    Key::new("layers[].name", "name", "none", Direction::Free, "What findings call it."),
    Key::new(
        "layers[].members[]",
        MEMBERS,
        "none",
        Direction::Joins,
        "What is in the layer: packages by their names (`gatefold-*`), or modules (`app::domain`) with everything \
         below them. `app::self` is what the root module of `app` holds itself, and `app::main` is what \
         `src/main.rs` holds. `*` stands for part of one name, `**` for any number of names. Nothing is in two layers.",
    ),
    Key::new(
        "layers[].closed",
        "true or false",
        "false",
        Direction::FalseLoosens,
        "Whether the layer may use the next layer below it and no other.",
    ),
    Key::new(
        "layers[].siblings",
        "`independent` or `free`",
        "independent",
        Direction::Words(&["independent", "free"]),
        "Whether the members of the layer may use each other.",
    ),
    EXCEPT_LAYERS[0],
    EXCEPT_LAYERS[1],
    EXCEPT_LAYERS[2],
    EXCEPT_LAYERS[3],
    Key::new(
        "exhaustive",
        "true or false",
        "true",
        Direction::FalseLoosens,
        "Where there are layers: whether every crate must be in one, and every module of a crate that is placed module \
         by module.",
    ),
];

impl Decided for Layer {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Places);
        members.chain(exception::patterns(&self.except)).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["layer-broken"]
    }

    fn excepts(&self) -> &[Exception] {
        &self.except
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        if self.name.trim().is_empty() {
            return Err(at.error("name", "a layer has a name"));
        }
        at.listed("members", &self.members)?;
        exception::refuse(at, &self.except)
    }
}

/// Refuses layers of one name, and members of two.
pub(crate) fn refuse(document: &Document, layers: &[Layer]) -> Result<(), PolicyError> {
    let mut names = BTreeMap::new();
    let mut places = BTreeMap::new();
    for (index, layer) in layers.iter().enumerate() {
        let at = At { document, path: &format!("arch.layers[{index}]") };
        if names.insert(layer.name.as_str(), index).is_some() {
            return Err(at.error("name", "another layer has this name"));
        }
        for (item, member) in layer.members.iter().enumerate() {
            if let Some(other) = places.insert(member.as_str(), &layer.name) {
                let message = format!("it is a member of `{other}` already");
                return Err(at.error(&format!("members[{item}]"), message));
            }
        }
    }
    Ok(())
}
