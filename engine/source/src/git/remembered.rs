//! What a change would start from, had nobody here moved the default branch since a moment.

use git2::{Oid, Repository};

use std::path::Path;

use crate::change::Change;

use super::base::{commit, default_tip};
use super::moves::came_from_outside;
use super::own::Tips;
use super::{Found, OpenError, real_folder};

/// The commit at which head left the default branch as that stood then. `None` where that is the base already, and where
/// the branch only went where a fetch brought it: a commit, a merge or a push here, or a reference that was set by hand,
/// chooses no base. Where head shares no history with it any more, where the branch stood.
///
/// # Errors
/// The repository cannot be read, or has lost that commit.
pub fn remembered_base(root: &Path, change: &Change, since: &Tips) -> Result<Option<String>, OpenError> {
    let Some((name, stood)) = &since.base else { return Ok(None) };
    let Some(Found { repository, .. }) = Found::around(&real_folder(root)?)? else { return Ok(None) };
    if default_tip(&repository).is_some_and(|(now, tip)| {
        now == *name && (tip == *stood || came_from_outside(&repository, name, tip))
    }) {
        return Ok(None);
    }
    let head = change.head_commit.as_deref().and_then(|head| head.split('-').next());
    let fork = match head.and_then(|head| forked(&repository, head, *stood)) {
        Some(fork) => fork.to_string(),
        None => commit(&repository, &stood.to_string())?.id().to_string(),
    };
    Ok(Some(fork).filter(|fork| change.base_info.commit.as_ref() != Some(fork)))
}

/// Where a head left a commit; none where they share no history, or one of them is gone.
fn forked(repository: &Repository, head: &str, stood: Oid) -> Option<Oid> {
    repository.merge_base(Oid::from_str(head).ok()?, stood).ok()
}
