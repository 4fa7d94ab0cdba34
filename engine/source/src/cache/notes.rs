//! What a guard found out about one thing at a time, by a hash of all that it depends on, kept between runs.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::rows::Rows;
use super::{Cache, Key};
use crate::code::in_parallel;
use crate::tree::Tree;

/// How the names of files begin in which notes are kept.
const NOTES: &str = "notes-";

/// How many files of notes are kept: those of a few builds and guards.
const MAX_FILES: usize = 16;

/// How many files a thread asks for at a time.
const AT_ONCE: usize = 128;

/// The most bytes that notes of one kind take.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is kept of one kind, while one run asks and adds.
///
/// Notes are those of one judge: what another build found out is not there. What is not whole is not there either, and a
/// folder that cannot be written is no error. A note says nothing by itself: whoever asks for one has to have looked at
/// all that its key was made of.
pub struct Notes {
    rows: Rows,
    file: Option<PathBuf>,
    opened: SystemTime,
}

impl Cache {
    /// What is kept of one kind, for one run. Nothing without a folder, and where nobody knows who judges.
    pub fn notes(&self, kind: &str) -> Notes {
        let judge = self.judge.unwrap_or_default();
        let name = |judge: &Key| {
            let judge: String = judge[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{NOTES}{kind}-{judge}.rows")
        };
        let folder = self.folder.as_ref().filter(|_| self.judge.is_some());
        let file = folder.map(|folder| folder.join(name(&judge)));
        Notes { rows: Rows::open(file.clone(), judge), file, opened: SystemTime::now() }
    }
}

impl Notes {
    /// A key out of everything that a note depends on.
    pub fn key(parts: &[&[u8]]) -> Key {
        let mut hash = blake3::Hasher::new();
        for part in parts {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        *hash.finalize().as_bytes()
    }

    /// What tells the content of a file without reading it: equal marks of one path mean equal contents. None where that
    /// is not known: in memory, for links, and for what was written a moment ago.
    pub fn mark(&self, tree: &Tree, path: &str) -> Option<Key> {
        self.file.as_ref()?;
        let stamp = tree.stamp(path).filter(|stamp| stamp.is_settled(self.opened))?;
        Some(Notes::key(&[path.as_bytes(), &postcard::to_stdvec(&stamp).ok()?]))
    }

    /// The marks of many files, in their order.
    pub fn marks(&self, tree: &Tree, paths: &[&str]) -> Vec<Option<Key>> {
        if !self.are_kept() {
            return vec![None; paths.len()];
        }
        let marks = in_parallel(&paths.chunks(AT_ONCE).collect::<Vec<_>>(), |paths| {
            paths.iter().map(|path| self.mark(tree, path)).collect::<Vec<_>>()
        });
        marks.into_iter().flatten().collect()
    }

    /// Whether anything is kept at all, so that keys need not be made for nothing.
    pub fn are_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The note of a key.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        self.rows.get(key)
    }

    /// Keeps a note, in the place of one that turned out to be of no use.
    pub fn put(&self, key: Key, note: Vec<u8>) {
        self.rows.put(key, note);
    }

    /// Writes what was added. Whoever reads meanwhile has what was there before, or all of it.
    pub fn close(self) {
        let is_new = self.rows.close(MAX_BYTES);
        if let Some(folder) = self.file.as_deref().and_then(Path::parent).filter(|_| is_new) {
            // What cannot be taken away stays.
            let _ = super::keep_youngest(folder, NOTES, MAX_FILES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::OLD;
    use super::*;

    fn cache(folder: &Path, judge: u8) -> Cache {
        Cache { folder: Some(folder.to_owned()), judge: Some([judge; 32]) }
    }

    fn put(folder: &Path, judge: u8, notes: &[(u8, &str)]) {
        let kept = cache(folder, judge).notes("tests");
        notes.iter().for_each(|(key, note)| kept.put([*key; 32], note.as_bytes().to_vec()));
        kept.close();
    }

    fn get(folder: &Path, judge: u8, key: u8) -> Option<String> {
        let kept = cache(folder, judge).notes("tests");
        kept.get(&[key; 32]).map(|note| String::from_utf8(note.to_vec()).expect("text"))
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        files.map(|entry| entry.path()).collect()
    }

    #[test]
    fn what_one_run_keeps_the_next_one_has_and_no_other_judge() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), 1, &[(1, "one"), (2, "two")]);
        put(folder.path(), 1, &[(2, "another"), (3, "")]);
        let all = [1, 2, 3, 4].map(|key| get(folder.path(), 1, key));
        assert_eq!(all.each_ref().map(|it| it.as_deref()), [Some("one"), Some("another"), Some(""), None]);
        assert_eq!(get(folder.path(), 2, 1), None);
        // A file that is called like the judge's, and was written by another one.
        let own = files(folder.path()).remove(0);
        put(folder.path(), 2, &[(9, "nine")]);
        std::fs::rename(
            own,
            files(folder.path())
                .into_iter()
                .find(|file| file.to_string_lossy().contains("0202"))
                .expect("its file"),
        )
        .expect("it is renamed");
        assert_eq!((get(folder.path(), 2, 1), get(folder.path(), 2, 9)), (None, None));
    }

    #[test]
    fn nothing_is_kept_where_nobody_knows_who_judges() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Cache::in_folder(folder.path()).notes("tests");
        kept.put([1; 32], vec![1]);
        kept.close();
        assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
    }

    #[test]
    fn what_is_torn_or_was_written_over_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), 1, &[(1, "one"), (2, "two")]);
        let file = files(folder.path()).remove(0);
        let whole = std::fs::read(&file).expect("it is written");
        let check = |bytes: &[u8]| {
            std::fs::write(&file, bytes).expect("it is written over");
            let found = [1, 2].map(|key| get(folder.path(), 1, key)).iter().flatten().count();
            assert_eq!(found, if bytes == whole.as_slice() { 2 } else { 0 });
        };
        check(&whole);
        (0..whole.len()).for_each(|end| check(&whole[..end]));
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            check(&other);
        }
        // Who cannot read it writes it anew.
        put(folder.path(), 1, &[(3, "three")]);
        assert_eq!(get(folder.path(), 1, 3).as_deref(), Some("three"));
    }

    #[test]
    fn what_a_run_added_and_did_not_end_takes_nothing_away_that_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), 1, &[(1, "one"), (2, "two")]);
        let file = files(folder.path()).remove(0);
        let first = std::fs::read(&file).expect("it is written").len();
        put(folder.path(), 1, &[(2, "another"), (3, "three")]);
        let whole = std::fs::read(&file).expect("it is written");
        let check = |bytes: &[u8], expected: [Option<&str>; 3]| {
            std::fs::write(&file, bytes).expect("it is written over");
            let found = [1, 2, 3].map(|key| get(folder.path(), 1, key));
            assert_eq!(found.each_ref().map(|it| it.as_deref()), expected);
        };
        check(&whole, [Some("one"), Some("another"), Some("three")]);
        (first..whole.len()).for_each(|end| check(&whole[..end], [Some("one"), Some("two"), None]));
        // What stands behind it would not be found.
        put(folder.path(), 1, &[(4, "four")]);
        let found = [1, 2, 3, 4].map(|key| get(folder.path(), 1, key));
        let found = found.each_ref().map(|it| it.as_deref());
        assert_eq!(found, [Some("one"), Some("two"), None, Some("four")]);
    }

    #[test]
    fn what_nobody_asks_for_goes_and_what_is_asked_for_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), 1, &[(1, "asked"), (2, "forgotten")]);
        let size = || std::fs::metadata(&files(folder.path())[0]).expect("it is there").len();
        let mut largest = 0;
        for run in 0..100 * OLD as usize {
            let kept = cache(folder.path(), 1).notes("tests");
            assert!(kept.get(&[1; 32]).is_some(), "run {run}");
            kept.put(Notes::key(&[&run.to_le_bytes()]), vec![0; 100]);
            kept.close();
            largest = size().max(largest);
        }
        assert!(largest < 100 * 1024, "it does not grow: {largest} bytes");
        assert_eq!(get(folder.path(), 1, 1).as_deref(), Some("asked"));
        assert_eq!(get(folder.path(), 1, 2), None);
    }

    #[test]
    fn runs_at_once_leave_a_file_that_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        std::thread::scope(|scope| {
            for run in 0..8 {
                scope.spawn(move || {
                    for _ in 0..20 {
                        put(folder, 1, &[(run, &"note ".repeat(1_000))]);
                        let kept = cache(folder, 1).notes("tests");
                        assert!((0..8).any(|run| kept.get(&[run; 32]).is_some()));
                    }
                });
            }
        });
        assert_eq!(files(folder).len(), 1, "{:?}", files(folder));
    }

    #[test]
    fn files_of_many_judges_do_not_heap_up() {
        let folder = tempfile::tempdir().expect("a folder");
        (0..40).for_each(|judge| put(folder.path(), judge, &[(1, "one")]));
        assert_eq!(files(folder.path()).len(), MAX_FILES);
    }
}
