//! `lint`: how protos are written.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;

/// How protos are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lint {
    /// Whether `buf lint` is asked.
    pub buf: Asks,
    /// Globs of the RPCs that rank, as `package.Service/Method`.
    pub ranking: Vec<String>,
}

/// Whether a program is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// Without it the guard could not look.
    Required,
    /// It is asked where it is installed and something configures it.
    #[default]
    WhereInstalled,
    /// It is never asked.
    Off,
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "lint.buf",
        "`required`, `where-installed` or `off`",
        "where-installed",
        Direction::Words(&["required", "where-installed", "off"]),
        "Whether `buf lint` is asked about the protos, under the `buf.yaml` of the base. `where-installed` asks it where there \
         is such a file; the report counts the protos that it was not asked about. Where it is `required` and cannot be asked, \
         the guard could not look; without such a file it is asked by its default rules, in the folders that imports start from. `GATEFOLD_BUF` names the program, else the search path does.",
    ),
    Key::new(
        "lint.ranking",
        "list of globs",
        "[]",
        Direction::MoreTightens,
        "The RPCs that rank, as `package.Service/Method`. They say in which time they answer, in which order, and with how \
         much at most.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (index, glob) in policy.lint.ranking.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            return Err(document.error_at(&format!("contracts.lint.ranking[{index}]"), error));
        }
    }
    Ok(())
}
