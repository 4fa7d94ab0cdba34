//! Base and head through git: which commit is the base, and what the working tree holds.

mod apart;
mod base;
mod behind;
mod churn;
mod clones;
mod diff;
mod error;
mod folder;
mod index_names;
mod itself;
mod landed;
mod listing;
mod memory;
mod moved;
mod moves;
mod origin;
mod others;
mod own;
mod remembered;
mod said;
mod staged;
mod standing;
mod taken;
mod undone;
mod worktree;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ErrorCode, Oid, Repository};

use crate::awaited;
use crate::change::{Change, FileChange, Said, Wider};
use crate::tree::{Blobs, Pool, Tree, Unread};

pub use base::{BaseRequest, NO_DEFAULT_BRANCH, Surroundings};
pub use churn::{Churn, churn};
pub use error::OpenError;
pub use landed::{Landing, Range};
pub use moved::{Head, Moved, open_gone, open_moved};
pub use origin::{Origin, origin};
pub use others::resting_on;
pub use own::{Tips, own_paths};
pub use remembered::remembered_base;
pub use staged::open_staged;
pub use standing::standing;
pub use undone::undone;
pub use written::{Person, Role, Written, written};

use listing::{Listing, list, list_beside};

/// Opens the change below `root`: head is the working tree as it is, with what is staged, unstaged and untracked.
///
/// Nothing of the repository is executed. Nothing is written to it either, except that git's store refreshes the date
/// of an object that it already has. Of the user's git configuration only that counts which decides what git would
/// commit: ignored files, line ends, `safe.directory`.
pub fn open(root: &Path, request: &BaseRequest, surroundings: &Surroundings) -> Result<Change, OpenError> {
    open_among(root, request, surroundings, None)
}

/// The same where it is known that no other files than these, by their paths from the repository's folder, differ from
/// the index: nobody looks for others, which in a large checkout takes longer than all the rest.
pub fn open_among(
    root: &Path,
    request: &BaseRequest,
    surroundings: &Surroundings,
    among: Option<&BTreeSet<String>>,
) -> Result<Change, OpenError> {
    let given = root;
    let root = real_folder(given)?;
    let Some(found) = Found::around(&root)? else {
        return folder::open(&root, request, surroundings);
    };
    found.refuse_links(given)?;
    match found.open(request, surroundings, among, &BTreeMap::new())? {
        Some(change) => Ok(change),
        // A folder that the repository around it ignores, for instance a copy below `target/`.
        None => folder::open(&root, request, surroundings),
    }
}

/// Where the working tree differs from git's index now, as [`Change::unstaged`] has it of the time when it was opened.
pub fn unstaged(root: &Path) -> Result<BTreeSet<String>, OpenError> {
    let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(BTreeSet::new()) };
    worktree::unstaged(&found.repository, &found.folder).map_err(OpenError::git("read the working tree"))
}

/// Opens the change between two commits: head is the commit that `head_revision` names, wherever the working tree
/// stands. By default the base is chosen as [`open`] does it for a clean working tree.
pub fn open_range(root: &Path, request: &BaseRequest, head_revision: &str) -> Result<Change, OpenError> {
    let found = Found::around(&real_folder(root)?)?.ok_or_else(|| OpenError::NoRevision {
        revision: head_revision.to_owned(),
        reason: "there is no repository".to_owned(),
    })?;
    found.refuse_links(root)?;
    found.open_commit(request, head_revision, &BTreeMap::new())
}

/// From now on, objects of repositories are taken for what they are called, as git itself takes them, and neither hashed
/// again nor looked for before somebody reads them: for whoever is waited for, and gives no verdict that counts.
pub fn trust_objects() {
    git2::opts::strict_hash_verification(false);
    git2::opts::strict_object_creation(false);
}

/// The repository of a checkout, by the folder that has `.git` in it, unless git would wait for it without end.
pub(crate) fn repository(top: &Path) -> Result<Repository, OpenError> {
    if let Some(file) = awaited::at_opening(top) {
        return Err(OpenError::Awaited(file));
    }
    Repository::open(top).map_err(|error| match error.code() {
        ErrorCode::Owner => OpenError::Owner { path: top.display().to_string() },
        _ => OpenError::git("open the repository")(error),
    })
}

fn real_folder(root: &Path) -> Result<PathBuf, OpenError> {
    match root.canonicalize() {
        Ok(real) if real.is_dir() => Ok(real),
        _ => Err(OpenError::NoRoot(root.to_owned())),
    }
}

/// Refuses a history that is not the one that was committed: libgit2 follows `info/grafts`, and what is judged depends
/// on which commit is the base, and on what it came from.
fn refuse_grafts(repository: &Repository) -> Result<(), OpenError> {
    let mut files =
        [repository.path(), repository.commondir()].map(|git| git.join("info/grafts")).into_iter();
    let has_some = |file: &PathBuf| file.metadata().is_ok_and(|grafts| grafts.len() > 0);
    files.find(has_some).map_or(Ok(()), |file| Err(OpenError::Grafts(file)))
}

/// The repository around a root.
struct Found {
    repository: Repository,
    folder: PathBuf,
    /// The root's path from `folder`, with `/`; empty where they are the same.
    prefix: String,
}

/// Both sides of a change from the repository's root.
struct Sides<'a> {
    base: Option<(Oid, Listing)>,
    head: (Oid, Listing),
    /// Where head lies on the disk, and what a sparse checkout left out of it. `None`: head is a commit.
    disk: Option<(&'a Path, &'a BTreeSet<String>)>,
}

impl Found {
    /// Looks for `.git` only: files that the judged tree brings could make up a bare repository of their own, with
    /// a history to its liking.
    fn around(root: &Path) -> Result<Option<Found>, OpenError> {
        let Some(folder) = root.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())
        else {
            let bare = Repository::open_bare(root).is_ok();
            return if bare { Err(OpenError::NoWorkingTree(root.to_owned())) } else { Ok(None) };
        };
        let repository = repository(folder)?;
        refuse_grafts(&repository)?;
        let no_working_tree = || OpenError::NoWorkingTree(root.to_owned());
        let folder = repository.workdir().ok_or_else(no_working_tree)?;
        let folder = folder.canonicalize().map_err(|_| no_working_tree())?;
        let prefix = root.strip_prefix(&folder).map_err(|_| no_working_tree())?;
        if prefix.starts_with(".git") {
            return Err(no_working_tree());
        }
        let parts: Option<Vec<&str>> = prefix.iter().map(|part| part.to_str()).collect();
        let prefix = parts.ok_or_else(|| OpenError::Folder {
            path: root.to_owned(),
            reason: "its path is not valid UTF-8".to_owned(),
        })?;
        Ok(Some(Found { prefix: prefix.join("/"), repository, folder }))
    }

    /// The change whose head is the working tree. `None` where neither side has anything below the root and git ignores it.
    fn open(
        &self,
        request: &BaseRequest,
        surroundings: &Surroundings,
        among: Option<&BTreeSet<String>>,
        moved: &BTreeMap<String, String>,
    ) -> Result<Option<Change>, OpenError> {
        let repository = &self.repository;
        let commit = match repository.head() {
            Ok(head) => Some(head.peel_to_commit().map_err(OpenError::git("read HEAD"))?),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch) => None,
            Err(error) => return Err(OpenError::git("read HEAD")(error)),
        };
        let worktree = worktree::read(repository, &self.folder, among)?;
        let dirty = commit.as_ref().is_none_or(|commit| commit.tree_id() != worktree.tree);
        let base = base::choose(repository, request, surroundings, commit.as_ref(), dirty)?;

        let mut head = worktree.listing;
        let base_tree = base.commit.as_ref().map(|commit| moved::tree(repository, commit, moved, &head));
        let base_tree = base_tree.transpose()?;
        let beside = Some((worktree.tree, &head));
        let base_listing = base_tree.map(|tree| list_beside(repository, tree, beside)).transpose()?;
        head.unread.extend(worktree.unread);
        let is_known = head.has_files_below(&self.prefix)
            || base_listing.as_ref().is_some_and(|base| base.has_files_below(&self.prefix));
        if !is_known && !self.prefix.is_empty() && repository.is_path_ignored(&self.prefix).unwrap_or(false) {
            return Ok(None);
        }
        let sides = Sides {
            base: base_tree.zip(base_listing),
            head: (worktree.tree, head),
            disk: Some((&self.folder, &worktree.absent)),
        };
        let suffix = if dirty { "-dirty" } else { "" };
        let head_commit = commit.as_ref().map(|commit| format!("{}{suffix}", commit.id()));
        let said = said::said(repository, base.commit.as_ref(), commit.as_ref());
        let change = self.change(&sides, base.info(), head_commit, said)?;
        Ok(Some(Change { unstaged: worktree.unstaged, ..change }))
    }

    /// The change whose head is a commit.
    fn open_commit(
        &self,
        request: &BaseRequest,
        revision: &str,
        moved: &BTreeMap<String, String>,
    ) -> Result<Change, OpenError> {
        let repository = &self.repository;
        let commit = base::commit(repository, revision)?;
        let base = base::choose(repository, request, &Surroundings::default(), Some(&commit), false)?;
        let head = list(repository, commit.tree_id())?;
        let base_tree = base.commit.as_ref().map(|commit| moved::tree(repository, commit, moved, &head));
        let base_tree = base_tree.transpose()?;
        let sides = Sides {
            base: base_tree.map(|tree| Ok((tree, list(repository, tree)?))).transpose()?,
            head: (commit.tree_id(), head),
            disk: None,
        };
        let said = said::said(repository, base.commit.as_ref(), Some(&commit));
        self.change(&sides, base.info(), Some(commit.id().to_string()), said)
    }

    /// Refuses a root that is reached through a link inside the repository: head could point it at another folder,
    /// with another policy.
    fn refuse_links(&self, given: &Path) -> Result<(), OpenError> {
        let Ok(given) = std::path::absolute(given) else { return Ok(()) };
        let inside = given
            .ancestors()
            .take_while(|folder| folder.canonicalize().is_ok_and(|folder| folder != self.folder))
            .find(|folder| folder.is_symlink());
        let below =
            given.ancestors().any(|folder| folder.canonicalize().is_ok_and(|real| real == self.folder));
        match inside {
            Some(link) if below => Err(OpenError::RootBehindLink(link.to_owned())),
            _ => Ok(()),
        }
    }

    fn change(
        &self,
        sides: &Sides<'_>,
        base_info: findings::BaseInfo,
        head_commit: Option<String>,
        said: Result<Said, String>,
    ) -> Result<Change, OpenError> {
        // A handle of its own, which knows nothing of the working tree that is held in memory.
        let handle =
            Repository::open(self.repository.path()).map_err(OpenError::git("open the repository"))?;
        let pool = Arc::new(Pool::new(handle));
        let (base, head, files) = self.side_by_side(sides, &pool, &self.prefix)?;
        let repository = if self.prefix.is_empty() {
            None
        } else {
            let (base, head, files) = self.side_by_side(sides, &pool, "")?;
            Some(Wider { base, head, files, prefix: self.prefix.clone() })
        };
        let unstaged = BTreeSet::new();
        Ok(Change { base, head, base_info, head_commit, files, unstaged, repository, said })
    }

    fn side_by_side(
        &self,
        sides: &Sides<'_>,
        pool: &Arc<Pool>,
        prefix: &str,
    ) -> Result<(Option<Tree>, Tree, Vec<FileChange>), OpenError> {
        let from_git = |listing: Listing| {
            let blobs = Blobs { repository: Arc::clone(pool), files: listing.files };
            Tree::from_blobs(blobs, listing.unread)
        };
        let base = sides.base.as_ref().map(|(_, listing)| listing.below(prefix));
        let head = sides.head.1.below(prefix);
        let base_folder = sides.base.as_ref().map(|(tree, _)| self.folder_of(*tree, prefix)).transpose()?;
        let head_folder = self.folder_of(sides.head.0, prefix)?;
        let compared = OpenError::git("compare base and head");
        let mut files =
            diff::diff(&self.repository, base_folder.flatten(), head_folder).map_err(&compared)?;
        if let Some(base) = &base {
            behind::add(&self.repository, base, &head, &mut files).map_err(&compared)?;
        }
        let base = base.map(from_git);
        let head = match sides.disk {
            None => from_git(head),
            Some((folder, absent)) => {
                let absent =
                    absent.iter().filter_map(|path| Some((path.clone(), *sides.head.1.files.get(path)?)));
                let absent = Listing { files: absent.collect(), unread: Unread::default() }.below(prefix);
                let absent = Blobs { repository: Arc::clone(pool), files: absent.files };
                let paths = head.files.into_keys().collect();
                Tree::on_disk(folder.join(prefix), paths, absent, head.unread)
            }
        };
        Ok((base, head, files))
    }

    /// The tree of a folder, if it is there.
    fn folder_of(&self, tree: Oid, prefix: &str) -> Result<Option<Oid>, OpenError> {
        if prefix.is_empty() {
            return Ok(Some(tree));
        }
        let found = self.repository.find_tree(tree).and_then(|tree| tree.get_path(Path::new(prefix)));
        match found {
            Ok(entry) => Ok((entry.kind() == Some(git2::ObjectType::Tree)).then(|| entry.id())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(OpenError::git("read a folder of the repository")(error)),
        }
    }
}
