//! Where git keeps what it knows of a checkout, found without git.

use std::path::{Path, PathBuf};

use crate::regular::read_regular_text;

/// The folder that every worktree of the repository around a folder shares (usually `.git`), for what must not be
/// committed and must outlive a worktree. `None` outside a repository.
///
/// Nothing is opened but the two files that say where it lies, so that it is found where git itself opens nothing.
pub fn common_git_folder(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    match start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()) {
        Some(top) => shared_by_worktrees(&git_folder(top)?).canonicalize().ok(),
        None => git2::Repository::open_bare(&start).ok().map(|bare| bare.commondir().to_owned()),
    }
}

/// The git folder of a checkout: `.git` there, or what that file leads to (`gitdir: PATH`, as git-worktree and
/// git-submodule write it).
pub(crate) fn git_folder(top: &Path) -> Option<PathBuf> {
    let own = top.join(".git");
    if own.is_dir() {
        return Some(own);
    }
    let text = read_regular_text(&own).ok()?;
    Some(top.join(text.strip_prefix("gitdir:")?.trim()))
}

/// The folder that a git folder shares with those of other worktrees, by its file `commondir`.
pub(crate) fn shared_by_worktrees(own: &Path) -> PathBuf {
    let shared = read_regular_text(&own.join("commondir"));
    shared.map_or_else(|_| own.to_owned(), |shared| own.join(shared.trim()))
}
