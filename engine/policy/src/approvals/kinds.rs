//! Kinds of findings that need particular approvers, as the base's policy has them.

use findings::Finding;
use globset::GlobSet;
use source::Change;

use super::signers::matches_list;
use super::{Approval, FOLDER, Vouched, owners};
use crate::Settings;

/// One kind.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) name: String,
    /// Patterns of the names that may approve it.
    pub(super) by: Vec<String>,
    rules: Vec<String>,
    guards: Vec<String>,
    files: GlobSet,
    /// Whether the base asks owners of its own for the kind's folder.
    owned: bool,
}

impl Kind {
    /// The kinds of a policy, by name.
    pub(super) fn all(change: &Change, settings: &Settings) -> Vec<Kind> {
        let kind = |(name, approvers): (&String, &crate::Approvers)| Kind {
            name: name.clone(),
            by: approvers.by.clone(),
            rules: approvers.rules.clone(),
            guards: approvers.guards.clone(),
            files: approvers.globs(),
            owned: owners::of_folder(change, name),
        };
        settings.approvers.iter().map(kind).collect()
    }

    /// Whether a finding is of the kind: by its rule, its guard, or its file on either side.
    pub(super) fn has(&self, finding: &Finding, change: &Change) -> bool {
        let of_file = |path: &str| self.files.is_match(path) || self.files.is_match(change.base_path(path));
        self.rules.iter().any(|id| id == finding.rule.id)
            || self.guards.iter().any(|guard| guard == finding.rule.guard)
            || finding.file().is_some_and(of_file)
    }

    /// Why an approval that counts does not count for the kind.
    pub(super) fn refusal(&self, approval: &Approval) -> Option<String> {
        let name = &self.name;
        match &approval.vouched {
            Vouched::Signed(signer) if self.by.iter().any(|pattern| matches_list(pattern, &signer.name)) => {
                None
            }
            Vouched::Signed(signer) => {
                Some(format!("`{name}` is for {} to approve, and not for `{}`", self.people(), signer.name))
            }
            Vouched::Forge if !approval.file.starts_with(&self.folder()) => Some(format!(
                "an approval of `{name}` belongs into `{}`, whose owners the forge asks",
                self.folder()
            )),
            Vouched::Forge if !self.owned => Some(format!(
                "CODEOWNERS of the base has no owners for `{}`, so that the forge asks nobody in particular",
                self.folder()
            )),
            Vouched::Forge => None,
            Vouched::Nobody(why) => Some(why.clone()),
        }
    }

    /// Where the forge asks the kind's owners.
    pub(super) fn folder(&self) -> String {
        format!("{FOLDER}/{}/", self.name)
    }

    /// The patterns, as words.
    pub(super) fn people(&self) -> String {
        match self.by.is_empty() {
            true => "nobody".to_owned(),
            false => super::who::any_of(&self.by),
        }
    }
}
