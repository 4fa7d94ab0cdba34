//! The working tree as it is, written as a git tree in memory: staged, unstaged and untracked files alike.

use std::collections::BTreeSet;
use std::fs::{FileType, Metadata};
use std::path::{Path, PathBuf};

use git2::build::TreeUpdateBuilder;
use git2::{
    Delta, DiffOptions, FileMode, Index, IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag, IndexTime,
    ObjectType, Oid, Repository,
};

use crate::tree::{MAX_FILE_BYTES, Unread};

use super::OpenError;
use super::listing::{Listing, MAX_FILES};
use super::memory::BEFORE_ALL_OTHERS;

/// Content of changed and untracked files that is looked into for renames and lines, in bytes, over all of them:
/// a data set that somebody forgot to ignore must not be read whole.
const MAX_CHANGED_BYTES: u64 = 64 * 1024 * 1024;

/// How many files may differ for the tree to be made from the one that is staged: each is one way down from the root.
const FEW: usize = 64;

/// The working tree at one moment.
pub(crate) struct Worktree {
    /// The git tree that stands for it, known to this handle of the repository only.
    pub(crate) tree: Oid,
    /// What is in that tree. The index has it already, so that no tree is read for it.
    pub(crate) listing: Listing,
    /// What could not become part of it, by path from the repository's root.
    pub(crate) unread: Unread,
    /// What differs from the index, as far as it has a name.
    pub(crate) unstaged: BTreeSet<String>,
    /// Files that a sparse checkout left out: part of the tree, not on the disk.
    pub(crate) absent: BTreeSet<String>,
}

/// Reads the working tree. Nothing is written, and of git's filters only those built into it apply (line ends,
/// `$Id$`), so that a fresh checkout does not look changed. Where it is known `among` which paths differ from the index,
/// no others are looked at.
pub(crate) fn read(
    repository: &Repository,
    folder: &Path,
    among: Option<&BTreeSet<String>>,
) -> Result<Worktree, OpenError> {
    let failed = OpenError::git("read the working tree");
    let odb = repository.odb().map_err(&failed)?;
    odb.add_new_mempack_backend(BEFORE_ALL_OTHERS).map_err(&failed)?;
    let mut index = repository.index().map_err(OpenError::git("read the index"))?;
    let (absent, mut stale) = distrust_flags(&mut index, folder).map_err(&failed)?;
    let differences = differences(repository, &index, among).map_err(&failed)?;
    let unstaged = named(&differences);
    let before = staged_before(&mut index, &differences).filter(|_| stale.is_empty());
    let mut snapshot = Snapshot { repository, folder, index, unread: Unread::default(), bytes: 0 };
    for (status, path) in differences {
        match status {
            Delta::Deleted if path.to_str().is_some_and(|path| absent.contains(path)) => {}
            Delta::Deleted => snapshot.remove(&path).map_err(&failed)?,
            _ => stale.push(path),
        }
    }
    if stale.len() > MAX_FILES {
        return Err(OpenError::TooManyFiles);
    }
    for path in &stale {
        snapshot.add(path).map_err(&failed)?;
    }
    let tree = match before {
        Some(before) => snapshot.tree_after(before, &stale),
        None => snapshot.index.write_tree(),
    };
    let tree = tree.map_err(&failed)?;
    snapshot.unread.sort();
    let listing = Listing::of_index(&snapshot.index)?;
    Ok(Worktree { tree, listing, unread: snapshot.unread, unstaged, absent })
}

/// The tree that is staged, where all that differs from it are a few files that say something else. The index knows it, but
/// forgets it with the first change, and to find out another it reads every folder.
fn staged_before(index: &mut Index, differences: &[(Delta, PathBuf)]) -> Option<Oid> {
    let is_edit = |(status, _): &(Delta, PathBuf)| *status == Delta::Modified;
    (differences.len() <= FEW && differences.iter().all(is_edit)).then(|| index.write_tree().ok()).flatten()
}

/// Where the working tree differs from the index, as [`Worktree::unstaged`]; nothing else is found out.
pub(crate) fn unstaged(repository: &Repository, folder: &Path) -> Result<BTreeSet<String>, git2::Error> {
    let mut index = repository.index()?;
    distrust_flags(&mut index, folder)?;
    Ok(named(&differences(repository, &index, None)?))
}

fn named(differences: &[(Delta, PathBuf)]) -> BTreeSet<String> {
    differences.iter().filter_map(|(_, path)| Some(path.to_str()?.to_owned())).collect()
}

/// Takes back "assume unchanged" and "skip worktree" of files that are on the disk, since they hide edits. Gives
/// the files that a sparse checkout left out, and those only announced by `git add --intent-to-add`.
fn distrust_flags(index: &mut Index, folder: &Path) -> Result<(BTreeSet<String>, Vec<PathBuf>), git2::Error> {
    let (mut absent, mut stale) = (BTreeSet::new(), Vec::new());
    let flagged: Vec<IndexEntry> = index
        .iter()
        .filter(|entry| entry.flags & IndexEntryFlag::VALID.bits() != 0 || entry.flags_extended != 0)
        .collect();
    for mut entry in flagged {
        let path = path_of(&entry.path);
        let skipped = entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0;
        if skipped && folder.join(&path).symlink_metadata().is_err() {
            absent.extend(String::from_utf8(entry.path));
            continue;
        }
        if entry.flags_extended & IndexEntryExtendedFlag::INTENT_TO_ADD.bits() != 0 {
            stale.push(path);
            continue;
        }
        entry.flags &= !(IndexEntryFlag::VALID.bits() | IndexEntryFlag::EXTENDED.bits());
        entry.flags_extended = 0;
        index.add(&entry)?;
    }
    Ok((absent, stale))
}

/// Leaves out cargo's build folders where nobody wrote a `.gitignore` for them. Tracked files in them stay.
fn ignore_build_folders(repository: &Repository, index: &Index) -> Result<(), git2::Error> {
    let mut rules = String::from("/target/\nnode_modules/\n");
    for entry in index.iter() {
        let Some(folder) = entry.path.strip_suffix(b"/Cargo.toml") else { continue };
        // A folder whose name would be read as a pattern is left to its own `.gitignore`.
        if let Ok(folder) = std::str::from_utf8(folder)
            && !folder.contains(['*', '?', '[', '\\', '\n'])
        {
            rules.push_str(&format!("/{folder}/target/\n"));
        }
    }
    repository.add_ignore_rule(&rules)
}

/// Paths that differ from the index, removed ones first, so that a file can take the place of a folder.
fn differences(
    repository: &Repository,
    index: &Index,
    among: Option<&BTreeSet<String>>,
) -> Result<Vec<(Delta, PathBuf)>, git2::Error> {
    ignore_build_folders(repository, index)?;
    let mut options = DiffOptions::new();
    if let Some(paths) = among {
        let paths: Vec<&String> = paths.iter().filter(|path| !path.contains('\0')).collect();
        if paths.is_empty() {
            // To git, no path at all is every path.
            return Ok(Vec::new());
        }
        options.disable_pathspec_match(true);
        for path in paths {
            options.pathspec(path);
        }
    }
    options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true);
    options.include_unreadable_as_untracked(true).ignore_submodules(true).skip_binary_check(true);
    let diff = repository.diff_index_to_workdir(Some(index), Some(&mut options))?;
    let mut differences: Vec<(Delta, PathBuf)> = diff
        .deltas()
        .filter_map(|delta| {
            let file = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let path = file.path_bytes().or_else(|| delta.old_file().path_bytes())?;
            Some((delta.status(), path_of(path)))
        })
        .collect();
    differences.sort_by_key(|(status, _)| *status != Delta::Deleted);
    Ok(differences)
}

struct Snapshot<'a> {
    repository: &'a Repository,
    folder: &'a Path,
    index: Index,
    unread: Unread,
    bytes: u64,
}

impl Snapshot<'_> {
    fn add(&mut self, path: &Path) -> Result<(), git2::Error> {
        let name = path.to_string_lossy().into_owned();
        let Ok(metadata) = self.folder.join(path).symlink_metadata() else {
            return self.remove(path);
        };
        let kind = metadata.file_type();
        if kind.is_dir() {
            // A repository inside this one; the files of any other folder come one by one.
            self.unread.repositories.push(name.trim_end_matches('/').to_owned());
            return Ok(());
        }
        if path.to_str().is_none() || !(kind.is_file() || kind.is_symlink()) {
            self.unread.names.push(name);
            return self.remove(path);
        }
        self.bytes = self.bytes.saturating_add(metadata.len());
        let readable = metadata.len() <= MAX_FILE_BYTES && self.bytes <= MAX_CHANGED_BYTES;
        if readable && self.index.add_path(path).is_ok() {
            return Ok(());
        }
        if self.add_as_it_is(path, &metadata, readable).is_err() {
            self.unread.names.push(name);
            return self.remove(path);
        }
        Ok(())
    }

    /// Adds a file past git's conversions, one that is too large by its size and date only.
    fn add_as_it_is(&mut self, path: &Path, metadata: &Metadata, readable: bool) -> Result<(), git2::Error> {
        let io = |error: std::io::Error| git2::Error::from_str(&error.to_string());
        let content = if readable && metadata.is_file() {
            std::fs::read(self.folder.join(path)).map_err(io)?
        } else {
            format!("\0{} bytes, {:?}", metadata.len(), metadata.modified().ok()).into_bytes()
        };
        let id = self.repository.odb()?.write(ObjectType::Blob, &content)?;
        self.index.add(&entry(path, id, metadata.file_type()))
    }

    /// The tree of the index once these files of it were added again, given the one that it stood for before.
    fn tree_after(&mut self, before: Oid, edited: &[PathBuf]) -> Result<Oid, git2::Error> {
        let mut update = TreeUpdateBuilder::new();
        for path in edited {
            let entry = self.index.get_path(path, 0);
            let file = entry.and_then(|entry| Some((mode_of_file(entry.mode)?, entry)));
            let Some((mode, entry)) = file else { return self.index.write_tree() };
            update.upsert(entry.path, entry.id, mode);
        }
        update.create_updated(self.repository, &self.repository.find_tree(before)?)
    }

    fn remove(&mut self, path: &Path) -> Result<(), git2::Error> {
        // Neither of them exists where the path is untracked.
        let _ = self.index.conflict_remove(path);
        let _ = self.index.remove(path, 0);
        Ok(())
    }
}

fn entry(path: &Path, id: Oid, kind: FileType) -> IndexEntry {
    let mode = if kind.is_symlink() { FileMode::Link } else { FileMode::Blob };
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: i32::from(mode).cast_unsigned(),
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_os_str().as_encoded_bytes().to_vec(),
    }
}

fn mode_of_file(mode: u32) -> Option<FileMode> {
    let modes = [FileMode::Blob, FileMode::BlobExecutable, FileMode::Link];
    modes.into_iter().find(|known| u32::from(*known) == mode)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
