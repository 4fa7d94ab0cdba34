//! Facts of files by the hash of their content, kept between runs in one file.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::code::{FACTS_VERSION, Facts};

/// Where facts are kept. Facts only, never verdicts; the folder must be one that judged code cannot write.
///
/// What is found there and is not whole, or of another version, is not there. A folder that cannot be written is
/// no error: the next run reads everything anew.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
}

/// How many runs an entry stays that no run asks for: base and head, and branches that are changed between.
const RUNS: u8 = 16;

/// Largest file that is read back, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// The hash of a content.
pub(crate) type Key = [u8; 32];

impl Cache {
    /// No cache: everything is read anew, nothing is kept.
    pub fn off() -> Self {
        Cache { folder: None }
    }

    /// A cache in a folder, which is made when the first facts are kept.
    pub fn in_folder(path: &Path) -> Self {
        Cache { folder: Some(path.to_owned()) }
    }

    /// The key of a content.
    pub(crate) fn key(text: &str) -> Key {
        *blake3::hash(text.as_bytes()).as_bytes()
    }

    /// What is kept, for one run.
    pub(crate) fn open(&self) -> Store {
        let entries = self.file().and_then(|file| read(&file)).unwrap_or_default();
        let entries = entries.into_iter().map(|entry| (entry.key, entry)).collect();
        Store { file: self.file(), entries: Mutex::new(Entries { entries, changed: false }) }
    }

    fn file(&self) -> Option<PathBuf> {
        let name = format!("facts-{FACTS_VERSION}-{}.bin", env!("CARGO_PKG_VERSION"));
        Some(self.folder.as_ref()?.join(name))
    }
}

/// The facts that are kept, while one run reads and adds.
pub(crate) struct Store {
    file: Option<PathBuf>,
    entries: Mutex<Entries>,
}

struct Entries {
    entries: HashMap<Key, Entry>,
    changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    key: Key,
    /// Runs since somebody asked for it.
    age: u8,
    facts: Vec<u8>,
}

impl Store {
    /// The facts of a content, if they are kept and whole.
    pub(crate) fn get(&self, key: &Key) -> Option<Facts> {
        self.file.as_ref()?;
        let bytes = {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            let entry = entries.entries.get_mut(key)?;
            entry.age = 0;
            entry.facts.clone()
        };
        postcard::from_bytes::<Facts>(&bytes).ok().filter(Facts::is_sound)
    }

    /// Keeps the facts of a content.
    pub(crate) fn put(&self, key: Key, facts: &Facts) {
        if self.file.is_none() {
            return;
        }
        let Ok(facts) = postcard::to_stdvec(facts) else { return };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.entries.insert(key, Entry { key, age: 0, facts });
        entries.changed = true;
    }

    /// Writes what was added. Whoever reads meanwhile sees the old file or the new one, never a part.
    pub(crate) fn close(self) {
        let Entries { entries, changed } = self.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (Some(file), true) = (self.file, changed) else { return };
        let mut entries: Vec<Entry> = entries.into_values().filter(|entry| entry.age < RUNS).collect();
        entries.sort_by_key(|entry| entry.key);
        for entry in &mut entries {
            entry.age = entry.age.saturating_add(1);
        }
        // A cache that cannot be written is one that is not there.
        let _ = write(&file, &entries);
    }
}

/// The entries of a file: a hash, then what it is the hash of.
fn read(file: &Path) -> Option<Vec<Entry>> {
    if std::fs::metadata(file).ok()?.len() > MAX_BYTES {
        return None;
    }
    let bytes = std::fs::read(file).ok()?;
    let (hash, content) = bytes.split_first_chunk::<32>()?;
    if blake3::hash(content).as_bytes() != hash {
        return None;
    }
    postcard::from_bytes(content).ok()
}

fn write(file: &Path, entries: &[Entry]) -> Option<()> {
    let folder = file.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    let content = postcard::to_stdvec(entries).ok()?;
    let temporary = folder.join(format!(".facts-{}.tmp", std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|mut out| {
        out.write_all(blake3::hash(&content).as_bytes())?;
        out.write_all(&content)
    });
    if written.and_then(|()| std::fs::rename(&temporary, file)).is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    Some(())
}
