//! The section `arch` of the policy as a type: layers, what must not go in circles, and who may name what.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Error;
use crate::path::Pattern;

/// The section `arch`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// From the highest to the lowest: a layer may use those below it.
    pub layers: Vec<Layer>,
    /// Whether every crate must be in a layer, and every module of a crate that is placed by modules.
    pub exhaustive: bool,
    /// Crates and modules whose modules must not use each other in circles, by the name of the rule.
    pub acyclic: BTreeMap<String, Acyclic>,
    /// What only some may name, or nobody, by the name of the rule.
    pub forbidden: BTreeMap<String, Forbidden>,
    /// Whether code that is only there for tests is held to the rules.
    pub tests: TestCode,
    /// Whether crates may use each other in circles through dev-dependencies.
    pub dev_cycles: DevCycles,
}

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
    /// Whether it may use the next layer only.
    #[serde(default)]
    pub closed: bool,
    /// Whether its members may use each other.
    #[serde(default)]
    pub siblings: Siblings,
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

/// Crates and modules whose modules must not use each other in circles.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acyclic {
    /// Patterns of crates or modules, or `layer:NAME`; the modules right below each are looked at.
    pub members: Vec<String>,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
}

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
            layers: Vec::new(),
            exhaustive: true,
            acyclic: BTreeMap::new(),
            forbidden: BTreeMap::new(),
            tests: TestCode::default(),
            dev_cycles: DevCycles::default(),
        }
    }
}

impl Policy {
    /// Whether the policy decides nothing about the architecture.
    pub fn decides_nothing(&self) -> bool {
        self.layers.is_empty() && self.acyclic.is_empty() && self.forbidden.is_empty()
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

/// The layer whose members an entry of a list stands for.
pub(crate) fn layer_named(text: &str) -> Option<&str> {
    text.strip_prefix("layer:").map(str::trim)
}
