//! The policy's section `contracts`.

use ::policy::{Clock, Direction, Document, Key, PolicyError, Section};
use serde::Deserialize;

use crate::Category;

/// What is compared, and how strictly.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The folders that imports of protos start from; empty: they are found.
    pub protos: Vec<String>,
    /// How protos may change.
    pub breaking: Breaking,
    /// Globs of scenario files.
    pub scenarios: Vec<String>,
    /// The time at which scenarios are asked, for services that are started with one.
    pub clock: Option<Clock>,
    /// The seed under which scenarios are asked, for services that are started with one.
    pub seed: Option<u64>,
}

/// How protos may change.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Breaking {
    /// How strict the comparison is; `None` leaves it to `buf.yaml`, or else to the default.
    pub category: Option<Category>,
}

impl Default for Policy {
    fn default() -> Policy {
        let scenarios = vec!["services/*/contracts/*.yaml".to_owned()];
        Policy { protos: Vec::new(), breaking: Breaking::default(), scenarios, clock: None, seed: None }
    }
}

/// The section's keys and what is refused in it.
pub static SECTION: Section = Section { name: "contracts", keys: KEYS, check };

const KEYS: &[Key] = &[
    Key::new(
        "protos",
        "list of folders",
        "[]",
        Direction::AnyChangeLoosens,
        "The folders that imports of protos start from. Without the key these are `proto` and `protos` at the \
               root, or else the folders of all protos, less what their package names say. What lies outside them \
               is not compared, and the report counts it.",
    ),
    Key::new(
        "breaking.category",
        "`CALLERS`, or one of buf's `FILE`, `PACKAGE`, `CSR`, `WIRE_JSON`, `WIRE`",
        "CALLERS",
        Direction::Words(&["FILE", "PACKAGE", "CALLERS", "CSR", "WIRE_JSON", "WIRE"]),
        "How protos may change. Without the key that is what the base's `buf.yaml` says under `breaking`, module by \
         module, with `use`, `except`, `ignore`, `ignore_only` and `ignore_unstable_packages`, or else `CALLERS`. `CALLERS` keeps what a caller notices who was built against the old protos and \
               is still running: types, names and methods stay, a field or enum value may go once its number and its \
               name are reserved, declarations may move between the files of their package. buf's own categories \
               find what buf finds in them.",
    ),
    Key::new(
        "scenarios",
        "list of globs",
        "[services/*/contracts/*.yaml]",
        Direction::MoreTightens,
        "Scenario files: requests to a service of `services` and what must come back.",
    ),
    Key::new(
        "clock",
        "time of RFC 3339",
        "none",
        Direction::AnyChangeLoosens,
        "The time at which scenarios are asked: what `{clock}` stands for in `services.NAME.run`.",
    ),
    Key::new(
        "seed",
        "number",
        "none",
        Direction::AnyChangeLoosens,
        "The seed under which scenarios are asked: what `{seed}` stands for in `services.NAME.run`.",
    ),
];

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    for (index, root) in policy.protos.iter().enumerate() {
        if root.starts_with('/') || root.split('/').any(|part| part == "..") {
            return Err(document.error_at(&format!("contracts.protos[{index}]"), "it leads out of the root"));
        }
    }
    for (index, glob) in policy.scenarios.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            return Err(document.error_at(&format!("contracts.scenarios[{index}]"), error));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ::policy::Schema;

    use super::*;

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
    fn what_makes_no_sense_is_refused() {
        for text in [
            "contracts: { breaking: { category: file } }",
            "contracts: { breaking: { categories: FILE } }",
            "contracts: { protos: [../elsewhere] }",
            "contracts: { protos: [/etc] }",
            "contracts: { scenarios: ['a[b'] }",
            "contracts: { clock: noon }",
            "contracts: { seed: -1 }",
        ] {
            assert!(read(text).is_err_and(|error| error.starts_with("gatefold.yaml:1:")), "{text}");
        }
    }
}
