//! The difference between two git trees as file changes, with renames and the lines that are new at head.

use std::ops::RangeInclusive;

use git2::{Delta, DiffFindOptions, DiffOptions, FileMode, Oid, Patch, Repository};

use crate::change::{ChangeKind, FileChange, Mode};
use crate::tree::MAX_FILE_BYTES;

use super::apart::few_paths;
use super::behind::hunks;

/// Half of the lines in common make two files one that was renamed, as in git itself.
const RENAME_SIMILARITY: u16 = 50;

/// Removed and added files beyond this many are not compared with each other, since that is quadratic.
const RENAME_LIMIT: usize = 1000;

/// The files that differ, sorted by path. Names that are not UTF-8 are left out.
pub(crate) fn diff(
    repository: &Repository,
    base: Option<Oid>,
    head: Option<Oid>,
) -> Result<Vec<FileChange>, git2::Error> {
    if base.is_none() && head.is_none() {
        return Ok(Vec::new());
    }
    let base = base.map(|id| repository.find_tree(id)).transpose()?;
    let head = head.map(|id| repository.find_tree(id)).transpose()?;
    // `.gitattributes` of the judged tree must not be able to turn source into "binary" and so hide its lines.
    let mut options = DiffOptions::new();
    options.force_text(true).context_lines(0).interhunk_lines(0).ignore_submodules(false);
    options.include_typechange(true);
    if let Some((base, head)) = base.as_ref().zip(head.as_ref()) {
        let paths = few_paths(repository, base, head)?;
        if paths.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        options.disable_pathspec_match(true);
        for path in paths.into_iter().flatten() {
            options.pathspec(path);
        }
    }
    let mut diff = repository.diff_tree_to_tree(base.as_ref(), head.as_ref(), Some(&mut options))?;
    let mut find = DiffFindOptions::new();
    find.renames(true).rename_threshold(RENAME_SIMILARITY).rename_limit(RENAME_LIMIT);
    diff.find_similar(Some(&mut find))?;

    let mut files = Vec::with_capacity(diff.deltas().len());
    for (index, delta) in diff.deltas().enumerate() {
        let path = |file: git2::DiffFile<'_>| {
            file.path_bytes().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
        };
        let (old, new) = (path(delta.old_file()), path(delta.new_file()));
        let (kind, at, from) = match delta.status() {
            Delta::Added => (ChangeKind::Added, new, None),
            Delta::Deleted => (ChangeKind::Removed, old, None),
            Delta::Renamed if old.is_some() => (ChangeKind::Renamed, new, old),
            Delta::Renamed => (ChangeKind::Added, new, None),
            _ => (ChangeKind::Modified, new, None),
        };
        let Some(path) = at else { continue };
        let lines = match kind {
            ChangeKind::Removed => Vec::new(),
            _ => new_lines(repository, &diff, index, kind, &delta.new_file())?,
        };
        let both = matches!(kind, ChangeKind::Modified | ChangeKind::Renamed);
        let (old, new) = (mode(delta.old_file().mode()), mode(delta.new_file().mode()));
        let modes = (both && old != new).then_some((old, new));
        files.push(FileChange { path, from, kind, lines, modes });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

fn mode(mode: FileMode) -> Mode {
    match mode {
        FileMode::BlobExecutable => Mode::Executable,
        FileMode::Link => Mode::Link,
        FileMode::Commit => Mode::Submodule,
        _ => Mode::Plain,
    }
}

fn new_lines(
    repository: &Repository,
    diff: &git2::Diff<'_>,
    index: usize,
    kind: ChangeKind,
    new: &git2::DiffFile<'_>,
) -> Result<Vec<RangeInclusive<u32>>, git2::Error> {
    if new.mode() == FileMode::Commit {
        return Ok(Vec::new());
    }
    let blob = repository.find_blob(new.id())?;
    if blob.is_binary() || blob.size() as u64 > MAX_FILE_BYTES {
        return Ok(Vec::new());
    }
    if kind == ChangeKind::Added {
        let (content, ended) = (blob.content(), blob.content().ends_with(b"\n"));
        let ends = content.iter().filter(|byte| **byte == b'\n').count();
        let count = u32::try_from(ends + usize::from(!ended && !content.is_empty())).unwrap_or(u32::MAX);
        return Ok(if count == 0 { Vec::new() } else { vec![1..=count] });
    }
    let Some(patch) = Patch::from_diff(diff, index)? else { return Ok(Vec::new()) };
    hunks(&patch)
}
