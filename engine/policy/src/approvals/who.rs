//! Who may approve a finding, in words.

use findings::Finding;
use source::Change;

use super::signers::matches_list;
use super::trust::NO_OWNER;
use super::{Approvals, FOLDER, REVOKED_FILE, SIGNERS_FILE};
use crate::near::did_you_mean;

/// How many names are told.
const NAMES: usize = 4;

/// The same where the forge is relied on.
const OWNERS_WAY_OUT: &str = "until one does, nothing can be approved, so a person who may merge past the gate first merges the \
     change that brings the line `/approvals/ @TEAM`, alone";

/// What is left where nobody can approve anything.
const WAY_OUT: &str = "until it has, nothing can be approved, so a person who may merge past the gate first merges the change that \
     brings one, alone: a line `NAME ssh-ed25519 KEY`, whose key they compared with its owner's";

impl Approvals {
    /// Why nobody can approve anything here, and what a person does about it; `None` where somebody can.
    pub fn why_nobody_can(&self) -> Option<String> {
        match (&self.signers, self.forge) {
            (_, true) if self.kinds.is_empty() && !self.owned => {
                Some(format!("{NO_OWNER}; {OWNERS_WAY_OUT}"))
            }
            (Err(why), false) if why.contains(REVOKED_FILE) => Some(why.clone()),
            (Err(why), false) => Some(format!("{why}; {WAY_OUT}")),
            _ => None,
        }
    }

    /// Why no signature counts, whoever makes it; `None` where one can. An emergency needs one.
    pub fn why_no_signature_counts(&self) -> Option<&str> {
        self.signers.as_ref().err().map(String::as_str)
    }

    /// Why a signature under a name would not count, and who is perhaps meant; `None` where a key signs for it.
    pub fn why_not_signed_by(&self, name: &str) -> Option<String> {
        let signers = self.signers.as_deref().ok()?;
        if signers.iter().any(|list| matches_list(list, name)) {
            return None;
        }
        let meant = did_you_mean(name, signers.iter().map(String::as_str));
        Some(format!(
            "no key in `{SIGNERS_FILE}` of the base signs for `{}`; there are keys of {}{meant}",
            name.replace('`', "'"),
            any_of(signers)
        ))
    }

    /// Who may approve a finding, as words that follow "by".
    pub fn who(&self, finding: &Finding, change: &Change) -> String {
        match finding.rule.why_nobody_approves() {
            Some(why) => format!("nobody: {why}"),
            None => self.who_of(&self.kinds_of(finding, change)),
        }
    }

    /// The kinds of a finding that need particular approvers.
    pub fn kinds_of(&self, finding: &Finding, change: &Change) -> Vec<String> {
        let kinds = self.kinds.iter().filter(|kind| kind.has(finding, change));
        kinds.map(|kind| kind.name.clone()).collect()
    }

    /// Who may approve what is of all these kinds.
    pub(super) fn who_of(&self, kinds: &[String]) -> String {
        let kinds: Vec<_> = self.kinds.iter().filter(|kind| kinds.contains(&kind.name)).collect();
        let each = |words: &dyn Fn(&super::kinds::Kind) -> String| {
            kinds.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", and by ")
        };
        if let Some(why) = self.why_nobody_can() {
            return format!("nobody yet: {why}");
        }
        let but = if self.exclude_authors { ", but not by who wrote it" } else { "" };
        match (self.forge, kinds.is_empty()) {
            (false, true) => {
                format!("{}, with a signature{but}", any_of(self.signers.as_deref().unwrap_or_default()))
            }
            (false, false) => format!("{}, with a signature{but}", each(&|kind| kind.people())),
            (true, true) if !self.owned => format!("nobody yet: {NO_OWNER}; {OWNERS_WAY_OUT}"),
            (true, true) => format!("a code owner of `{FOLDER}/`, in the forge"),
            (true, false) => each(&|kind| format!("a code owner of `{}`, in the forge", kind.folder())),
        }
    }
}

/// `a` or `b`.
pub(super) fn any_of(names: &[String]) -> String {
    let mut shown: Vec<String> =
        names.iter().take(NAMES).map(|name| format!("`{}`", name.replace('`', "'"))).collect();
    let more = names.len().saturating_sub(NAMES);
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}
