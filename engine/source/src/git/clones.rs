//! Clones that were made beside a repository since a moment: what is committed in one and fetched from it was made by who
//! works here, and only went round.
//!
//! A clone that was there before may be anybody's, and one that is gone again tells nothing.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::SystemTime;

use git2::{Oid, Repository};

use super::moves::made_in;
use crate::git_folder::common_git_folder;

/// The most addresses that are looked at.
const MAX_ADDRESSES: usize = 64;

/// What was made in the clones among the addresses from which a repository fetched.
pub(super) fn made(repository: &Repository, addresses: &BTreeSet<String>, since: SystemTime) -> HashSet<Oid> {
    let from = repository.workdir().unwrap_or_else(|| repository.path());
    let own = repository.commondir().canonicalize().ok();
    let names = repository.remotes().ok();
    let remotes = names.iter().flatten().flatten().flatten().filter_map(|name| {
        let remote = repository.find_remote(name).ok()?;
        remote.url().ok().map(str::to_owned)
    });
    let folder = |address: String| {
        let path = from.join(address.strip_prefix("file://").unwrap_or(&address)).canonicalize().ok()?;
        common_git_folder(&path).filter(|folder| Some(folder) != own.as_ref())
    };
    let folders: BTreeSet<PathBuf> =
        remotes.chain(addresses.iter().cloned()).take(MAX_ADDRESSES).filter_map(folder).collect();
    let came_since = |folder: &&PathBuf| {
        folder.metadata().and_then(|found| found.created()).is_ok_and(|created| created > since)
    };
    folders.iter().filter(came_since).flat_map(|folder| made_in(folder)).collect()
}
