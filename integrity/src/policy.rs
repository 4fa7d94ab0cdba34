//! The section `integrity` of `gatefold.yaml`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Direction, Document, Key, PolicyError, Section};
use serde::Deserialize;

use crate::Error;

/// What the guard reads from the section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Globs of files that say what is expected of the code, from the root. A changed or removed one needs an approval.
    pub expectations: Vec<String>,
    /// Globs of scripts that CI runs, from the repository's root. They are read command by command.
    pub scripts: Vec<String>,
}

const EXPECTATIONS: &[&str] = &[
    "**/*.snap",
    "**/*.trycmd",
    "**/tests/**/*.{stderr,stdout}",
    "**/tests/{fixtures,snapshots,expected,golden,ui}/**",
    "**/tests/**/{pass,fail}/**",
    "**/proptest-regressions/**",
    "services/*/contracts/*.{yaml,yml}",
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
        Key {
            path: "expectations",
            shape: "list of globs",
            default: "[\"**/*.snap\", \"**/*.trycmd\", \"**/tests/**/*.{stderr,stdout}\", \
                      \"**/tests/{fixtures,snapshots,expected,golden,ui}/**\", \"**/tests/**/{pass,fail}/**\", \"**/proptest-regressions/**\", \
                      \"services/*/contracts/*.{yaml,yml}\", \
                      \"services/*/{assignments,assignment_vectors}.{json,jsonl,csv,yaml}\", \
                      \"**/*signature.yaml\", \"**/features.lock\"]",
            direction: Direction::MoreTightens,
            docs: "Files that say what is expected of the code: snapshots, scenarios, signatures, fixtures of tests. \
                   A change to one, or its removal, needs an approval; a new one does not. Paths are those from the \
                   root; `*` stays within a folder, `**` does not. The corpora of `golden` are that guard's.",
        },
        Key {
            path: "scripts",
            shape: "list of globs",
            default: "[\".ci/**\", \"ci/**/*.sh\", \"{Makefile,makefile,justfile,Justfile}\", \".githooks/*\", \
                      \".husky/*\"]",
            direction: Direction::MoreTightens,
            docs: "Scripts that CI or git hooks run, by path from the repository's root. They are compared command by \
                   command, like the workflows of GitHub and GitLab, which are always read.",
        },
    ],
    check: |document: &Document| {
        let policy = document.section::<Policy>("integrity")?;
        check_globs(document, "expectations", &policy.expectations)?;
        check_globs(document, "scripts", &policy.scripts)
    },
};

impl Default for Policy {
    fn default() -> Self {
        let owned = |globs: &[&str]| globs.iter().map(|&glob| glob.to_owned()).collect();
        Policy { expectations: owned(EXPECTATIONS), scripts: owned(SCRIPTS) }
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
        for key in SECTION.keys {
            let written: Vec<String> = policy::yaml("default", key.default).expect("the default is YAML");
            let default = Policy::default();
            let meant = if key.path == "scripts" { default.scripts } else { default.expectations };
            assert_eq!(written, meant, "{}", key.path);
        }
    }
}
