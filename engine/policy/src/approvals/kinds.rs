//! Kinds of findings that need particular approvers, as the base's policy has them.

use findings::Finding;
use globset::GlobSet;
use source::{Change, Tree};

use super::covering::workspace;
use super::signers::matches_list;
use super::{Approval, FOLDER, Vouched};
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
            owned: has_owners(change, name),
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

/// Where forges look for code owners.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Whether the base names owners for the folder of a kind, and no later line takes the folder from them.
fn has_owners(change: &Change, kind: &str) -> bool {
    let base: Option<&Tree> = match &change.repository {
        Some(wider) => wider.base.as_ref(),
        None => change.base.as_ref(),
    };
    let text = OWNERS.iter().find_map(|file| base?.text(file).ok());
    let folder = format!("{}/{FOLDER}/{kind}", workspace(change));
    text.is_some_and(|text| names_owners(&text, folder.trim_start_matches('/')))
}

/// The last line whose pattern covers the folder decides. Owners of a section are those of its lines that name none.
fn names_owners(text: &str, folder: &str) -> bool {
    let (mut owned, mut of_section) = (false, false);
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if line.starts_with(['[', '^']) {
            of_section = line.rsplit(']').next().is_some_and(|owners| !owners.trim().is_empty());
            continue;
        }
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next() else { continue };
        let path = pattern.trim_start_matches('/').trim_end_matches("/**").trim_end_matches("/*");
        let path = path.trim_end_matches('/');
        let above = path.is_empty()
            || matches!(path, "*" | "**")
            || folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if path == folder {
            owned = of_section || words.next().is_some();
        } else if above {
            owned = false;
        }
    }
    owned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_covers_a_folder_says_whether_it_has_owners() {
        for (text, expected) in [
            ("/approvals/rankings/ @ranking\n", true),
            ("* @all\napprovals/rankings/** @ranking # ours\n", true),
            ("[Rankings] @ranking\n/approvals/rankings/\n", true),
            ("[Rankings]\n/approvals/rankings/\n", false),
            ("/approvals/rankings/ @ranking\n* @all\n", false),
            ("/approvals/rankings/ @ranking\n/approvals/ @all\n", false),
            ("/approvals/rankings/\n", false),
            ("# /approvals/rankings/ @ranking\n", false),
            ("/approvals/ @all\n", false),
            ("/approvals/rank @all\n", false),
            ("", false),
        ] {
            assert_eq!(names_owners(text, "approvals/rankings"), expected, "{text}");
        }
    }
}
