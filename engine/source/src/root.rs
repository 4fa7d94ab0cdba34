//! Which folder is the root, where the caller does not say.

use std::path::{Path, PathBuf};

use crate::git::{self, OpenError};
use crate::regular::read_regular_text;

const POLICY: &str = "gatefold.yaml";
const MANIFEST: &str = "Cargo.toml";

/// The root around a folder: the nearest folder upward with a `gatefold.yaml`, else the Cargo workspace's root,
/// else the repository's root, else the folder itself. What lies above the repository is never the root.
pub fn find_root(start: &Path) -> Result<PathBuf, OpenError> {
    let start = match start.canonicalize() {
        Ok(start) if start.is_dir() => start,
        _ => return Err(OpenError::NoRoot(start.to_owned())),
    };
    let repository = start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    let inside =
        || start.ancestors().take_while(|folder| repository.is_none_or(|top| folder.starts_with(top)));
    let root = inside()
        .find(|folder| folder.join(POLICY).is_file())
        .or_else(|| inside().find(|folder| is_workspace(&folder.join(MANIFEST))))
        .or_else(|| inside().find(|folder| folder.join(MANIFEST).is_file()))
        .or(repository)
        .unwrap_or(&start);
    Ok(root.to_owned())
}

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

/// The repository around a folder that git refuses to open because it belongs to another user, as the error that says what
/// mends it.
pub fn owned_by_another(start: &Path) -> Option<OpenError> {
    let error = git::repository(top(start)?).err()?;
    matches!(error, OpenError::Owner { .. }).then_some(error)
}

/// Whether a merge waits to be committed in the working tree around a folder.
pub fn merge_is_open(start: &Path) -> bool {
    let repository = top(start).and_then(|top| git::repository(top).ok());
    repository.is_some_and(|repository| repository.state() == git2::RepositoryState::Merge)
}

/// Whether the commit that is checked out has a file, whatever became of it since.
pub fn is_committed(file: &Path) -> bool {
    let has = || {
        let repository = git::repository(top(file)?).ok()?;
        let folder = repository.workdir()?.canonicalize().ok()?;
        let path = file.parent()?.canonicalize().ok()?.join(file.file_name()?);
        let tree = repository.head().ok()?.peel_to_tree().ok()?;
        tree.get_path(path.strip_prefix(folder).ok()?).ok().map(drop)
    };
    has().is_some()
}

/// The top of the checkout around a path.
fn top(start: &Path) -> Option<&Path> {
    start.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())
}

/// A manifest that cannot be read is no workspace; whoever reads the workspace says what is wrong with it.
fn is_workspace(manifest: &Path) -> bool {
    read_regular_text(manifest)
        .ok()
        .and_then(|text| text.parse::<toml_edit::Document<String>>().ok())
        .is_some_and(|manifest| manifest.contains_key("workspace"))
}
