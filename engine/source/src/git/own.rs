//! What of a change was written since a moment, and what others had committed before or was fetched since: a branch that
//! is checked out brings the commits of others along.
//!
//! No date is asked, since whoever commits chooses it. A commit that a reference led to at that moment was there before,
//! by its contents and its whole history. Any other counts as written here, unless it was fetched and no log knows it as
//! made here. What was taken out of such a commit is told in [`taken`](super::taken).

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use git2::{Commit, DiffOptions, FileMode, ObjectType, Oid, Repository, Sort, Tree};

use crate::change::{Change, Mode};

use super::base::default_tip;
use super::memory::BEFORE_ALL_OTHERS;
use super::moves::{Moves, log_of_head, stood_on};
use super::taken::{self, Taken, is_of_stash};
use super::written::{differing, is_as_in, paths_of};
use super::{Found, OpenError, real_folder};

/// The most references that are remembered.
const MAX_TIPS: usize = 20_000;

/// The most commits that are looked at.
const MAX_COMMITS: usize = 1_000;

/// The most commits that HEAD stood on that are compared with.
const MAX_STOOD_ON: usize = 20;

/// The most merges that are done over to see whether somebody laid a hand on them.
const MAX_MERGES: usize = 16;

/// What all references of a repository led to at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tips {
    /// The git folder of the working tree, and how long the log of its HEAD was.
    log: Option<(PathBuf, u64)>,
    head: Option<Oid>,
    /// Where the default branch stood, by the reference's name.
    pub(super) base: Option<(String, Oid)>,
    all: BTreeSet<Oid>,
    /// The stashes that there were.
    stashed: BTreeSet<Oid>,
    /// Which moment that was, as time since 1970.
    when: Option<Duration>,
}

impl Tips {
    /// What the references lead to now; nothing outside a repository.
    ///
    /// # Errors
    /// The repository cannot be read, or has too many references.
    pub fn now(start: &Path) -> Result<Tips, OpenError> {
        let Some(Found { repository, .. }) = Found::around(&real_folder(start)?)? else {
            return Ok(Tips::default());
        };
        let read = || -> Result<Tips, git2::Error> {
            let head = repository.head().ok().and_then(|head| head.target());
            let mut all: BTreeSet<Oid> = head.into_iter().collect();
            for reference in repository.references()? {
                all.extend(reference?.target());
                if all.len() > MAX_TIPS {
                    return Err(git2::Error::from_str("there are too many references"));
                }
            }
            let length = log_of_head(&repository).metadata().map_or(0, |log| log.len());
            let log = Some((repository.path().to_owned(), length));
            let stashed = taken::stashes(&repository);
            let when = SystemTime::now().duration_since(UNIX_EPOCH).ok();
            Ok(Tips { log, head, base: default_tip(&repository), all, stashed, when })
        };
        read().map_err(OpenError::git("read the references"))
    }

    /// The same with the default branch where it stood at an earlier moment, if that is known.
    #[must_use]
    pub fn with_base_of(self, earlier: Tips) -> Tips {
        Tips { base: earlier.base.or(self.base), ..self }
    }

    /// The length of HEAD's log with the git folder in a line, HEAD's commit in the next, then where the default branch
    /// stood, and one id in each other, of stashes behind a word; last the moment. What is not known is an empty line.
    pub fn to_text(&self) -> String {
        let log =
            self.log.as_ref().and_then(|(folder, length)| Some(format!("{length} {}", folder.to_str()?)));
        let head = self.head.map(|head| head.to_string()).unwrap_or_default();
        let base = self.base.as_ref().map(|(name, id)| format!("base {id} {name}")).unwrap_or_default();
        let ids = self.all.iter().map(|id| format!("{id}\n")).collect::<String>();
        let stashed = self.stashed.iter().map(|id| format!("stash {id}\n")).collect::<String>();
        let when = self.when.map(|when| format!("when {}\n", when.as_nanos())).unwrap_or_default();
        let log = log.filter(|log| !log.contains('\n')).unwrap_or_default();
        format!("{log}\n{head}\n{base}\n{ids}{stashed}{when}")
    }

    /// Reads what [`Tips::to_text`] writes; what cannot be read is passed over.
    pub fn parse(text: &str) -> Tips {
        let mut lines = text.lines();
        let log = lines.next().and_then(|line| line.split_once(' '));
        let log = log.and_then(|(length, folder)| Some((PathBuf::from(folder), length.parse().ok()?)));
        let head = lines.next().and_then(|line| Oid::from_str(line).ok());
        let base = lines.clone().find_map(|line| line.strip_prefix("base ")?.split_once(' '));
        let base = base.and_then(|(id, name)| Some((name.to_owned(), Oid::from_str(id).ok()?)));
        let stashed = lines.clone().filter_map(|line| Oid::from_str(line.strip_prefix("stash ")?).ok());
        let when = lines.clone().find_map(|line| line.strip_prefix("when ")?.parse().ok());
        Tips {
            log,
            head,
            base,
            stashed: stashed.collect(),
            when: when.map(Duration::from_nanos),
            all: lines.filter_map(|line| Oid::from_str(line).ok()).collect(),
        }
    }

    /// How much of the log of a working tree's HEAD was there already; nothing, of one that came later.
    fn logged(&self, repository: &Repository) -> u64 {
        self.log.as_ref().filter(|(folder, _)| folder == repository.path()).map_or(0, |(_, length)| *length)
    }
}

/// The paths of a change, from the repository's root, that were written since: by a commit that was made here, or in the
/// working tree. Not among them is what stands as a commit of others has it that HEAD stood on since.
///
/// A commit of others stays one when it is put on another base without a change, and so does a merge of such commits
/// that git does by itself. `None` outside a repository.
///
/// # Errors
/// The history cannot be read, or there is too much of it.
pub fn own_paths(root: &Path, change: &Change, since: &Tips) -> Result<Option<BTreeSet<String>>, OpenError> {
    Since::asked(root, change, since, |since, head, stood_on| since.paths(change, head, stood_on))
}

fn commit_of(repository: &Repository, id: Oid) -> Option<Oid> {
    let object = repository.find_object(id, None).ok()?;
    object.peel(ObjectType::Commit).ok().map(|commit| commit.id())
}

/// The history of a change since a moment.
pub(super) struct Since<'r> {
    pub(super) repository: &'r Repository,
    /// What was there before, and the base.
    before: Vec<Oid>,
    moves: Moves,
    stashed: &'r BTreeSet<Oid>,
    pub(super) base: Option<Oid>,
}

impl Since<'_> {
    /// Asks about the commits behind HEAD, given those on which it stood since. `None` outside a repository.
    pub(super) fn asked<T>(
        root: &Path,
        change: &Change,
        since: &Tips,
        ask: impl FnOnce(&Since<'_>, &Commit<'_>, Vec<Oid>) -> Result<T, git2::Error>,
    ) -> Result<Option<T>, OpenError> {
        let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(None) };
        let Some(head) = &change.head_commit else { return Ok(None) };
        let look = || {
            let repository = &found.repository;
            // What comes of a merge that is done over is not kept.
            repository.odb()?.add_new_mempack_backend(BEFORE_ALL_OTHERS)?;
            let head = repository.find_commit(Oid::from_str(head.split('-').next().unwrap_or(head))?)?;
            let base = change.base_info.commit.as_deref().map(Oid::from_str).transpose()?;
            let tips = since.all.iter().chain(&since.head);
            let before = tips.filter_map(|id| commit_of(repository, *id)).chain(base).collect();
            let began = since.when.and_then(|when| UNIX_EPOCH.checked_add(when));
            let moves = Moves::of(repository, began);
            let stood_on = stood_on(repository, since.logged(repository), MAX_STOOD_ON);
            let stood_on = stood_on.into_iter().chain(since.head).collect();
            ask(&Since { repository, before, moves, stashed: &since.stashed, base }, &head, stood_on)
        };
        look().map(Some).map_err(OpenError::git("read who wrote the change"))
    }

    fn paths(
        &self,
        change: &Change,
        head: &Commit<'_>,
        stood_on: Vec<Oid>,
    ) -> Result<BTreeSet<String>, git2::Error> {
        let others = self.of_others(stood_on)?;
        let (tips, whole) = self.tips_of_others()?;
        let mut own = self.made_since(&[head.id()])?;
        if !own.is_empty() {
            let mut patches = self.patches_of_others(&others, head.id(), &|_| true)?;
            // A commit that is picked keeps its author, and few others are looked into.
            let authors: HashSet<_> = own.iter().filter_map(|id| self.author(*id)).collect();
            let is_picked = |id| self.author(id).is_some_and(|author| authors.contains(&author));
            patches.extend(self.patches_of_others(&tips, head.id(), &is_picked).unwrap_or_default());
            let mut kept = Vec::new();
            for id in own {
                let patch = patch_of(self.repository, id)?;
                if patch.is_none_or(|patch| !patches.contains(&patch)) {
                    kept.push(id);
                }
            }
            own = kept;
        }
        let mut paths: BTreeSet<String> = differing(change, &head.tree()?).into_iter().collect();
        let mut merges = 0;
        for id in own {
            let commit = self.repository.find_commit(id)?;
            merges += usize::from(commit.parent_count() > 1);
            let touched = paths_of(self.repository, &commit)?;
            let mut touched: Vec<String> =
                touched.into_iter().flat_map(|(old, new)| BTreeSet::from([old, new])).collect();
            if commit.parent_count() == 2 && merges <= MAX_MERGES && !touched.is_empty() {
                by_hand(self.repository, &commit, &mut touched)?;
            }
            paths.extend(touched);
        }
        self.drop_unchanged(change, &others, &mut paths)?;
        if !paths.is_empty() {
            let taken = self.taken(&others, &tips, &whole)?;
            paths.retain(|path| !taken.has(change, path));
        }
        paths.extend(self.turned(change, others.iter().chain(&tips))?);
        Ok(paths)
    }

    /// Those of some commits that were not made here since.
    pub(super) fn of_others(&self, commits: Vec<Oid>) -> Result<Vec<Oid>, git2::Error> {
        let mut others = Vec::new();
        for id in commits {
            let Some(id) = commit_of(self.repository, id) else { continue };
            if self.made_since(&[id])?.first() != Some(&id) {
                others.push(id);
            }
        }
        Ok(others)
    }

    /// Files that can be run where those of others cannot, or the other way round, whatever stands in them.
    fn turned<'o>(
        &self,
        change: &Change,
        others: impl Iterator<Item = &'o Oid>,
    ) -> Result<Vec<String>, git2::Error> {
        let files = change.repository.as_ref().map_or(&change.files, |wider| &wider.files);
        let mut turned: Vec<(&str, Mode)> =
            files.iter().filter_map(|file| Some((&*file.path, file.modes?.1))).collect();
        turned.retain(|(_, mode)| matches!(mode, Mode::Plain | Mode::Executable));
        if turned.is_empty() {
            return Ok(Vec::new());
        }
        for id in others {
            let tree = self.repository.find_commit(*id)?.tree()?;
            let can_be_run = |path: &str| {
                let entry = tree.get_path(Path::new(path)).ok()?;
                Some(entry.filemode() == i32::from(FileMode::BlobExecutable))
            };
            turned.retain(|(path, mode)| can_be_run(path) != Some(*mode == Mode::Executable));
        }
        Ok(turned.into_iter().map(|(path, _)| path.to_owned()).collect())
    }

    /// What others did that may stand here.
    fn taken(&self, others: &[Oid], tips: &[Oid], whole: &[Oid]) -> Result<Taken<'_>, git2::Error> {
        let made: HashSet<Oid> = self.made_since(tips)?.into_iter().collect();
        let mut commits = taken::commits(self.repository, tips, self.base)?;
        commits.retain(|id| !made.contains(id));
        Taken::over(self.repository, self.base, others)?
            .and_stashes(self.stashed)?
            .and_branches(whole, self.base)?
            .and_commits(&commits)
    }

    /// What was fetched, but for what was made here since; and what of that has nothing behind it that was.
    fn tips_of_others(&self) -> Result<(Vec<Oid>, Vec<Oid>), git2::Error> {
        let (mut tips, mut whole) = (Vec::new(), Vec::new());
        for id in taken::tips(self.repository, &self.moves.aside)? {
            let made = if self.before.contains(&id) { Ok(Vec::new()) } else { self.made_since(&[id]) };
            let Ok(made) = made else { continue };
            if made.first() != Some(&id) {
                tips.push(id);
            }
            if made.is_empty() {
                whole.push(id);
            }
        }
        Ok((tips, whole))
    }

    /// Who wrote a commit, and when.
    fn author(&self, id: Oid) -> Option<(Vec<u8>, i64)> {
        let commit = self.repository.find_commit(id).ok()?;
        let author = commit.author();
        Some((author.email_bytes().to_vec(), author.when().seconds()))
    }

    /// The commits behind some that were made here since, newest first. The first one is among them if it is one itself.
    pub(super) fn made_since(&self, tips: &[Oid]) -> Result<Vec<Oid>, git2::Error> {
        let new = self.behind(tips)?;
        if new.is_empty() {
            return Ok(new);
        }
        let known = |id: &&Oid| self.repository.find_commit(**id).is_ok();
        let fetched: Vec<Oid> = self.moves.fetched.iter().filter(known).copied().collect();
        let fetched: HashSet<Oid> = self.behind(&fetched)?.into_iter().collect();
        let is_made = |id: &Oid| {
            !fetched.contains(id) || self.moves.made.contains(id) || is_of_stash(self.repository, *id)
        };
        Ok(new.into_iter().filter(is_made).collect())
    }

    fn behind(&self, tips: &[Oid]) -> Result<Vec<Oid>, git2::Error> {
        let mut walk = self.repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        for tip in tips {
            walk.push(*tip)?;
        }
        for before in &self.before {
            walk.hide(*before)?;
        }
        let found: Vec<Oid> = walk.take(MAX_COMMITS + 1).collect::<Result<_, _>>()?;
        match found.len() > MAX_COMMITS {
            true => Err(git2::Error::from_str("there are too many commits")),
            false => Ok(found),
        }
    }

    /// The patches of the commits of others that are asked about and that HEAD does not have: of those that it stood on and
    /// left behind, as a rebase does, and of those that were picked.
    fn patches_of_others(
        &self,
        others: &[Oid],
        head: Oid,
        is_asked: &dyn Fn(Oid) -> bool,
    ) -> Result<HashSet<Oid>, git2::Error> {
        let mut walk = self.repository.revwalk()?;
        for other in others {
            walk.push(*other)?;
        }
        walk.hide(head)?;
        let own: HashSet<Oid> = self.made_since(others)?.into_iter().collect();
        let mut patches = HashSet::new();
        for id in walk.take(MAX_COMMITS) {
            let id = id?;
            if !own.contains(&id) && is_asked(id) {
                patches.extend(patch_of(self.repository, id)?);
            }
        }
        Ok(patches)
    }

    /// Takes out what stands as a commit of others has it.
    fn drop_unchanged(
        &self,
        change: &Change,
        others: &[Oid],
        paths: &mut BTreeSet<String>,
    ) -> Result<(), git2::Error> {
        let head = change.repository.as_ref().map_or(&change.head, |wider| &wider.head);
        let mut trees = Vec::new();
        for id in others {
            trees.push(self.repository.find_commit(*id)?.tree()?);
        }
        paths.retain(|path| !trees.iter().any(|tree| is_as_in(head, tree, path)));
        Ok(())
    }
}

pub(super) fn entry(tree: &Tree<'_>, path: &str) -> Option<Oid> {
    tree.get_path(Path::new(path)).ok().map(|entry| entry.id())
}

/// The lines that a commit takes out and puts in, as one id; none of a merge, or of a commit that changes nothing.
fn patch_of(repository: &Repository, id: Oid) -> Result<Option<Oid>, git2::Error> {
    let commit = repository.find_commit(id)?;
    if commit.parent_count() > 1 {
        return Ok(None);
    }
    let parent = commit.parent(0).ok().map(|parent| parent.tree()).transpose()?;
    let mut options = DiffOptions::new();
    options.force_text(true).context_lines(0);
    let diff = repository.diff_tree_to_tree(parent.as_ref(), Some(&commit.tree()?), Some(&mut options))?;
    if diff.deltas().len() == 0 { Ok(None) } else { diff.patchid(None).map(Some) }
}

/// Leaves the paths that a merge has otherwise than git does it by itself.
fn by_hand(repository: &Repository, merge: &Commit<'_>, paths: &mut Vec<String>) -> Result<(), git2::Error> {
    let automatic = repository.merge_commits(&merge.parent(0)?, &merge.parent(1)?, None)?;
    let tree = merge.tree()?;
    paths.retain(|path| automatic.get_path(Path::new(path), 0).map(|entry| entry.id) != entry(&tree, path));
    Ok(())
}
