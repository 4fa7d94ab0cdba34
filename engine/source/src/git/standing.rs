//! What stands in the working tree at a moment, kept as a commit that no reference leads to, as `git stash create` keeps it:
//! whoever knows its id finds it again, until git clears away what nothing leads to (by default after two weeks).

use std::path::Path;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Signature, Tree};

use super::{Found, OpenError, moved, real_folder};
use crate::change::{Change, ChangeKind, FileChange, Mode};

/// The most files that are kept, and the most of their content, in bytes: the first event of a session is waited for.
const MAX_FILES: usize = 400;
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// What is larger is left as the base has it, in bytes: a model or a dump that somebody put there.
const MAX_FILE: u64 = 512 * 1024;

/// The commit that has what the working tree of a change has: HEAD, where nothing differs from it, else one of its own,
/// which is written into the repository. Of links and of large files it has what the base has. `None` where there is no base to tell the rest from, or too much differs from it.
///
/// # Errors
/// The repository cannot be read, or not be written.
pub fn standing(root: &Path, change: &Change) -> Result<Option<String>, OpenError> {
    let (Some(head), Some(base)) = (&change.head_commit, &change.base_info.commit) else { return Ok(None) };
    let Some(head) = head.strip_suffix("-dirty") else { return Ok(Some(head.clone())) };
    let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(None) };
    let files = change.repository.as_ref().map_or(&change.files, |wider| &wider.files);
    if files.len() > MAX_FILES {
        return Ok(None);
    }
    keep(&found, files, base, head).map_err(OpenError::git("keep what stands in the working tree"))
}

fn keep(found: &Found, files: &[FileChange], base: &str, head: &str) -> Result<Option<String>, git2::Error> {
    let repository = &found.repository;
    let tree = repository.find_commit(Oid::from_str(base)?)?.tree()?;
    let mut update = TreeUpdateBuilder::new();
    let mut bytes = 0;
    for file in files {
        let gone = file.from.as_ref().or((file.kind == ChangeKind::Removed).then_some(&file.path));
        if let Some(gone) = gone.filter(|gone| found.folder.join(gone).symlink_metadata().is_err()) {
            update.remove(gone);
        }
        let Ok(metadata) = found.folder.join(&file.path).symlink_metadata() else { continue };
        if !metadata.is_file() || metadata.len() > MAX_FILE {
            continue;
        }
        bytes += metadata.len();
        if bytes > MAX_BYTES {
            return Ok(None);
        }
        let blob = repository.blob_path(&found.folder.join(&file.path))?;
        update.upsert(&file.path, blob, mode_of(&tree, file));
    }
    let tree = repository.find_tree(update.create_updated(repository, &tree)?)?;
    let parent = repository.find_commit(Oid::from_str(head)?)?;
    let who = Signature::now("gatefold", "gatefold@localhost")?;
    let message = "What stood here when a session began\n";
    Ok(Some(repository.commit(None, &who, &who, message, &tree, &[&parent])?.to_string()))
}

/// As what a file is kept: what git says that it is by now, else what the base has.
fn mode_of(base: &Tree<'_>, file: &FileChange) -> FileMode {
    match file.modes {
        Some((_, Mode::Executable)) => FileMode::BlobExecutable,
        Some(_) => FileMode::Blob,
        None => {
            base.get_path(Path::new(&file.path)).map_or(FileMode::Blob, |entry| moved::mode(entry.filemode()))
        }
    }
}
