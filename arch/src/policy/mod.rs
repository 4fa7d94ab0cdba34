//! The section `arch` of the policy as a type. Every kind of rule has a file of its own: its shape, its keys, and what is
//! refused in it.

mod acyclic;
mod attributes;
mod complete;
mod edges;
mod exception;
mod external;
mod forbidden;
mod implementations;
mod independent;
mod layers;
mod leaks;
mod pipelines;
mod preset;
mod protected;
mod rule;
mod words;

use std::collections::BTreeMap;

use ::policy::{Direction, Key};
use serde::Deserialize;

use crate::Error;
use crate::path::Pattern;

pub use acyclic::Acyclic;
pub use attributes::{Attributes, Kind, Seen};
pub use complete::{Complete, Lacking, Line};
pub use edges::{Edges, Reach};
pub use exception::Exception;
pub use external::{Defaults, External, Features};
pub use forbidden::Forbidden;
pub use implementations::Implementations;
pub use independent::Independent;
pub(crate) use layers::refuse as refuse_layers;
pub use layers::{Layer, Siblings};
pub use leaks::{Border, Leaks};
pub use pipelines::Pipelines;
pub use preset::Preset;
pub use protected::Protected;
pub(crate) use rule::{At, Decided, Entry, Means, Named, Words};

/// The keys of every kind of rule, and of the whole section.
pub(crate) const KEYS: &[&[Key]] = &[
    preset::KEYS,
    layers::KEYS,
    edges::KEYS,
    independent::KEYS,
    protected::KEYS,
    acyclic::KEYS,
    forbidden::KEYS,
    external::KEYS,
    complete::KEYS,
    leaks::KEYS,
    attributes::KEYS,
    implementations::KEYS,
    pipelines::KEYS,
    SWITCHES,
];

/// The section `arch`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Rules by the conventions of a kind of workspace, beside the policy's own.
    pub preset: Option<Preset>,
    /// Rules of the preset that do not hold.
    pub without: Vec<String>,
    /// From the highest to the lowest: a layer may use those below it.
    pub layers: Vec<Layer>,
    /// Whether every crate must be in a layer, and every module of a crate that is placed by modules.
    pub exhaustive: bool,
    /// Who must not use whom, by the name of the rule.
    pub edges: BTreeMap<String, Edges>,
    /// Members that must not use each other, by the name of the rule.
    pub independent: BTreeMap<String, Independent>,
    /// What only some may use, by the name of the rule.
    pub protected: BTreeMap<String, Protected>,
    /// Crates and modules whose modules must not use each other in circles, by the name of the rule.
    pub acyclic: BTreeMap<String, Acyclic>,
    /// What only some may name, or nobody, by the name of the rule.
    pub forbidden: BTreeMap<String, Forbidden>,
    /// What must be there for everything of a kind, by the name of the rule.
    pub complete: BTreeMap<String, Complete>,
    /// The packages from elsewhere that crates may depend on, by the name of the rule.
    pub external: BTreeMap<String, External>,
    /// Crates that what is public must not show, by the name of the rule.
    pub leaks: BTreeMap<String, Leaks>,
    /// What items must have attached and what they must not, by the name of the rule.
    pub attributes: BTreeMap<String, Attributes>,
    /// Traits that only some may implement, by the name of the rule.
    pub implementations: BTreeMap<String, Implementations>,
    /// Which stages functions put together, by the name of the rule.
    pub pipelines: BTreeMap<String, Pipelines>,
    /// Whether code that is only there for tests is held to the rules.
    pub tests: TestCode,
    /// Whether crates may use each other in circles through dev-dependencies.
    pub dev_cycles: DevCycles,
}

/// Whether code that is only there for tests is held to the rules: `cfg(test)`, `tests/`, `benches/`, `examples/`
/// and dev-dependencies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestCode {
    /// It is not.
    #[default]
    Free,
    /// It is.
    Judged,
}

/// Whether crates may use each other in circles through dev-dependencies, as Cargo lets them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DevCycles {
    /// They may.
    #[default]
    Free,
    /// They may not.
    Judged,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            preset: None,
            without: Vec::new(),
            layers: Vec::new(),
            exhaustive: true,
            edges: BTreeMap::new(),
            independent: BTreeMap::new(),
            protected: BTreeMap::new(),
            acyclic: BTreeMap::new(),
            forbidden: BTreeMap::new(),
            complete: BTreeMap::new(),
            external: BTreeMap::new(),
            leaks: BTreeMap::new(),
            attributes: BTreeMap::new(),
            implementations: BTreeMap::new(),
            pipelines: BTreeMap::new(),
            tests: TestCode::default(),
            dev_cycles: DevCycles::default(),
        }
    }
}

impl Policy {
    /// Whether the policy decides nothing about the architecture.
    pub fn decides_nothing(&self) -> bool {
        self.preset.is_none() && self.entries().is_empty()
    }

    /// Every rule of the policy, kind by kind.
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        let layers = self.layers.iter().enumerate().map(|(index, layer)| Entry::of_layer(index, layer));
        let mut entries: Vec<_> = layers.collect();
        entries.extend(self.edges.iter().map(|(name, rule)| Entry::named("edges", name, rule)));
        entries.extend(self.independent.iter().map(|(name, rule)| Entry::named("independent", name, rule)));
        entries.extend(self.protected.iter().map(|(name, rule)| Entry::named("protected", name, rule)));
        entries.extend(self.acyclic.iter().map(|(name, rule)| Entry::named("acyclic", name, rule)));
        entries.extend(self.forbidden.iter().map(|(name, rule)| Entry::named("forbidden", name, rule)));
        entries.extend(self.complete.iter().map(|(name, rule)| Entry::named("complete", name, rule)));
        entries.extend(self.external.iter().map(|(name, rule)| Entry::named("external", name, rule)));
        entries.extend(self.leaks.iter().map(|(name, rule)| Entry::named("leaks", name, rule)));
        entries.extend(self.attributes.iter().map(|(name, rule)| Entry::named("attributes", name, rule)));
        entries.extend(
            self.implementations.iter().map(|(name, rule)| Entry::named("implementations", name, rule)),
        );
        entries.extend(self.pipelines.iter().map(|(name, rule)| Entry::named("pipelines", name, rule)));
        entries
    }

    /// The policy of one rule alone, with the layers that it names. Of a layer it is all layers.
    pub(crate) fn with_only(&self, entry: &Entry<'_>) -> Policy {
        let kept = |kind: &str, name: &str| kind == entry.kind && name == entry.name;
        let Policy { preset, without, layers, exhaustive, tests, dev_cycles, .. } = self.with_none_of(entry);
        // Each kind is named, so that none can be forgotten.
        Policy {
            preset,
            without,
            layers,
            exhaustive,
            tests,
            dev_cycles,
            edges: rules(&self.edges, |name| kept("edges", name)),
            independent: rules(&self.independent, |name| kept("independent", name)),
            protected: rules(&self.protected, |name| kept("protected", name)),
            acyclic: rules(&self.acyclic, |name| kept("acyclic", name)),
            forbidden: rules(&self.forbidden, |name| kept("forbidden", name)),
            complete: rules(&self.complete, |name| kept("complete", name)),
            external: rules(&self.external, |name| kept("external", name)),
            leaks: rules(&self.leaks, |name| kept("leaks", name)),
            attributes: rules(&self.attributes, |name| kept("attributes", name)),
            implementations: rules(&self.implementations, |name| kept("implementations", name)),
            pipelines: rules(&self.pipelines, |name| kept("pipelines", name)),
        }
    }

    /// The policy without any rule but the layers that a rule names.
    pub(crate) fn with_none_of(&self, entry: &Entry<'_>) -> Policy {
        let named: Vec<_> =
            entry.rule.patterns().iter().filter_map(|pattern| layer_named(pattern.text)).collect();
        let wanted = |layer: &&Layer| entry.kind == "layers" || named.contains(&layer.name.as_str());
        Policy {
            layers: self.layers.iter().filter(wanted).cloned().collect(),
            exhaustive: false,
            tests: self.tests,
            dev_cycles: self.dev_cycles,
            ..Policy::default()
        }
    }

    /// The policy, a preset, with the rules of another, its user's; of layers the user's are left out. Each kind of rule is
    /// named, so that none can be forgotten.
    pub(crate) fn taken_over_by(self, user: Policy) -> Policy {
        let Policy {
            preset: _,
            without,
            layers: _,
            exhaustive,
            edges,
            independent,
            protected,
            external,
            leaks,
            attributes,
            implementations,
            pipelines,
            acyclic,
            forbidden,
            complete,
            tests,
            dev_cycles,
        } = user;
        Policy {
            preset: None,
            layers: if without.iter().any(|rule| rule == "layers") { Vec::new() } else { self.layers },
            exhaustive,
            edges: both("edges", self.edges, edges, &without),
            independent: both("independent", self.independent, independent, &without),
            protected: both("protected", self.protected, protected, &without),
            leaks: both("leaks", self.leaks, leaks, &without),
            attributes: both("attributes", self.attributes, attributes, &without),
            implementations: both("implementations", self.implementations, implementations, &without),
            pipelines: both("pipelines", self.pipelines, pipelines, &without),
            external: both("external", self.external, external, &without),
            acyclic: both("acyclic", self.acyclic, acyclic, &without),
            forbidden: both("forbidden", self.forbidden, forbidden, &without),
            complete: both("complete", self.complete, complete, &without),
            tests,
            dev_cycles,
            without: Vec::new(),
        }
    }

    /// Reads a list in which `layer:NAME` stands for the members of a layer.
    pub(crate) fn patterns(&self, texts: &[String]) -> Result<Vec<Pattern>, Error> {
        let mut patterns = Vec::new();
        for text in texts {
            match layer_named(text) {
                // A layer that only head has may be missing in the policy that judges. Nobody is in it.
                Some(name) => {
                    for layer in self.layers.iter().filter(|layer| layer.name == name) {
                        patterns.extend(Pattern::read_all(&layer.members)?);
                    }
                }
                None => patterns.push(Pattern::read(text)?),
            }
        }
        Ok(patterns)
    }

    /// Whether code for tests is held to the rules.
    pub(crate) fn judges_tests(&self) -> bool {
        self.tests == TestCode::Judged
    }
}

/// The rules of a map that are wanted.
fn rules<R: Clone>(all: &BTreeMap<String, R>, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, R> {
    let wanted = all.iter().filter(|(name, _)| wanted(name));
    wanted.map(|(name, rule)| (name.clone(), rule.clone())).collect()
}

/// The rules of a preset that hold, and those of its user.
fn both<R>(
    kind: &str,
    preset: BTreeMap<String, R>,
    own: BTreeMap<String, R>,
    without: &[String],
) -> BTreeMap<String, R> {
    let holds = |name: &str| !without.iter().any(|gone| *gone == format!("{kind}.{name}"));
    preset.into_iter().filter(|(name, _)| holds(name)).chain(own).collect()
}

/// The layer whose members an entry of a list stands for.
pub(crate) fn layer_named(text: &str) -> Option<&str> {
    text.strip_prefix("layer:").map(str::trim)
}

/// The keys that speak of the whole section.
const SWITCHES: &[Key] = &[
    Key::new(
        "tests",
        "`judged` or `free`",
        "free",
        Direction::Words(&["judged", "free"]),
        "Whether code that is only there for tests is held to the rules: `cfg(test)`, `tests/`, `benches/`, `examples/` \
         and dev-dependencies.",
    ),
    Key::new(
        "dev_cycles",
        "`judged` or `free`",
        "free",
        Direction::Words(&["judged", "free"]),
        "Whether crates that use each other in circles through dev-dependencies are found, which Cargo allows.",
    ),
];
