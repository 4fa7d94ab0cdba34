//! Files that stand as somebody else's commit changed them, though HEAD never stood on it: what came out of a stash that was
//! there before, and what was picked or squashed out of what was fetched, with a commit or without one.

use std::collections::{BTreeMap, BTreeSet};

use git2::{Commit, DiffOptions, MergeFileInput, ObjectType, Oid, Repository, Sort, Tree, merge_file};

use super::own::entry;
use crate::change::Change;
use crate::tree::{MAX_FILE_BYTES, ReadError};

/// The most tips that are compared with: the newest.
const MAX_TIPS: usize = 64;

/// The most of their commits: the newest.
const MAX_COMMITS: usize = 256;

/// The most files of a deed that are asked whether the deed was done here.
const MAX_ASKED: usize = 256;

/// What somebody did to files: what each was before, and what it was then.
type Deed = BTreeMap<String, (Option<Oid>, Option<Oid>)>;

/// What somebody else changed.
pub(super) struct Taken<'r> {
    repository: &'r Repository,
    deeds: Vec<Deed>,
    /// What nobody here made, and it may have been put on: the base in front.
    under: Vec<Tree<'r>>,
}

impl<'r> Taken<'r> {
    /// Nothing yet, over these commits of others.
    pub(super) fn over(
        repository: &'r Repository,
        base: Option<Oid>,
        others: &[Oid],
    ) -> Result<Taken<'r>, git2::Error> {
        let trees = base.iter().chain(others).map(|id| repository.find_commit(*id)?.tree());
        Ok(Taken { repository, deeds: Vec::new(), under: trees.collect::<Result<_, _>>()? })
    }

    /// And what stashes changed.
    pub(super) fn and_stashes(mut self, stashes: &BTreeSet<Oid>) -> Result<Taken<'r>, git2::Error> {
        for stash in stashes.iter().filter_map(|id| self.repository.find_commit(*id).ok()) {
            self.add(Some(&stash.parent(0)?.tree()?), &stash.tree()?)?;
            // What git did not know yet is a commit of its own.
            if let Ok(untracked) = stash.parent(2) {
                self.add(None, &untracked.tree()?)?;
            }
        }
        Ok(self)
    }

    /// And what commits changed, each by itself; a merge does nothing.
    pub(super) fn and_commits(mut self, commits: &[Oid]) -> Result<Taken<'r>, git2::Error> {
        for id in commits {
            let commit = self.repository.find_commit(*id)?;
            if commit.parent_count() == 1
                && let Ok(parent) = commit.parent(0)
            {
                self.add(Some(&parent.tree()?), &commit.tree()?)?;
            }
        }
        Ok(self)
    }

    /// And what branches changed since they left the base, each as a whole.
    pub(super) fn and_branches(mut self, tips: &[Oid], base: Option<Oid>) -> Result<Taken<'r>, git2::Error> {
        for tip in tips {
            let Some(fork) = base.and_then(|base| self.repository.merge_base(*tip, base).ok()) else {
                continue;
            };
            let (before, after) = (self.repository.find_commit(fork)?, self.repository.find_commit(*tip)?);
            self.add(Some(&before.tree()?), &after.tree()?)?;
        }
        Ok(self)
    }

    fn add(&mut self, before: Option<&Tree<'_>>, after: &Tree<'_>) -> Result<(), git2::Error> {
        let mut options = DiffOptions::new();
        options.skip_binary_check(true);
        let diff = self.repository.diff_tree_to_tree(before, Some(after), Some(&mut options))?;
        let known = |id: Oid| (!id.is_zero()).then_some(id);
        let done = diff.deltas().filter_map(|delta| {
            let path = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes())?;
            let (before, after) = (known(delta.old_file().id()), known(delta.new_file().id()));
            (before != after).then(|| Some((String::from_utf8(path.to_vec()).ok()?, (before, after))))?
        });
        self.deeds.push(done.collect());
        Ok(())
    }

    /// Whether one of them made a file what it is now, or put the same on what others made of it meanwhile. What was only left
    /// alone says nothing of who did it. That a file is gone is somebody else's deed where more of that stands here.
    pub(super) fn has(&self, change: &Change, path: &str) -> bool {
        let done = |deed: &&Deed| deed.get(path).is_some_and(|file| self.stands(change, path, *file));
        let is_there = |deed: &Deed| deed.get(path).is_some_and(|(_, after)| after.is_some());
        self.deeds.iter().filter(done).any(|deed| is_there(deed) || self.is_done(change, deed))
    }

    /// Whether a deed was done here as far as it wrote anything, or all of it where it only took files away.
    fn is_done(&self, change: &Change, deed: &Deed) -> bool {
        let is_new = |path: &str, after| self.under.first().is_none_or(|base| entry(base, path) != after);
        let mut wrote = deed.iter().filter(|(_, (_, after))| after.is_some()).take(MAX_ASKED).peekable();
        match wrote.peek() {
            Some(_) => wrote.any(|(path, file)| is_new(path, file.1) && self.stands(change, path, *file)),
            None => deed.iter().all(|(path, file)| self.stands(change, path, *file)),
        }
    }

    fn stands(&self, change: &Change, path: &str, (before, after): (Option<Oid>, Option<Oid>)) -> bool {
        let head = change.repository.as_ref().map_or(&change.head, |wider| &wider.head);
        let now = match head.read(path) {
            Ok(now) => now,
            Err(ReadError::Missing(_)) => return after.is_none(),
            Err(_) => return false,
        };
        let Some(after) = after else { return false };
        let is_now = Oid::hash_object(ObjectType::Blob, &now).is_ok_and(|now| now == after);
        let merges = || {
            let under: BTreeSet<Oid> = self.under.iter().filter_map(|tree| entry(tree, path)).collect();
            under.into_iter().any(|under| self.merged(before, under, after).is_some_and(|it| *it == *now))
        };
        is_now || merges()
    }

    /// What git makes of a file by itself, if it can, where others changed it meanwhile.
    fn merged(&self, before: Option<Oid>, under: Oid, after: Oid) -> Option<Vec<u8>> {
        let text = |id: Oid| {
            let (size, _) = self.repository.odb().ok()?.read_header(id).ok()?;
            (size as u64 <= MAX_FILE_BYTES).then(|| self.repository.find_blob(id).ok()).flatten()
        };
        let (before, under, after) = (text(before?)?, text(under)?, text(after)?);
        let (mut ancestor, mut ours, mut theirs) =
            (MergeFileInput::new(), MergeFileInput::new(), MergeFileInput::new());
        ancestor.content(before.content());
        ours.content(under.content());
        theirs.content(after.content());
        let merged = merge_file(&ancestor, &ours, &theirs, None).ok()?;
        merged.is_automergeable().then(|| merged.content().to_vec())
    }
}

/// What the branches of remotes lead to and what else was fetched, the newest first.
pub(super) fn tips(repository: &Repository, fetched: &[Oid]) -> Result<Vec<Oid>, git2::Error> {
    let mut commits: Vec<Commit<'_>> = Vec::new();
    for reference in repository.references_glob("refs/remotes/*")? {
        commits.extend(reference?.peel_to_commit());
    }
    commits.extend(fetched.iter().filter_map(|id| repository.find_commit(*id).ok()));
    commits.sort_by_key(|commit| (std::cmp::Reverse(commit.time().seconds()), commit.id()));
    commits.dedup_by_key(|commit| commit.id());
    Ok(commits.iter().take(MAX_TIPS).map(Commit::id).collect())
}

/// The newest commits behind these that the base does not have.
pub(super) fn commits(
    repository: &Repository,
    tips: &[Oid],
    base: Option<Oid>,
) -> Result<Vec<Oid>, git2::Error> {
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME)?;
    for tip in tips {
        walk.push(*tip)?;
    }
    base.map_or(Ok(()), |base| walk.hide(base))?;
    walk.take(MAX_COMMITS).collect()
}

/// The stashes that there are.
pub(super) fn stashes(repository: &Repository) -> BTreeSet<Oid> {
    let log = repository.find_reference("refs/stash").and_then(|_| repository.reflog("refs/stash"));
    log.map(|log| log.iter().map(|entry| entry.id_new()).collect()).unwrap_or_default()
}

/// Whether a commit is one of those that a stash consists of: nobody publishes them.
pub(super) fn is_of_stash(repository: &Repository, id: Oid) -> bool {
    let Ok(commit) = repository.find_commit(id) else { return false };
    let begins = |commit: &Commit<'_>, text: &str| commit.message_bytes().starts_with(text.as_bytes());
    match commit.parent_count() {
        0 => begins(&commit, "untracked files on "),
        1 => begins(&commit, "index on "),
        _ => commit.parent(1).is_ok_and(|index| begins(&index, "index on ")),
    }
}
