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
