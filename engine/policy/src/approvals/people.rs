//! Kinds that nobody can approve: no key that is trusted signs for the people whom the policy names.

use source::Tree;

use super::signers::matches_list;
use super::{AllowedSigners, Entry, REVOKED_FILE, RevokedKeys, SIGNERS_FILE};
use crate::{Settings, Today, Vouching};

/// The kinds of one side's policy that no key in the same side's list signs for, each as a sentence that follows the
/// name of the side.
pub fn without_people(tree: &Tree, settings: &Settings, today: Today) -> Vec<String> {
    if settings.approvals == Some(Vouching::Owners) || settings.approvers.is_empty() {
        return Vec::new();
    }
    let list = if tree.is_link(SIGNERS_FILE) { None } else { tree.text(SIGNERS_FILE).ok() };
    let signers = AllowedSigners::parse(list.as_deref().unwrap_or_default());
    let revoked = tree.read(REVOKED_FILE).map(|bytes| RevokedKeys::parse(&bytes).keys).unwrap_or_default();
    let counts = |entry: &&Entry| {
        entry.signs_approvals() && entry.is_valid(today) && !revoked.contains(entry.key.key_data())
    };
    let trusted: Vec<&Entry> = signers.entries.iter().filter(counts).collect();
    let is_known = |name: &String| trusted.iter().any(|entry| may_be(name, entry));
    let unknown = settings.approvers.iter().filter(|(_, kind)| !kind.by.iter().any(is_known));
    let told = unknown.map(|(name, kind)| {
        let people = if kind.by.is_empty() { "nobody".to_owned() } else { super::who::any_of(&kind.by) };
        format!(
            "`approvers.{name}` names {people}, for whom no key in `{SIGNERS_FILE}` signs approvals today, so that \
             nobody can approve what is of this kind"
        )
    });
    told.collect()
}

/// Whether some name fits both. Of two patterns that is not worked out, so they may.
fn may_be(pattern: &str, entry: &Entry) -> bool {
    let is_pattern = |text: &str| text.contains(['*', '?']);
    if !is_pattern(pattern) {
        return entry.signs_for(pattern);
    }
    let principals = entry.principals.split(',').map(str::trim).filter(|one| !one.starts_with('!'));
    principals.into_iter().any(|one| is_pattern(one) || matches_list(pattern, one))
}
