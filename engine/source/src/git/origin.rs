//! What a change starts from, found without reading the working tree: for whoever needs one file of the base at once.

use std::path::{Path, PathBuf};

use git2::{DiffOptions, ErrorCode, Oid, Repository};

use super::{Found, OpenError, base, index_names, real_folder};

/// Where a change starts.
pub struct Origin {
    repository: Repository,
    folder: PathBuf,
    prefix: String,
    commit: Option<Oid>,
    tree: Option<Oid>,
}

/// The origin of the change that a folder is part of: where HEAD left the default branch, else HEAD itself. It differs
/// from the base of [`open`](super::open) only on a clean default branch, where that is the commit before. `None`
/// outside a repository.
///
/// # Errors
/// The repository cannot be read, or its history is not the one that was committed.
pub fn origin(start: &Path) -> Result<Option<Origin>, OpenError> {
    let Some(Found { repository, folder, prefix }) = Found::around(&real_folder(start)?)? else {
        return Ok(None);
    };
    let (commit, tree) = {
        let head = match repository.head() {
            Ok(head) => Some(head.peel_to_commit().map_err(OpenError::git("read HEAD"))?),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch) => None,
            Err(error) => return Err(OpenError::git("read HEAD")(error)),
        };
        let commit = head.as_ref().map(|head| base::origin(&repository, head)).transpose()?;
        (commit.as_ref().map(git2::Commit::id), commit.as_ref().map(git2::Commit::tree_id))
    };
    Ok(Some(Origin { repository, folder, prefix, commit, tree }))
}

impl Origin {
    /// The top of the working tree.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of the folder that was asked for from there, with `/`; empty at the top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folder that every worktree of the repository shares.
    pub fn shared(&self) -> &Path {
        self.repository.commondir()
    }

    /// The commit's id; `None` without commits.
    pub fn commit(&self) -> Option<String> {
        self.commit.map(|commit| commit.to_string())
    }

    /// The id that git gives a file or a folder there, by its path from the repository's root.
    pub fn id(&self, path: &str) -> Option<String> {
        let tree = self.repository.find_tree(self.tree?).ok()?;
        tree.get_path(Path::new(path)).ok().map(|entry| entry.id().to_string())
    }

    /// The first path below one of these at which the working tree differs from it, staged and untracked files included.
    pub fn edited<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Option<String> {
        let tree = self.repository.find_tree(self.tree?).ok()?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).disable_pathspec_match(true).ignore_submodules(true);
        for path in paths {
            options.pathspec(path);
        }
        let diff = self.repository.diff_tree_to_workdir_with_index(Some(&tree), Some(&mut options)).ok()?;
        let edited = diff.deltas().next()?;
        let path = edited.new_file().path().or_else(|| edited.old_file().path())?;
        Some(path.to_string_lossy().into_owned())
    }

    /// Where git's index has files of this name, by their paths from the top. Nobody walks the disk for it.
    pub fn staged(&self, name: &str) -> Vec<String> {
        if let Some(found) = index_names::named(&self.repository.path().join("index"), name) {
            return found;
        }
        let Ok(index) = self.repository.index() else { return Vec::new() };
        let is_named = |path: &[u8]| {
            path.strip_suffix(name.as_bytes())
                .is_some_and(|folder| folder.is_empty() || folder.ends_with(b"/"))
        };
        let found = index.iter().filter(|entry| is_named(&entry.path));
        found.filter_map(|entry| String::from_utf8(entry.path).ok()).collect()
    }

    /// The text of a file there.
    pub fn text(&self, path: &str) -> Option<String> {
        let tree = self.repository.find_tree(self.tree?).ok()?;
        let entry = tree.get_path(Path::new(path)).ok()?;
        let blob = self.repository.find_blob(entry.id()).ok()?;
        std::str::from_utf8(blob.content()).ok().map(str::to_owned)
    }
}
