//! The section `integrity` of `gatefold.yaml`.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Direction, Document, Key, PolicyError, Section};
use serde::Deserialize;

use crate::Error;
use crate::budgets::Budget;

/// What the guard reads from the section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Globs of files that say what is expected of the code, from the root. A changed or removed one needs an approval.
    pub expectations: Vec<String>,
    /// Globs of scripts that CI runs, from the repository's root. They are read command by command.
    pub scripts: Vec<String>,
    /// Limits that humans set, by the name of the budget.
    pub budgets: BTreeMap<String, Budget>,
    /// Which packages manifests may depend on.
    pub dependencies: Dependencies,
}

/// What may be depended on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dependencies {
    /// Globs of names of packages; `None` where nobody said which are known.
    pub allowed: Option<Vec<String>>,
}

const EXPECTATIONS: &[&str] = &[
    "**/*.snap",
    "**/*.trycmd",
    "**/tests/**/*.{stderr,stdout}",
    "**/tests/{fixtures,snapshots,expected,golden,ui}/**",
    "**/tests/**/{pass,fail}/**",
    "**/proptest-regressions/**",
    "**/testdata/**",
    "**/tests/**/*.{csv,jsonl}",
    "services/*/contracts/*.{yaml,yml}",
    "services/*/contracts/regressions/*.{yaml,yml}",
    "contracts/consumers/*.{yaml,yml}",
    "services/*/operations/*.test.{yaml,yml}",
    "services/*/{assignments,assignment_vectors}.{json,jsonl,csv,yaml}",
    "**/*signature.yaml",
    "**/features.lock",
];

const SCRIPTS: &[&str] =
    &[".ci/**", "ci/**/*.sh", "{Makefile,makefile,justfile,Justfile}", ".githooks/*", ".husky/*"];

/// The section as the policy's reader knows it.
pub static SECTION: Section = Section {
    name: "integrity",
    keys: &[
        Key::new(
            "expectations",
            "list of globs",
            "[\"**/*.snap\", \"**/*.trycmd\", \"**/tests/**/*.{stderr,stdout}\", \
                      \"**/tests/{fixtures,snapshots,expected,golden,ui}/**\", \"**/tests/**/{pass,fail}/**\", \"**/proptest-regressions/**\", \
                      \"**/testdata/**\", \"**/tests/**/*.{csv,jsonl}\", \
                      \"services/*/contracts/*.{yaml,yml}\", \"services/*/contracts/regressions/*.{yaml,yml}\", \
                      \"contracts/consumers/*.{yaml,yml}\", \
                      \"services/*/operations/*.test.{yaml,yml}\", \
                      \"services/*/{assignments,assignment_vectors}.{json,jsonl,csv,yaml}\", \
                      \"**/*signature.yaml\", \"**/features.lock\"]",
            Direction::MoreTightens,
            "Files that say what is expected of the code: snapshots, scenarios, what consumers use, signatures, tests of alerts, fixtures of tests. \
                   A change to one, or its removal, needs an approval; a new one does not. Paths are those from the \
                   root; `*` stays within a folder, `**` does not. The corpora of `golden` are that guard's.",
        ),
        Key::new(
            "scripts",
            "list of globs",
            "[\".ci/**\", \"ci/**/*.sh\", \"{Makefile,makefile,justfile,Justfile}\", \".githooks/*\", \
                      \".husky/*\"]",
            Direction::MoreTightens,
            "Scripts that CI or git hooks run, by path from the repository's root. They are compared command by \
                   command, like the workflows of GitHub and GitLab, which are always read, and like shell scripts \
                   elsewhere that one of these files names.",
        ),
        Key::new(
            "budgets.*",
            "map of budgets by name",
            "{}",
            Direction::MoreTightens,
            "Limits that humans set in YAML, JSON and TOML files: objectives, deadlines, shares of data that may be \
                   wrong. One that gets looser, or is gone, needs an approval; tightening, new entries and another order \
                   do not. Entries of lists are known by their `alert`, `record`, `slo`, `id`, `name` or `key`; numbers \
                   are compared with their units. Alert rules of Prometheus are known without a budget; one that \
                   declares them also blocks an expression of which nothing shows that it alerts as often.",
        ),
        Key::new(
            "budgets.*.files",
            "list of globs",
            "[]",
            Direction::MoreTightens,
            "The files. What `expectations` names is left to that key.",
        ),
        Key::new(
            "budgets.*.keys.*",
            "direction",
            "none",
            Direction::MoreTightens,
            "By path, which way a value loosens: `higher-loosens`, `lower-loosens`, `true-loosens`, `false-loosens`, \
                   `fewer-loosens` and `more-loosens` of the entries of a list or map, `any-change-loosens`, \
                   `alert-expression` for what fires where a comparison holds, or words from strict to loose: \
                   `page > ticket`. What is gone loosens; `higher-loosens from 0s` says what holds where nothing is \
                   written. In a path `*` is any key, `**` any way down, `[]` any item, `[0]` the first, `[alert]` \
                   one that has the key `alert`: `objectives[].percent`, `**.refuse`.",
        ),
        Key::new(
            "budgets.*.may_go",
            "list of paths",
            "[]",
            Direction::MoreLoosens,
            "Entries that may go with all limits in them, for instance an experiment that ended.",
        ),
        Key::new(
            "budgets.*.because",
            "text",
            "none",
            Direction::Free,
            "Why the limits are there. Every finding says it.",
        ),
        Key::new(
            "dependencies.allowed",
            "list of globs",
            "every package, with a warning",
            Direction::AllowList,
            "Names of packages that manifests may newly depend on; any other needs an approval. Without the key every \
                   new one is a warning. Packages of the workspace itself need no mention.",
        ),
    ],
    check: |document: &Document| {
        let policy = document.section::<Policy>("integrity")?;
        check_globs(document, "expectations", &policy.expectations)?;
        check_globs(document, "scripts", &policy.scripts)?;
        for (name, budget) in &policy.budgets {
            check_globs(document, &format!("budgets.{name}.files"), &budget.files)?;
        }
        check_globs(
            document,
            "dependencies.allowed",
            policy.dependencies.allowed.as_deref().unwrap_or_default(),
        )
    },
};

impl Default for Policy {
    fn default() -> Self {
        let owned = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect();
        Policy {
            expectations: owned(EXPECTATIONS),
            scripts: owned(SCRIPTS),
            budgets: BTreeMap::new(),
            dependencies: Dependencies::default(),
        }
    }
}

/// The globs of one key.
pub(crate) fn globs(globs: &[String]) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    Ok(set.build()?)
}

fn check_globs(document: &Document, key: &str, texts: &[String]) -> Result<(), PolicyError> {
    for (index, glob) in texts.iter().enumerate() {
        if let Err(error) = GlobBuilder::new(glob).literal_separator(true).build() {
            return Err(document.error_at(&format!("integrity.{key}[{index}]"), error.kind()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_in_the_reference_are_those_of_the_code() {
        for key in SECTION.keys.iter().filter(|key| ["expectations", "scripts"].contains(&key.path)) {
            let written: Vec<String> = policy::yaml("default", key.default).expect("the default is YAML");
            let default = Policy::default();
            let meant = if key.path == "scripts" { default.scripts } else { default.expectations };
            assert_eq!(written, meant, "{}", key.path);
        }
    }
}
