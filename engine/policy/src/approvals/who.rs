//! Who may approve a finding, in words.

use findings::Finding;
use source::Change;

use super::trust::NO_OWNER;
use super::{Approvals, FOLDER};

/// How many names are told.
const NAMES: usize = 4;

impl Approvals {
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
        let signed = match (&self.signers, kinds.is_empty()) {
            (Ok(names), true) => Ok(any_of(names)),
            (Ok(_), false) => Ok(each(&|kind| kind.people())),
            (Err(why), _) => Err(format!("nobody yet: {why}")),
        };
        let but = if self.exclude_authors { ", but not by who wrote it" } else { "" };
        match (self.forge, signed) {
            (false, Ok(names)) => format!("{names}, with a signature{but}"),
            (false, Err(nobody)) => nobody,
            (true, _) if kinds.is_empty() && !self.owned => format!("nobody yet: {NO_OWNER}"),
            (true, _) if kinds.is_empty() => format!("a code owner of `{FOLDER}/`, in the forge"),
            (true, _) => each(&|kind| format!("a code owner of `{}`, in the forge", kind.folder())),
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
