//! `attributes`: what items of a place must have attached, and what they must not.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;
use source::ItemKind;

use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};
use crate::form::Form;

/// What items of a place must have attached, and what they must not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attributes {
    /// Which kinds of items.
    pub items: Vec<Kind>,
    /// Patterns of crates or modules, or `layer:NAME`, that the items are in.
    pub members: Vec<String>,
    /// Which of them, by who can see them.
    #[serde(default)]
    pub visibility: Seen,
    /// Which of them, by their names, in which `*` stands for any letters; all where there are none.
    #[serde(default)]
    pub named: Vec<String>,
    /// Which of them, by what functions give back; all where there are none.
    #[serde(default)]
    pub returning: Vec<String>,
    /// Which of them, by an attribute that they have; all where there are none.
    #[serde(default)]
    pub having: Vec<String>,
    /// Attributes that each must have.
    #[serde(default)]
    pub require: Vec<String>,
    /// Attributes that none may have.
    #[serde(default)]
    pub forbid: Vec<String>,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
}

/// A kind of items, as its keyword says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is its keyword")]
pub enum Kind {
    Struct,
    Enum,
    Union,
    Trait,
    Type,
    Fn,
    Const,
    Static,
    Mod,
    Impl,
}

/// Which items, by who can see them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seen {
    /// All.
    #[default]
    Any,
    /// Those that say `pub`, with nothing in brackets; what a trait has is seen like the trait.
    Pub,
}

impl Kind {
    /// What it is in the code.
    pub(crate) fn of(self) -> ItemKind {
        match self {
            Kind::Struct => ItemKind::Struct,
            Kind::Enum => ItemKind::Enum,
            Kind::Union => ItemKind::Union,
            Kind::Trait => ItemKind::Trait,
            Kind::Type => ItemKind::Alias,
            Kind::Fn => ItemKind::Function,
            Kind::Const => ItemKind::Constant,
            Kind::Static => ItemKind::Static,
            Kind::Mod => ItemKind::Module,
            Kind::Impl => ItemKind::Implementation,
        }
    }
}

const FORMS: &str = "list of attributes";

pub(super) const KEYS: &[Key] = keys![
    "attributes.*";
    Key::new(
        "attributes.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Attributes and derives that items of a place must have, or must not.",
    ),
    Key::new(
        "attributes.*.items[]",
        "list of `struct`, `enum`, `union`, `trait`, `type`, `fn`, `const`, `static`, `mod`, `impl`",
        "none",
        Direction::MoreTightens,
        "Which kinds of items. A `fn` may stand in an `impl` or in a trait, too.",
    ),
    Key::new(
        "attributes.*.members[]",
        MEMBERS_OR_LAYERS,
        "none",
        Direction::MoreTightens,
        "Where the items are.",
    ),
    Key::new(
        "attributes.*.visibility",
        "`any` or `pub`",
        "any",
        Direction::Words(&["any", "pub"]),
        "Which of them: all, or those that say `pub`.",
    ),
    Key::new(
        "attributes.*.named[]",
        "list of names",
        "all",
        Direction::AnyChangeLoosens,
        "Which of them, by their names: `*Config`.",
    ),
    Key::new(
        "attributes.*.returning[]",
        "list of patterns of paths",
        "all",
        Direction::AnyChangeLoosens,
        "Which functions, by the outermost type that they give back, behind `&` and `impl`: `reward::Belief`. `Self` is \
         the type around.",
    ),
    Key::new(
        "attributes.*.having[]",
        FORMS,
        "all",
        Direction::AnyChangeLoosens,
        "Which of them, by an attribute that they have: `derive(serde::Deserialize)`.",
    ),
    Key::new(
        "attributes.*.require[]",
        FORMS,
        "[]",
        Direction::MoreTightens,
        "What each must have: `must_use`, `derive(std::fmt::Debug)` by the path of the trait, `serde(deny_unknown_fields)` by \
         an argument. One that a `cfg_attr` gives counts where the item is in the rule by one under the same condition.",
    ),
    Key::new(
        "attributes.*.forbid[]",
        FORMS,
        "[]",
        Direction::MoreTightens,
        "What none may have, not even through `cfg_attr`.",
    ),
];

impl Decided for Attributes {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let members = Named::list("members", &self.members, Means::Members);
        let returning = Named::list("returning", &self.returning, Means::Items);
        members.chain(returning).collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        match (self.require.is_empty(), self.forbid.is_empty()) {
            (_, true) => &["missing-attribute"],
            (true, _) => &["forbidden-attribute"],
            _ => &["missing-attribute", "forbidden-attribute"],
        }
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("members", &self.members)?;
        if self.items.is_empty() {
            return Err(at.error("items", "the list is empty, so that the rule could never fire"));
        }
        if self.require.is_empty() && self.forbid.is_empty() {
            return Err(
                at.error("items", "it says neither `require` nor `forbid`, so that it could never fire")
            );
        }
        if !self.returning.is_empty() && self.items.iter().any(|kind| *kind != Kind::Fn) {
            return Err(at.error("returning", "only a `fn` gives anything back"));
        }
        for (key, list) in [("having", &self.having), ("require", &self.require), ("forbid", &self.forbid)] {
            for (index, text) in list.iter().enumerate() {
                Form::read(text).map_err(|reason| at.error(&format!("{key}[{index}]"), reason))?;
            }
        }
        for (index, text) in self.named.iter().enumerate() {
            if text.is_empty()
                || !text.chars().all(|letter| letter.is_alphanumeric() || "_*".contains(letter))
            {
                return Err(
                    at.error(&format!("named[{index}]"), "it is no name, in which `*` may stand for letters")
                );
            }
        }
        match self.forbid.iter().position(|text| self.require.contains(text)) {
            Some(index) => Err(at.error(&format!("forbid[{index}]"), "it is required, too")),
            None => Ok(()),
        }
    }
}
