//! The section `contracts` of the policy as a type. Every kind of key has a file of its own: its shape, its keys, and what
//! is refused in it.

mod breaking;
mod consumers;
mod cost;
mod coverage;
mod experiments;
mod lint;
mod models;
mod operations;
mod protos;
mod reflection;
mod scenarios;

use std::collections::BTreeMap;

use ::policy::{Clock, Document, Key, PolicyError, Section, count, joined};
use serde::Deserialize;

pub use breaking::{Breaking, Lossy};
pub use consumers::Consumers;
pub use cost::Cost;
pub use coverage::Coverage;
pub use experiments::Experiments;
pub use lint::{Asks, Lint};
pub use models::{DigestAt, Model, Replay};
pub use operations::{Operations, Promtool};
pub use reflection::Reflection;

/// The section's keys and what is refused in it.
pub static SECTION: Section = Section { name: "contracts", keys: &ALL_KEYS, check };

/// The keys of every kind.
const KEYS: &[&[Key]] = &[
    protos::KEYS,
    breaking::KEYS,
    lint::KEYS,
    consumers::KEYS,
    scenarios::KEYS,
    coverage::KEYS,
    reflection::KEYS,
    cost::KEYS,
    models::KEYS,
    operations::KEYS,
    experiments::KEYS,
];

/// What is refused beyond a wrong shape, kind by kind.
const CHECKS: &[Check] = &[
    protos::check,
    lint::check,
    consumers::check,
    scenarios::check,
    coverage::check,
    cost::check,
    models::check,
    operations::check,
    experiments::check,
];

type Check = fn(&Document, &Policy) -> Result<(), PolicyError>;

/// What services promised, and how strictly it is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The folders that imports of protos start from; empty: they are found.
    pub protos: Vec<String>,
    /// The file with descriptors of protos that are written in an edition.
    pub descriptors: Option<String>,
    /// How protos may change.
    pub breaking: Breaking,
    /// How protos are written.
    pub lint: Lint,
    /// Who is known to use what is served.
    pub consumers: Consumers,
    /// The models that are served, by name.
    pub models: BTreeMap<String, Model>,
    /// Globs of scenario files.
    pub scenarios: Vec<String>,
    /// The time at which scenarios are asked, for services that are started with one.
    pub clock: Option<Clock>,
    /// The seed under which scenarios are asked, for services that are started with one.
    pub seed: Option<u64>,
    /// How much of a service its promises touch.
    pub coverage: Coverage,
    /// Whether what runs must serve the protos that are committed.
    pub reflection: Reflection,
    /// What an answer may cost beside what it cost at the base.
    pub cost: Cost,
    /// Alerts, recording rules and dashboards, and what they may rely on.
    pub operations: Operations,
    /// Experiments, and what has to be there for each.
    pub experiments: Experiments,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            protos: Vec::new(),
            descriptors: None,
            breaking: Breaking::default(),
            lint: Lint::default(),
            consumers: Consumers::default(),
            models: BTreeMap::new(),
            scenarios: both_endings("services/*/contracts/*"),
            clock: None,
            seed: None,
            coverage: Coverage::default(),
            reflection: Reflection::default(),
            cost: Cost::default(),
            operations: Operations::default(),
            experiments: Experiments::default(),
        }
    }
}

/// The globs of YAML files, which end in either of two ways.
fn both_endings(stem: &str) -> Vec<String> {
    vec![format!("{stem}.yaml"), format!("{stem}.yml")]
}

/// Whether it is written as a path of Rust is: words with `::` between them.
fn is_path(path: &str) -> bool {
    path.split("::").all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    CHECKS.iter().try_for_each(|check| check(document, &policy))
}

/// All keys in one list.
static ALL_KEYS: [Key; count(KEYS)] = joined(KEYS);

#[cfg(test)]
mod tests {
    use ::policy::Schema;

    use super::*;
    use crate::Category;

    fn read(text: &str) -> Result<Policy, String> {
        static SECTIONS: &[Section] = &[SECTION];
        let schema = Schema { sections: SECTIONS };
        let document = Document::parse("gatefold.yaml", text, &schema).map_err(|error| error.to_string())?;
        document.section(SECTION.name).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_policy_leaves_the_category_to_buf_yaml_and_the_default() {
        assert_eq!(read("").map(|policy| policy.breaking.category), Ok(None));
    }

    #[test]
    fn the_categories_of_buf_are_written_as_buf_writes_them() {
        let text = "contracts: { protos: [api], breaking: { category: WIRE_JSON } }";
        let policy = read(text).expect("it is read");
        assert_eq!(
            (policy.breaking.category, policy.protos),
            (Some(Category::WireJson), vec!["api".to_owned()])
        );
    }

    #[test]
    fn promises_are_read_whichever_ending_yaml_has() {
        let policy = Policy::default();
        for (globs, stem) in [
            (&policy.scenarios, "services/home/contracts/robustness"),
            (&policy.consumers.files, "contracts/consumers/player"),
            (&policy.experiments.files, "services/home/experiments"),
        ] {
            let (yaml, yml) = (format!("{stem}.yaml"), format!("{stem}.yml"));
            let tree = source::Tree::from_memory([(yaml.as_str(), ""), (yml.as_str(), "")]);
            assert_eq!(crate::globs::paths(&tree, globs).expect("they are globs"), [yaml, yml]);
        }
    }

    #[test]
    fn an_empty_list_of_metrics_or_exposures_knows_none() {
        let policy = read("contracts: { experiments: { metrics: [], exposure: [] } }").expect("it is read");
        let lists = [policy.experiments.metrics, policy.experiments.exposure];
        assert_eq!(lists, [Some(Vec::new()), Some(Vec::new())]);
        let policy = read("contracts: { experiments: {} }").expect("it is read").experiments;
        assert_eq!([policy.metrics, policy.exposure], [None, None]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "contracts: { breaking: { category: file } }",
            "contracts: { breaking: { categories: FILE } }",
            "contracts: { protos: [../elsewhere] }",
            "contracts: { protos: [/etc] }",
            "contracts: { consumers: { files: ['a[b'] } }",
            "contracts: { consumers: [a.yaml] }",
            "contracts: { descriptors: ../set.binpb }",
            "contracts: { scenarios: ['a[b'] }",
            "contracts: { coverage: { rpcs: 1.1 } }",
            "contracts: { coverage: { fields: -0.1 } }",
            "contracts: { clock: noon }",
            "contracts: { seed: -1 }",
        ] {
            assert!(read(text).is_err_and(|error| error.starts_with("gatefold.yaml:1:")), "{text}");
        }
    }
}
