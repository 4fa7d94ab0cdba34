//! Files that stand as somebody else's commit changed them, though HEAD never stood on it: what came out of a stash that was
//! there before, and of a branch of a remote by a cherry-pick or a squashed merge.

use std::collections::BTreeSet;

use git2::{Commit, ObjectType, Oid, Repository, Tree};

use super::own::entry;
use crate::change::Change;

/// The most branches of remotes that are compared with: the newest.
const MAX_BRANCHES: usize = 64;

/// What somebody else changed.
pub(super) struct Taken<'r> {
    repository: &'r Repository,
    /// What stashes that were there before changed: what they began with, and what they hold.
    stashed: Vec<(Option<Tree<'r>>, Tree<'r>)>,
    /// What branches of remotes lead to.
    branches: Vec<(Oid, Tree<'r>)>,
    base: Option<Oid>,
}

impl<'r> Taken<'r> {
    /// Of these stashes and branches, for a change from this base.
    pub(super) fn of(
        repository: &'r Repository,
        stashes: &BTreeSet<Oid>,
        branches: &[Oid],
        base: Option<Oid>,
    ) -> Result<Taken<'r>, git2::Error> {
        let mut stashed = Vec::new();
        for stash in stashes.iter().filter_map(|id| repository.find_commit(*id).ok()) {
            stashed.push((Some(stash.parent(0)?.tree()?), stash.tree()?));
            // What git did not know yet is a commit of its own.
            stashed.extend(
                stash.parent(2).ok().map(|untracked| untracked.tree()).transpose()?.map(|it| (None, it)),
            );
        }
        let trees = branches.iter().map(|id| Ok((*id, repository.find_commit(*id)?.tree()?)));
        Ok(Taken { repository, stashed, branches: trees.collect::<Result<_, git2::Error>>()?, base })
    }

    /// Whether one of them changed a file to what it is now. What it only left alone says nothing of who did, and neither does
    /// a file that is gone.
    pub(super) fn has(&self, change: &Change, path: &str) -> bool {
        let head = change.repository.as_ref().map_or(&change.head, |wider| &wider.head);
        let content = head.read(path).ok().and_then(|bytes| Oid::hash_object(ObjectType::Blob, &bytes).ok());
        let is_now = |tree: &Tree<'_>| content.is_some() && entry(tree, path) == content;
        let is_stashed = self
            .stashed
            .iter()
            .any(|(before, after)| is_now(after) && before.as_ref().is_none_or(|before| !is_now(before)));
        is_stashed
            || self
                .branches
                .iter()
                .any(|(id, tree)| is_now(tree) && !self.left(*id).is_none_or(|it| is_now(&it)))
    }

    /// Where a branch left the base.
    fn left(&self, branch: Oid) -> Option<Tree<'r>> {
        let fork = self.repository.merge_base(branch, self.base?).ok()?;
        self.repository.find_commit(fork).ok()?.tree().ok()
    }
}

/// What the branches of remotes lead to, the newest first.
pub(super) fn branches(repository: &Repository) -> Result<Vec<Oid>, git2::Error> {
    let mut commits: Vec<Commit<'_>> = Vec::new();
    for reference in repository.references_glob("refs/remotes/*")? {
        commits.extend(reference?.peel_to_commit());
    }
    commits.sort_by_key(|commit| std::cmp::Reverse(commit.time().seconds()));
    commits.dedup_by_key(|commit| commit.id());
    Ok(commits.iter().take(MAX_BRANCHES).map(Commit::id).collect())
}

/// The stashes that there are.
pub(super) fn stashes(repository: &Repository) -> BTreeSet<Oid> {
    let log = repository.find_reference("refs/stash").and_then(|_| repository.reflog("refs/stash"));
    log.map(|log| log.iter().map(|entry| entry.id_new()).collect()).unwrap_or_default()
}
