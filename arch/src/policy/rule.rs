//! What holds for every rule of the policy, of whatever kind.

use std::fmt;

use ::policy::{Document, PolicyError};
use findings::Level;

use super::{Exception, Layer};

/// A rule of the policy.
pub(crate) trait Decided {
    /// What it says in words.
    fn words(&self) -> Words<'_>;

    /// Every pattern in it.
    fn patterns(&self) -> Vec<Named<'_>>;

    /// The rules of the guard that say that it is broken.
    fn broken_as(&self) -> &'static [&'static str];

    /// What it lets through.
    fn excepts(&self) -> &[Exception] {
        &[]
    }

    /// Refuses what can be seen to make no sense without looking at any code. That patterns are patterns and words say
    /// something is asked of every kind already.
    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError>;
}

/// What a rule says in words.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words<'p> {
    pub(crate) because: &'p str,
    pub(crate) instead: Option<&'p str>,
    pub(crate) fails_on: Option<&'p str>,
}

/// A pattern of a rule, by where it stands in it: `members[2]`, `except[0].from`.
#[derive(Clone, Debug)]
pub(crate) struct Named<'p> {
    pub(crate) key: String,
    pub(crate) text: &'p str,
    pub(crate) means: Means,
}

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// Crates and modules.
    Places,
    /// The same, or the members of a layer by `layer:NAME`.
    Members,
    /// Crates, modules and items by their canonical paths, in the workspace or without.
    Paths {
        /// What it is where the path leads nowhere.
        missing: Level,
    },
    /// Files, by a glob with captures.
    Files,
    /// Items by their paths, in the workspace also by those of re-exports.
    Items,
    /// Functions of the workspace, with the places of their modules in front.
    Functions,
}

impl Means {
    /// Whether it is a pattern of crates, modules or items.
    pub(crate) fn is_path(self) -> bool {
        matches!(self, Means::Places | Means::Members | Means::Paths { .. } | Means::Items | Means::Functions)
    }
}

impl Named<'_> {
    /// The patterns of a list.
    pub(crate) fn list<'p>(
        key: &'static str,
        texts: &'p [String],
        means: Means,
    ) -> impl Iterator<Item = Named<'p>> {
        let named =
            move |(index, text): (usize, &'p String)| Named { key: format!("{key}[{index}]"), text, means };
        texts.iter().enumerate().map(named)
    }

    /// The key without the places in lists: `except.from` of `except[0].from`.
    pub(crate) fn bare_key(&self) -> String {
        let parts = self.key.split('.').map(|part| part.split('[').next().unwrap_or_default());
        parts.collect::<Vec<_>>().join(".")
    }
}

/// A rule of the policy with its place in it.
pub(crate) struct Entry<'p> {
    /// The key below `arch`: `layers`, `forbidden`.
    pub(crate) kind: &'static str,
    pub(crate) name: &'p str,
    /// Where it stands: `arch.forbidden["engines"]`.
    pub(crate) path: String,
    pub(crate) rule: &'p dyn Decided,
}

impl<'p> Entry<'p> {
    /// A rule of a map by names.
    pub(crate) fn named(kind: &'static str, name: &'p str, rule: &'p dyn Decided) -> Self {
        Entry { kind, name, path: format!("arch.{kind}[\"{name}\"]"), rule }
    }

    /// As findings call a rule of a kind.
    pub(crate) fn called(kind: &str, name: &str) -> String {
        match kind {
            "layers" => format!("layers[{name}]"),
            kind => format!("{kind}.{name}"),
        }
    }

    pub(crate) fn of_layer(index: usize, layer: &'p Layer) -> Self {
        Entry { kind: "layers", name: &layer.name, path: format!("arch.layers[{index}]"), rule: layer }
    }
}

impl fmt::Display for Entry<'_> {
    /// As findings call it: `layers[services]`, `forbidden.engines`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&Entry::called(self.kind, self.name))
    }
}

/// A rule in the document that it stands in, to refuse something of it.
pub(crate) struct At<'d> {
    pub(crate) document: &'d Document,
    /// As [`Entry::path`].
    pub(crate) path: &'d str,
}

impl At<'_> {
    /// An error about the value of a key: `members`, `members[2]`.
    pub(crate) fn error(&self, key: &str, message: impl fmt::Display) -> PolicyError {
        self.document.error_at(&format!("{}.{key}", self.path), message)
    }

    /// Refuses a list without entries.
    pub(crate) fn listed(&self, key: &str, list: &[String]) -> Result<(), PolicyError> {
        match list {
            [] => Err(self.error(key, "the list is empty, so that the rule could never fire")),
            _ => Ok(()),
        }
    }
}
