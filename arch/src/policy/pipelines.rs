//! `pipelines`: which stages a function puts together, and in which order.

use std::collections::BTreeSet;

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::words::{MEMBERS_OR_LAYERS, keys};
use super::{At, Decided, Means, Named, Words};

/// Which stages a function puts together, and in which order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipelines {
    /// Patterns of functions, with the places of their modules in front.
    pub functions: Vec<String>,
    /// The stages in their order: types or functions by their paths, with ` | ` between those of which one is enough.
    pub stages: Vec<String>,
    /// Those of the stages that may be missing, or be there under a condition.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Those of the stages that may be there more than once.
    #[serde(default)]
    pub repeatable: Vec<String>,
    /// Crates and modules of which each must hold such a function.
    #[serde(default)]
    pub members: Vec<String>,
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
    "pipelines.*";
    Key::new(
        "pipelines.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "Which stages functions that build a pipeline must put in, and in which order.",
    ),
    Key::new(
        "pipelines.*.functions[]",
        "list of patterns of functions",
        "none",
        Direction::MoreTightens,
        "The functions by package, module and name: `*::pipeline::build`, `home::wiring::Wiring::build`. What functions of the \
         same crate that they call put in counts.",
    ),
    // Their order is what the rule says.
    Key::new(
        "pipelines.*.stages",
        "list of stages, first to last",
        "none",
        Direction::Order,
        "The stages in their order. Others may stand between them.",
    ),
    Key::new(
        "pipelines.*.stages[]",
        "path of a type or a function, or several with ` | ` between them",
        "none",
        Direction::MoreTightens,
        "A stage, by the type that is made or the function that makes it: where it is defined, or, without wildcards, where \
         the workspace re-exports it (`stages::TopK`). Of several one is enough: `stages::TopK | *::stages::*::PageSelector`.",
    ),
    Key::new(
        "pipelines.*.optional[]",
        "list of entries of `stages`",
        "[]",
        Direction::MoreLoosens,
        "Those that may be missing, or be there under a condition; their order is held all the same.",
    ),
    Key::new(
        "pipelines.*.repeatable[]",
        "list of entries of `stages`",
        "[]",
        Direction::MoreLoosens,
        "Those that may be there more than once.",
    ),
    Key::new(
        "pipelines.*.members[]",
        MEMBERS_OR_LAYERS,
        "[]",
        Direction::MoreTightens,
        "Crates and modules of which each must hold a function that one of the `functions` matches, so that none is out of \
         the rule because its function has another name.",
    ),
];

impl Pipelines {
    /// The paths of which one is enough.
    pub(crate) fn alternatives(stage: &str) -> impl Iterator<Item = &str> {
        stage.split('|').map(str::trim)
    }
}

impl Decided for Pipelines {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let stages = self.stages.iter().enumerate().flat_map(|(index, stage)| {
            let named = move |text| Named { key: format!("stages[{index}]"), text, means: Means::Items };
            Pipelines::alternatives(stage).map(named)
        });
        Named::list("functions", &self.functions, Means::Functions)
            .chain(stages)
            .chain(Named::list("members", &self.members, Means::Members))
            .collect()
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["pipeline-order"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("functions", &self.functions)?;
        at.listed("stages", &self.stages)?;
        let mut seen = BTreeSet::new();
        for (index, stage) in self.stages.iter().enumerate() {
            if let Some(twice) = Pipelines::alternatives(stage).find(|path| !seen.insert(*path)) {
                let message = format!("`{twice}` stands in the list already, and a stage has one place");
                return Err(at.error(&format!("stages[{index}]"), message));
            }
        }
        for (key, list) in [("optional", &self.optional), ("repeatable", &self.repeatable)] {
            if let Some(index) = list.iter().position(|entry| !self.stages.contains(entry)) {
                return Err(at.error(&format!("{key}[{index}]"), "it is no entry of `stages`"));
            }
        }
        Ok(())
    }
}
