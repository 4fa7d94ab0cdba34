//! By which names and addresses a repository fetches from itself: what comes so was there before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::git_folder::common_git_folder;

/// The names of one repository.
#[derive(Default)]
pub(super) struct Itself {
    /// Of remotes.
    remotes: BTreeSet<String>,
    /// Whence paths are read, and the folder that its worktrees share; none where that is not known.
    place: Option<(PathBuf, PathBuf)>,
}

impl Itself {
    pub(super) fn of(repository: &Repository) -> Itself {
        let from = repository.workdir().unwrap_or_else(|| repository.path()).to_owned();
        let shared = repository.commondir().canonicalize().ok();
        let mut itself = Itself { place: shared.map(|shared| (from, shared)), ..Itself::default() };
        let names = repository.remotes().ok();
        let names = names.iter().flatten().flatten().flatten();
        let leads_here = |name: &&str| {
            let remote = repository.find_remote(name).ok();
            remote.is_some_and(|remote| remote.url().is_ok_and(|url| itself.is(url)))
        };
        itself.remotes = names.filter(leads_here).map(str::to_owned).collect();
        itself
    }

    /// Whether a word of a command is one of them.
    pub(super) fn is(&self, word: &str) -> bool {
        word == "." || self.remotes.contains(word) || self.is_here(word).unwrap_or(false)
    }

    /// Whether a log, below the folder of the logs of all remotes, is of a branch of itself.
    pub(super) fn has_log(&self, remotes: &Path, log: &Path) -> bool {
        let below = log.strip_prefix(remotes).unwrap_or(log);
        let name = below.iter().next().and_then(|name| name.to_str());
        name.is_some_and(|name| self.remotes.contains(name))
    }

    fn is_here(&self, address: &str) -> Option<bool> {
        let (from, shared) = self.place.as_ref().filter(|_| !address.is_empty())?;
        let path = from.join(address.strip_prefix("file://").unwrap_or(address)).canonicalize().ok()?;
        let is_top = path.join(".git").symlink_metadata().is_ok();
        Some(if is_top { common_git_folder(&path)? == *shared } else { path == *shared })
    }
}
