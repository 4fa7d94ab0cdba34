//! Presets: sets of rules by the conventions of a kind of workspace.

use std::fmt;

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;

/// A set of rules that the policy takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Ports and adapters.
    Hexagonal,
    /// A workspace of ranking services.
    Ranker,
}

/// The keys that choose a preset.
pub(super) const KEYS: &[Key] = &[
    Key::new(
        "preset",
        "`hexagonal` or `ranker`",
        "none",
        Direction::MoreTightens,
        concat!(
            "Rules by the conventions of a kind of workspace, beside the policy's own. An own layer that is called like \
             one of the preset's adds its members to that; other own layers stand above those of the preset. `folder:` \
             stands for the packages in folders. A rule about what this workspace has not is silent; a preset of \
             which no layer has a member is found as `vacuous-rule`. `cargo xtask arch --preset NAME` prints one with the \
             packages of the workspace.\n\n`hexagonal`:\n\n```yaml\n",
            include_str!("presets/hexagonal.yaml"),
            "```\n\n`ranker`:\n\n```yaml\n",
            include_str!("presets/ranker.yaml"),
            "```\n\nThese are all."
        ),
    ),
    Key::new(
        "without[]",
        "list of rules of the preset",
        "[]",
        Direction::MoreLoosens,
        "Rules of the preset that do not hold: `forbidden.exits`, `layers` for all layers. A rule of that name may then be \
         the policy's own.",
    ),
];

impl fmt::Display for Preset {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Preset::Hexagonal => "hexagonal",
            Preset::Ranker => "ranker",
        })
    }
}

impl Preset {
    /// The preset as a policy, with its comments.
    pub fn text(self) -> &'static str {
        match self {
            Preset::Hexagonal => include_str!("presets/hexagonal.yaml"),
            Preset::Ranker => include_str!("presets/ranker.yaml"),
        }
    }

    /// The names of its layers.
    pub(crate) fn layers(self) -> Result<Vec<String>, PolicyError> {
        Ok(self.policy()?.layers.into_iter().map(|layer| layer.name).collect())
    }

    /// The preset as a policy.
    pub(crate) fn policy(self) -> Result<Policy, PolicyError> {
        Document::of_file(&format!("{self}.yaml"), self.text())?.section("arch")
    }
}
