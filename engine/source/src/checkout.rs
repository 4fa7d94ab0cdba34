//! What is known of the checkout around a folder before anything is judged: where it begins, what git ignores in it,
//! where it is pushed to.

use std::path::{Path, PathBuf};

use git2::{Repository, StatusOptions};

use crate::git::{self, OpenError};

/// A checkout with a working tree.
pub struct Checkout {
    repository: Repository,
    top: PathBuf,
}

impl Checkout {
    /// The checkout around a folder; `None` outside a repository.
    ///
    /// # Errors
    /// Where the folder is not there, and where git cannot open the repository or it has no working tree.
    pub fn around(folder: &Path) -> Result<Option<Checkout>, OpenError> {
        let real = folder.canonicalize().map_err(|_| OpenError::NoRoot(folder.to_owned()))?;
        let Some(top) = real.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok()) else {
            let bare = Repository::open_bare(&real).is_ok();
            return if bare { Err(OpenError::NoWorkingTree(real)) } else { Ok(None) };
        };
        let repository = git::repository(top)?;
        let work = repository.workdir().and_then(|work| work.canonicalize().ok());
        let top = work.ok_or_else(|| OpenError::NoWorkingTree(real.clone()))?;
        if !real.starts_with(&top) || real.starts_with(repository.path()) {
            return Err(OpenError::NoWorkingTree(real));
        }
        Ok(Some(Checkout { repository, top }))
    }

    /// The top folder of the working tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The folder that every worktree shares, usually `.git`.
    pub fn common(&self) -> &Path {
        self.repository.commondir()
    }

    /// Whether git would leave out a path below the top folder, there or not. What git knows is not left out.
    pub fn ignores(&self, path: &str) -> bool {
        let known = self.repository.index().is_ok_and(|index| index.get_path(Path::new(path), 0).is_some());
        !known && self.repository.is_path_ignored(path).unwrap_or(false)
    }

    /// Whether there is a commit to compare with.
    pub fn has_commit(&self) -> bool {
        self.repository.head().is_ok_and(|head| head.peel_to_commit().is_ok())
    }

    /// Whether a path below the top folder is as the last commit has it: no entry of it, or below it, differs.
    pub fn is_dirty(&self) -> bool {
        let mut options = StatusOptions::new();
        options.include_untracked(true).exclude_submodules(true);
        let statuses = self.repository.statuses(Some(&mut options));
        statuses.is_ok_and(|statuses| !statuses.is_empty())
    }

    /// The addresses of the remotes, in the order of their names.
    pub fn remotes(&self) -> Vec<String> {
        let Ok(names) = self.repository.remotes() else { return Vec::new() };
        let mut names: Vec<&str> = names.iter().flatten().flatten().collect();
        names.sort_unstable();
        let url = |name: &&str| self.repository.find_remote(name).ok()?.url().ok().map(str::to_owned);
        names.iter().filter_map(url).collect()
    }

    /// The default branch: the remote's, else `main` or `master`, whichever there is.
    pub fn default_branch(&self) -> Option<String> {
        let remote = self.repository.find_reference("refs/remotes/origin/HEAD").ok();
        let target = remote.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
        let named = target.and_then(|target| Some(target.strip_prefix("refs/remotes/origin/")?.to_owned()));
        let local = |name: &&str| self.repository.find_branch(name, git2::BranchType::Local).is_ok();
        named.or_else(|| ["main", "master"].iter().find(|name| local(name)).map(|name| (*name).to_owned()))
    }

    /// A value of git's configuration, for instance `core.hooksPath`.
    pub fn config(&self, key: &str) -> Option<String> {
        self.repository.config().ok()?.get_string(key).ok()
    }
}
