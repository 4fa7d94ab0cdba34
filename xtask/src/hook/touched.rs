//! What differs from the base, and what of it changed since the last event: a shell command does not say what it wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use findings::digest;
use source::{Change, ChangeKind};

/// Files that differ from the base, by their path from the repository's folder, each with what tells that it has changed
/// again: its size and date.
pub(crate) type Stamps = BTreeMap<String, String>;

/// The repository as an event finds it.
pub(crate) struct Found {
    /// The repository's folder.
    pub(crate) folder: String,
    /// The judged root's path from there, empty or with a `/` in the end.
    prefix: String,
    pub(crate) stamps: Stamps,
    /// The commit on which HEAD stands.
    pub(crate) commit: Option<String>,
    /// A digest of all that a verdict depends on, outside of the policy of another root.
    pub(crate) state: String,
}

impl Found {
    /// Looks at the change below a root.
    pub(crate) fn of(root: &Path, change: &Change) -> Found {
        let prefix = change.repository.as_ref().map_or("", |wider| wider.prefix.as_str());
        let folder = change.top(root);
        let files = change.repository.as_ref().map_or(&change.files, |wider| &wider.files);
        let stamp = |path: &str, kind| match kind {
            ChangeKind::Removed => GONE.to_owned(),
            _ => stamp(&folder.join(path)),
        };
        // What was moved is gone from where it was, which may be another root.
        let left = files.iter().filter_map(|file| file.from.as_ref());
        let left = left.filter(|from| folder.join(from).symlink_metadata().is_err());
        let left = left.map(|from| (from.clone(), stamp(from, ChangeKind::Removed)));
        let stamps: Stamps =
            files.iter().map(|file| (file.path.clone(), stamp(&file.path, file.kind))).chain(left).collect();
        let state = format!("{:?} {:?} {stamps:?}", change.base_info.commit, change.head_commit);
        Found {
            folder: folder.to_string_lossy().into_owned(),
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            stamps,
            commit: change.head_commit.as_deref().map(|commit| commit.trim_end_matches("-dirty").to_owned()),
            state: digest(state.as_bytes()),
        }
    }

    /// What stands in the files that differ, as digests by their whole path.
    pub(crate) fn contents(&self) -> BTreeMap<String, String> {
        let files = self.stamps.keys().take(MAX_FILES).map(|path| Path::new(&self.folder).join(path));
        files.filter_map(|file| Some((file.to_string_lossy().into_owned(), content(&file)?))).collect()
    }

    /// What is not as it was, as findings name it.
    pub(crate) fn since(&self, before: &Stamps) -> BTreeSet<String> {
        let changed = self.stamps.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp));
        changed.map(|(path, _)| self.shown(path)).collect()
    }

    /// Whether a file that a finding names is otherwise than the base has it.
    pub(crate) fn differs(&self, shown: &str) -> bool {
        self.stamps.contains_key(&self.path_of(shown))
    }

    /// The same of one that is still there for git.
    pub(crate) fn has_other(&self, shown: &str) -> bool {
        self.stamps.get(&self.path_of(shown)).is_some_and(|stamp| stamp != GONE)
    }

    /// Whether a file that a finding names was changed when `before` was, and was left alone since.
    pub(crate) fn was_before(&self, before: &Stamps, shown: &str) -> bool {
        let path = self.path_of(shown);
        before.get(&path).is_some_and(|stamp| self.stamps.get(&path) == Some(stamp))
    }

    /// The path from the repository's folder of what a finding names.
    pub(crate) fn path_of(&self, shown: &str) -> String {
        match shown.strip_prefix("../") {
            Some(outside) => outside.trim_start_matches("../").to_owned(),
            None => format!("{}{shown}", self.prefix),
        }
    }

    /// Whether something below a folder of the repository differs.
    pub(crate) fn differs_below(&self, folder: &Path) -> bool {
        let Ok(folder) = folder.strip_prefix(&self.folder) else { return true };
        self.stamps.keys().any(|path| Path::new(path).starts_with(folder))
    }

    /// Whether something that lies in none of these folders differs.
    pub(crate) fn differs_outside(&self, folders: &[PathBuf]) -> bool {
        let top = Path::new(&self.folder);
        let lies_in_one = |path: &String| folders.iter().any(|folder| top.join(path).starts_with(folder));
        self.stamps.keys().any(|path| !lies_in_one(path))
    }

    /// A path as findings name it: from the root, with `..` where it lies outside.
    fn shown(&self, path: &str) -> String {
        match path.strip_prefix(&self.prefix) {
            Some(below) => below.to_owned(),
            None => format!("{}{path}", "../".repeat(self.prefix.matches('/').count())),
        }
    }
}

/// What stands for a file that is not there.
const GONE: &str = "gone";

/// The largest file whose content is remembered, in bytes.
const MAX_CONTENT: u64 = 512 * 1024;

/// The most files whose content is remembered: the first event of a session is waited for.
const MAX_FILES: usize = 400;

/// A digest of what stands in a file, unless it is large, and whether it can be run.
pub(crate) fn content(file: &Path) -> Option<String> {
    let metadata = file.symlink_metadata().ok()?;
    let is_read = metadata.is_file() && metadata.len() <= MAX_CONTENT;
    let bytes = is_read.then(|| std::fs::read(file).ok()).flatten()?;
    Some(digest(&bytes) + if can_be_run(&metadata) { " x" } else { "" })
}

#[cfg(unix)]
fn can_be_run(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn can_be_run(_: &std::fs::Metadata) -> bool {
    false
}

/// The size and date of a file, and where the system has it the date of its last change, which nobody can set back; of a link,
/// its own.
fn stamp(file: &Path) -> String {
    let Ok(metadata) = file.symlink_metadata() else { return GONE.to_owned() };
    let since = metadata.modified().ok().and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{} {}{}", metadata.len(), since.unwrap_or_default().as_nanos(), changed(&metadata))
}

#[cfg(unix)]
fn changed(metadata: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!(" {}.{:09}", metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &std::fs::Metadata) -> String {
    String::new()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_same_length_and_date_has_another_stamp_once_it_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("lib.rs");
        std::fs::write(&file, "fn a() {}").expect("a file");
        let date = file.metadata().and_then(|found| found.modified()).expect("a date");
        let before = stamp(&file);
        assert_eq!(stamp(&file), before);
        // The clock of a file system may stand still for some milliseconds.
        for _ in 0..1_000 {
            std::fs::write(&file, "fn b() {}").expect("a file");
            let written = std::fs::File::options().write(true).open(&file).expect("a file");
            written.set_modified(date).expect("it is ours");
            if stamp(&file) != before {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("the stamp is the same: {before}");
    }
}
