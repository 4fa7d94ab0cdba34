//! The policy as it holds in a workspace: with the rules of its preset.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ::policy::{Document, PolicyError};
use globset::GlobBuilder;
use source::Workspace;

use crate::policy::{Layer, Preset, Siblings};
use crate::{Error, Policy};

/// How a member of a preset's layer stands for the packages in folders.
const FOLDER: &str = "folder:";

impl Preset {
    /// The preset as a policy, with the names of packages where it speaks of their folders.
    pub fn text_for(self, workspace: &Workspace) -> String {
        let mut text = self.text().to_owned();
        while let Some(at) = text.find(&format!("\"{FOLDER}")) {
            let rest = &text[at + 1..];
            let length = rest.find('"').unwrap_or(rest.len());
            let packages = packages_in(&rest[FOLDER.len()..length], workspace).join(", ");
            let end = (at + length + 2).min(text.len());
            text.replace_range(at..end, &packages);
        }
        text
    }
}

impl Policy {
    /// The policy with the rules of its preset, whose folders are not looked up yet.
    pub(crate) fn with_preset(&self) -> Result<Cow<'_, Policy>, PolicyError> {
        let Some(preset) = self.preset else { return Ok(Cow::Borrowed(self)) };
        let whole = preset.policy()?.taken_over_by(self.clone());
        Ok(Cow::Owned(Policy { layers: layers(whole.layers, &self.layers), ..whole }))
    }

    /// The policy with the rules of its preset, about the packages of a workspace.
    pub(crate) fn in_force(&self, workspace: &Workspace) -> Result<Cow<'_, Policy>, Error> {
        let mut policy = self.with_preset()?;
        let has_folders = |layer: &Layer| layer.members.iter().any(|member| member.starts_with(FOLDER));
        if policy.layers.iter().any(has_folders) {
            for layer in &mut policy.to_mut().layers {
                let members = std::mem::take(&mut layer.members);
                layer.members = members
                    .into_iter()
                    .flat_map(|member| match member.strip_prefix(FOLDER) {
                        Some(glob) => packages_in(glob, workspace),
                        None => vec![member],
                    })
                    .collect();
            }
            // A preset's layer without a member says nothing; what own rules ask of it, they ask of nobody.
            policy.to_mut().layers.retain(|layer| !layer.members.is_empty());
        }
        Ok(policy)
    }

    /// Refuses rules of the preset that are none, and own rules that are called like one that holds.
    pub(crate) fn refuse_preset(&self, document: &Document) -> Result<(), PolicyError> {
        let Some(preset) = self.preset else {
            return match self.without.is_empty() {
                true => Ok(()),
                false => {
                    Err(document.error_at("arch.without", "there is no `preset` that it could be without"))
                }
            };
        };
        let preset = preset.policy()?;
        let rules = preset.entries();
        let of_preset: BTreeSet<String> =
            rules.iter().filter(|entry| entry.kind != "layers").map(ToString::to_string).collect();
        for (index, rule) in self.without.iter().enumerate() {
            if rule != "layers" && !of_preset.contains(rule) {
                let at = format!("arch.without[{index}]");
                return Err(document.error_at(&at, format!("the preset has no rule `{rule}`")));
            }
        }
        for entry in self.entries() {
            let name = entry.to_string();
            if of_preset.contains(&name) && !self.without.contains(&name) {
                let message = format!(
                    "the preset has a rule of this name; give it another one, or list `{name}` under `without`"
                );
                return Err(document.error_at(&entry.path, message));
            }
        }
        Ok(())
    }
}

/// The layers of a preset with the policy's own.
fn layers(preset: Vec<Layer>, own: &[Layer]) -> Vec<Layer> {
    let added = |name: &str| own.iter().find(|layer| layer.name == name);
    let is_new = |layer: &&Layer| preset.iter().all(|other| other.name != layer.name);
    let above: Vec<Layer> = own.iter().filter(is_new).cloned().collect();
    let merged = preset.iter().map(|layer| match added(&layer.name) {
        None => layer.clone(),
        Some(own) => Layer {
            members: layer.members.iter().chain(&own.members).cloned().collect(),
            because: own.because.clone(),
            instead: own.instead.clone().or_else(|| layer.instead.clone()),
            fails_on: own.fails_on.clone().or_else(|| layer.fails_on.clone()),
            closed: layer.closed || own.closed,
            siblings: if own.siblings == Siblings::Free { Siblings::Free } else { layer.siblings },
            ..layer.clone()
        },
    });
    above.into_iter().chain(merged).collect()
}

/// The packages whose folders a glob matches.
fn packages_in(glob: &str, workspace: &Workspace) -> Vec<String> {
    let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() else { return Vec::new() };
    let glob = glob.compile_matcher();
    let lies_there =
        |manifest: &str| manifest.strip_suffix("/Cargo.toml").is_some_and(|folder| glob.is_match(folder));
    let packages = workspace.crates.iter().filter(|krate| lies_there(&krate.manifest));
    packages.map(|krate| krate.name.clone()).collect()
}
