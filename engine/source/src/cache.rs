//! Facts of files by the hash of their content, kept between runs in one file.

mod notes;
mod rows;

use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::code::{FACTS_VERSION, Facts};
use crate::tree::Stamp;

pub use notes::Notes;
use rows::Rows;

/// Where facts are kept, and what the rules of one build found in single files: never a verdict. The folder must be one that
/// judged code cannot write.
///
/// What is found there and is not whole, or of another version, is not there. A folder that cannot be written is
/// no error: the next run reads everything anew.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
    /// Which build judges; None where nobody knows.
    judge: Option<Key>,
}

/// Largest file that is read back, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// How the names of files begin in which trees are kept.
const TREES: &str = "tree-";

/// How many trees are kept: base and head of a few checkouts.
const MAX_TREES: usize = 8;

/// How the names of files begin in which answers are kept that guards found in a file.
const ANSWERS: &str = "answer-";

/// How many answers are kept: one for every file that a change may have.
const MAX_ANSWERS: usize = 1_000;

/// The hash of a content.
pub(crate) type Key = [u8; 32];

impl Cache {
    /// No cache: everything is read anew, nothing is kept.
    pub fn off() -> Self {
        Cache::default()
    }

    /// A cache in a folder, which is made when the first facts are kept.
    pub fn in_folder(path: &Path) -> Self {
        Cache { folder: Some(path.to_owned()), judge: None }
    }

    /// The same for the build that a program is: what its guards find out is kept for it alone. Nothing of that is kept
    /// where the program cannot be told from another, as one that was built a moment ago.
    #[must_use]
    pub fn judged_by(self, program: &Path) -> Self {
        let stamp = program.canonicalize().ok().and_then(|program| Stamp::of_file(&program));
        let settled = stamp.filter(|stamp| stamp.is_settled(SystemTime::now()));
        let judge = settled.and_then(|stamp| postcard::to_stdvec(&stamp).ok());
        Cache { judge: judge.map(|judge| Notes::key(&[&judge])), ..self }
    }

    /// Its folder; `None` where nothing is kept.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The key of a content.
    pub(crate) fn key(text: &str) -> Key {
        *blake3::hash(text.as_bytes()).as_bytes()
    }

    /// What is kept, for one run.
    pub(crate) fn open(&self) -> Store {
        Store::in_file(self.file())
    }

    /// What a guard keeps of files, for one run. The version is raised with every change of what is kept.
    pub(crate) fn open_for(&self, guard: &str, version: u32) -> Store {
        let name = format!("{guard}-{version}-{}.rows", env!("CARGO_PKG_VERSION"));
        Store::in_file(self.folder.as_ref().map(|folder| folder.join(name)))
    }

    /// The file in which what is found out about a tree as a whole is kept.
    pub(crate) fn kept(&self, tree: &Key) -> Option<PathBuf> {
        let tree: String = tree[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Some(self.folder.as_ref()?.join(format!("{TREES}{}-{tree}.bin", env!("SOURCE_DIGEST"))))
    }

    /// What somebody finds in a text, which one build finds once, where it is known which build judges. `who` names the one
    /// who looks; nothing else than the path and the text may count for the answer.
    ///
    /// # Errors
    /// What `find` says; it is asked again next time.
    pub fn answer<T, E>(
        &self,
        who: &str,
        (path, text): (&str, &str),
        find: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let Some(judge) = self.judge else { return find() };
        let key = blake3::hash([judge, Cache::key(who), Cache::key(path), Cache::key(text)].as_flattened());
        let name = || format!("{ANSWERS}{}.bin", &key.to_hex()[..32]);
        let file = self.folder.as_ref().map(|folder| folder.join(name()));
        let known = file.as_deref().and_then(read_whole).and_then(|bytes| {
            let content = whole(&bytes)?.strip_prefix(key.as_bytes())?;
            postcard::from_bytes(content).ok()
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let found = find()?;
        if let Some((file, content)) = file.zip(postcard::to_extend(&found, key.as_bytes().to_vec()).ok()) {
            // What cannot be kept is found again.
            let _ = replace(&file, &[blake3::hash(&content).as_bytes(), &content]);
            static TIDIED: Once = Once::new();
            TIDIED.call_once(|| {
                _ = file.parent().and_then(|folder| keep_youngest(folder, ANSWERS, MAX_ANSWERS))
            });
        }
        Ok(found)
    }

    fn file(&self) -> Option<PathBuf> {
        let name = format!("facts-{FACTS_VERSION}-{}.rows", env!("CARGO_PKG_VERSION"));
        Some(self.folder.as_ref()?.join(name))
    }
}

/// The facts that are kept, while one run reads and adds.
pub(crate) struct Store(Rows);

impl Store {
    fn in_file(file: Option<PathBuf>) -> Store {
        Store(Rows::open(file, Key::default()))
    }

    /// The facts of a content, if they are kept and whole.
    pub(crate) fn get(&self, key: &Key) -> Option<Facts> {
        self.get_as(key).filter(Facts::is_sound)
    }

    /// What is kept of a content, whatever it is.
    pub(crate) fn get_as<T: DeserializeOwned>(&self, key: &Key) -> Option<T> {
        if !self.0.are_kept() {
            return None;
        }
        match self.0.get(key) {
            Some(bytes) => postcard::from_bytes(bytes).ok(),
            None => postcard::from_bytes(&self.0.added(key)?).ok(),
        }
    }

    /// Keeps what was found out about a content.
    pub(crate) fn put(&self, key: Key, facts: &impl Serialize) {
        if !self.0.are_kept() {
            return;
        }
        if let Ok(facts) = postcard::to_stdvec(facts) {
            self.0.put(key, facts);
        }
    }

    /// Writes what was added. Whoever reads meanwhile has what was there before, or all of it.
    pub(crate) fn close(&self) {
        self.0.close(MAX_BYTES as usize / 2);
    }
}

/// A file of the cache; none where there is none, or one that nobody wrote for it.
pub(crate) fn read_whole(file: &Path) -> Option<Vec<u8>> {
    // Who opens a pipe waits for its other end.
    if std::fs::metadata(file).is_ok_and(|data| !data.is_file() || data.len() > MAX_BYTES) {
        return None;
    }
    std::fs::read(file).ok()
}

/// What stands behind its hash, if it is that.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (hash, content) = bytes.split_first_chunk::<32>()?;
    (blake3::hash(content).as_bytes() == hash).then_some(content)
}

/// Puts a file in the place of another, whole or not at all, whoever else does the same meanwhile.
fn replace(file: &Path, parts: &[&[u8]]) -> Option<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let folder = file.parent()?;
    std::fs::create_dir_all(folder).ok()?;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".{}-{number}.tmp", std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|out| {
        let mut out = BufWriter::new(out);
        parts.iter().try_for_each(|part| out.write_all(part))?;
        out.flush()
    });
    let replaced = written.and_then(|()| std::fs::rename(&temporary, file));
    if replaced.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    replaced.ok()
}

/// The first parts of a file, each with its length and its hash in front.
#[derive(Debug)]
pub(crate) struct Sections(Vec<(Key, Vec<u8>)>);

impl Sections {
    /// Reads so many parts and none behind them, which may be as large as these.
    pub(crate) fn read(file: &Path, count: usize) -> Option<Self> {
        let file = std::fs::File::open(file).ok()?;
        let mut left = Some(file.metadata().ok()?.len()).filter(|bytes| *bytes <= MAX_BYTES)?;
        let mut next = || {
            let (mut length, mut hash) = ([0; 8], Key::default());
            (&file).read_exact(&mut length).and_then(|()| (&file).read_exact(&mut hash)).ok()?;
            let length = u64::from_le_bytes(length);
            left = left.checked_sub(40)?.checked_sub(length)?;
            let mut section = Vec::with_capacity(usize::try_from(length).ok()?);
            (&file).take(length).read_to_end(&mut section).ok()?;
            Some((hash, section))
        };
        (0..count).map(|_| next()).collect::<Option<_>>().map(Sections)
    }

    /// A part, if it is whole.
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        let (hash, section) = self.0.get(index)?;
        (blake3::hash(section).as_bytes() == hash).then_some(section)
    }
}

/// Writes a file of several parts, and takes away those that were written longest ago.
pub(crate) fn write_sections(file: &Path, sections: &[&[u8]]) -> Option<()> {
    let heads: Vec<Vec<u8>> = sections
        .iter()
        .map(|section| [&(section.len() as u64).to_le_bytes()[..], blake3::hash(section).as_bytes()].concat())
        .collect();
    let parts: Vec<&[u8]> =
        heads.iter().zip(sections).flat_map(|(head, section)| [head.as_slice(), section]).collect();
    replace(file, &parts)?;
    keep_youngest(file.parent()?, TREES, MAX_TREES)
}

/// Takes away the files whose names begin so, but for those that were written last.
fn keep_youngest(folder: &Path, prefix: &str, count: usize) -> Option<()> {
    let mut files: Vec<(SystemTime, PathBuf)> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort_by(|one, other| other.cmp(one));
    for (_, old) in files.drain(count.min(files.len())..) {
        let _ = std::fs::remove_file(old);
    }
    Some(())
}
