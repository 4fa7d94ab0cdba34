//! What a guard found out about one thing at a time, by a hash of all that it depends on, kept between runs.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Cache, Key, RUNS, read_whole, replace};
use crate::tree::Tree;

/// How the names of files begin in which notes are kept.
const NOTES: &str = "notes-";

/// How many files of notes are kept: those of a few builds and guards.
const MAX_FILES: usize = 16;

/// The most bytes that notes of one kind take.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What is kept of one kind, while one run asks and adds.
///
/// Notes are those of one judge: what another build found out is not there. What is not whole is not there either, and a
/// folder that cannot be written is no error. A note says nothing by itself: whoever asks for one has to have looked at
/// all that its key was made of.
pub struct Notes {
    file: Option<PathBuf>,
    judge: Key,
    opened: SystemTime,
    bytes: Vec<u8>,
    known: HashMap<Key, Known>,
    asked: Mutex<HashSet<Key>>,
    added: Mutex<HashMap<Key, Vec<u8>>>,
}

/// Where a note stands among the bytes.
struct Known {
    at: Range<usize>,
    age: u8,
}

/// What stands in front of each note.
#[derive(Serialize, Deserialize)]
struct Head {
    key: Key,
    /// Runs since somebody asked for it.
    age: u8,
    bytes: u32,
}

impl Cache {
    /// What is kept of one kind, for one run. Nothing without a folder, and where nobody knows who judges.
    pub fn notes(&self, kind: &str) -> Notes {
        let judge = self.judge.unwrap_or_default();
        let name = |judge: &Key| {
            let judge: String = judge[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{NOTES}{kind}-{judge}.bin")
        };
        let folder = self.folder.as_ref().filter(|_| self.judge.is_some());
        let file = folder.map(|folder| folder.join(name(&judge)));
        let (bytes, known) = file.as_ref().and_then(|file| read(file, &judge)).unwrap_or_default();
        let (asked, added) = (Mutex::default(), Mutex::default());
        Notes { file, judge, opened: SystemTime::now(), bytes, known, asked, added }
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

    /// Whether anything is kept at all, so that keys need not be made for nothing.
    pub fn are_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The note of a key.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        let known = self.known.get(key)?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(*key);
        self.bytes.get(known.at.clone())
    }

    /// Keeps a note, in the place of one that turned out to be of no use.
    pub fn put(&self, key: Key, note: Vec<u8>) {
        if self.file.is_some() {
            self.added.lock().unwrap_or_else(PoisonError::into_inner).insert(key, note);
        }
    }

    /// Writes what was added. Whoever reads meanwhile sees the old file or the new one, never a part.
    pub fn close(self) {
        let added = self.added.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (Some(file), false) = (&self.file, added.is_empty()) else { return };
        let asked = self.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let age =
            |key: &Key, known: &Known| if asked.contains(key) { 0 } else { known.age.saturating_add(1) };
        let old = self.known.iter().filter(|(key, _)| !added.contains_key(*key));
        let old =
            old.filter_map(|(key, known)| Some((age(key, known), *key, self.bytes.get(known.at.clone())?)));
        let new = added.iter().map(|(key, note)| (0, *key, note.as_slice()));
        let mut all: Vec<(u8, Key, &[u8])> = old.chain(new).filter(|(age, ..)| *age < RUNS).collect();
        // The youngest first, so that what does not fit is what nobody asked for.
        all.sort_unstable();
        // What cannot be kept is found out again.
        let _ = write(file, &self.judge, &all);
    }
}

/// The notes of a file: a hash under the judge's key, then what it is the hash of.
fn read(file: &std::path::Path, judge: &Key) -> Option<(Vec<u8>, HashMap<Key, Known>)> {
    let bytes = read_whole(file)?;
    let (hash, content) = bytes.split_first_chunk::<32>()?;
    if blake3::keyed_hash(judge, content).as_bytes() != hash {
        return None;
    }
    let mut known = HashMap::new();
    let mut rest = content;
    while !rest.is_empty() {
        let (head, behind) = postcard::take_from_bytes::<Head>(rest).ok()?;
        let from = bytes.len() - behind.len();
        let (_, behind) = behind.split_at_checked(head.bytes as usize)?;
        known.insert(head.key, Known { at: from..bytes.len() - behind.len(), age: head.age });
        rest = behind;
    }
    Some((bytes, known))
}

fn write(file: &std::path::Path, judge: &Key, notes: &[(u8, Key, &[u8])]) -> Option<()> {
    let mut content = Vec::new();
    for (age, key, note) in notes {
        let Ok(bytes) = u32::try_from(note.len()) else { continue };
        if content.len() + note.len() > MAX_BYTES {
            break;
        }
        content = postcard::to_extend(&Head { key: *key, age: *age, bytes }, content).ok()?;
        content.extend_from_slice(note);
    }
    replace(file, &[blake3::keyed_hash(judge, &content).as_bytes(), &content])?;
    super::keep_youngest(file.parent()?, NOTES, MAX_FILES)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

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
    fn what_nobody_asks_for_goes_and_what_is_asked_for_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), 1, &[(1, "asked"), (2, "forgotten")]);
        for run in 0..RUNS {
            let kept = cache(folder.path(), 1).notes("tests");
            assert!(kept.get(&[1; 32]).is_some());
            kept.put([100 + run; 32], Vec::new());
            kept.close();
        }
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
                        assert!(!kept.known.is_empty());
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
