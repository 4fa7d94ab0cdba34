//! What lies behind links: a link that stays as it is says something else once the file that it leads to does.

use git2::{DiffOptions, Oid, Patch, Repository};

use crate::change::{ChangeKind, FileChange};
use crate::tree::{MAX_FILE_BYTES, ReadError, resolve};

use super::listing::Listing;

/// Adds the links of head that lead to another content than at the base and do not differ by themselves. Files stay
/// sorted by path.
pub(crate) fn add(
    repository: &Repository,
    base: &Listing,
    head: &Listing,
    files: &mut Vec<FileChange>,
) -> Result<(), git2::Error> {
    let links = head.files.iter().filter(|(path, blob)| blob.link && base.files.get(*path) == Some(blob));
    let mut found = Vec::new();
    for (path, _) in links {
        let leads_to = |side: &Listing| resolve(&side.files, path, |id| target(repository, path, id)).ok();
        let (was, is) = (leads_to(base), leads_to(head));
        if was == is || files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok() {
            continue;
        }
        let lines = is.map(|is| new_lines(repository, was, is)).transpose()?.unwrap_or_default();
        found.push(FileChange {
            path: path.clone(),
            from: None,
            kind: ChangeKind::Modified,
            lines,
            modes: None,
        });
    }
    files.append(&mut found);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(())
}

fn target(repository: &Repository, path: &str, id: Oid) -> Result<Vec<u8>, ReadError> {
    let refused =
        |error: git2::Error| ReadError::Io { path: path.to_owned(), reason: error.message().to_owned() };
    Ok(repository.find_blob(id).map_err(refused)?.content().to_vec())
}

fn new_lines(
    repository: &Repository,
    was: Option<Oid>,
    is: Oid,
) -> Result<Vec<std::ops::RangeInclusive<u32>>, git2::Error> {
    let is = repository.find_blob(is)?;
    let was = was.map(|was| repository.find_blob(was)).transpose()?;
    let is_large = |blob: &git2::Blob<'_>| blob.is_binary() || blob.size() as u64 > MAX_FILE_BYTES;
    if is_large(&is) || was.as_ref().is_some_and(is_large) {
        return Ok(Vec::new());
    }
    let mut options = DiffOptions::new();
    options.force_text(true).context_lines(0).interhunk_lines(0);
    let was = was.as_ref().map_or(&b""[..], git2::Blob::content);
    let patch = Patch::from_buffers(was, None, is.content(), None, Some(&mut options))?;
    hunks(&patch)
}

/// The lines at head that a patch adds or modifies.
pub(super) fn hunks(patch: &Patch<'_>) -> Result<Vec<std::ops::RangeInclusive<u32>>, git2::Error> {
    let mut lines = Vec::with_capacity(patch.num_hunks());
    for hunk in 0..patch.num_hunks() {
        let (hunk, _) = patch.hunk(hunk)?;
        if hunk.new_lines() > 0 {
            lines.push(hunk.new_start()..=hunk.new_start() + hunk.new_lines() - 1);
        }
    }
    Ok(lines)
}
