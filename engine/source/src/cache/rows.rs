//! Rows of bytes by their keys, kept in one file: what a run adds is written behind what others wrote, and now and then all
//! that is still of use is written anew.
//!
//! A file is a number of parts. Each has its length and its hash in front, and holds rows: the key, the age, the length, the
//! bytes. What is not whole ends the file for whoever reads it, who then writes it anew.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{Key, read_whole, replace};
use crate::hashed::HashMap;

/// At this age a row is left out when the file is written anew: base and head, and branches that are changed between, are
/// asked for in turns.
pub(super) const OLD: u8 = 16;

/// How much older a row gets that nobody asks for in a run that writes the file anew. Most runs only add, and leave no word
/// of what they asked for.
const AGING: u8 = 4;

/// So many parts, and the file is written anew.
const MOST_PARTS: usize = 16;

/// What stands in front of a row's bytes: its key, its age, its length.
const HEAD: usize = 32 + 1 + 4;

/// What is kept, while one run asks and adds.
pub(super) struct Rows {
    file: Option<PathBuf>,
    /// What hashes are made with, so that a file of somebody else is none.
    mark: Key,
    bytes: Vec<u8>,
    known: HashMap<Key, Row>,
    /// How many parts the file has; none where not all of it was whole.
    parts: Option<usize>,
    added: Mutex<HashMap<Key, Vec<u8>>>,
}

/// Where a row stands among the bytes.
struct Row {
    at: Range<usize>,
    age: u8,
    is_asked: AtomicBool,
}

impl Rows {
    /// What a file has. None without a file: then nothing is kept.
    pub(super) fn open(file: Option<PathBuf>, mark: Key) -> Rows {
        let bytes = file.as_deref().and_then(read_whole).unwrap_or_default();
        let (known, parts) = read(&bytes, &mark);
        Rows { file, mark, bytes, known, parts, added: Mutex::default() }
    }

    /// Whether anything is kept at all.
    pub(super) fn are_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The bytes of a key that were there when the file was opened.
    pub(super) fn get(&self, key: &Key) -> Option<&[u8]> {
        let row = self.known.get(key)?;
        row.is_asked.store(true, Ordering::Relaxed);
        self.bytes.get(row.at.clone())
    }

    /// Those of a key that this run added.
    pub(super) fn added(&self, key: &Key) -> Option<Vec<u8>> {
        self.added.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Adds a row, in the place of another one with its key.
    pub(super) fn put(&self, key: Key, bytes: Vec<u8>) {
        if self.file.is_some() && u32::try_from(bytes.len()).is_ok() {
            self.added.lock().unwrap_or_else(PoisonError::into_inner).insert(key, bytes);
        }
    }

    /// Writes what was added, if that is anything; gives whether a file is new or written anew. Whoever reads meanwhile has
    /// what was there before, or all of it.
    pub(super) fn close(&self, most_bytes: usize) -> bool {
        let added = std::mem::take(&mut *self.added.lock().unwrap_or_else(PoisonError::into_inner));
        let (Some(file), false) = (&self.file, added.is_empty()) else { return false };
        let new = added.iter().map(|(key, bytes)| (0, key, bytes.as_slice()));
        let has_room = self.parts.is_some_and(|parts| (1..MOST_PARTS).contains(&parts));
        // What cannot be kept is found out again.
        if has_room && self.append(file, &new.clone().collect::<Vec<_>>()).is_some() {
            return false;
        }
        let old = self.known.iter().filter(|(key, _)| !added.contains_key(*key));
        let old = old.filter_map(|(key, row)| Some((row.age_now(), key, self.bytes.get(row.at.clone())?)));
        let mut all: Vec<(u8, &Key, &[u8])> = old.chain(new).filter(|(age, ..)| *age < OLD).collect();
        // The youngest first, so that what does not fit is what nobody asked for.
        all.sort_unstable_by_key(|(age, key, _)| (*age, *key));
        let mut room = most_bytes;
        let fitting = all.iter().take_while(|(.., bytes)| match room.checked_sub(bytes.len()) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        });
        let count = fitting.count();
        self.write(file, &all[..count]).is_some()
    }

    /// Adds a part, all of it at once: of several runs that do so, each has its own behind the others'.
    fn append(&self, file: &Path, rows: &[(u8, &Key, &[u8])]) -> Option<()> {
        let (front, heads) = self.part(rows);
        let part: Vec<&[u8]> = pieces(&front, &heads, rows).collect();
        let mut file = OpenOptions::new().append(true).open(file).ok()?;
        file.write_all(&part.concat()).ok()
    }

    fn write(&self, file: &Path, rows: &[(u8, &Key, &[u8])]) -> Option<()> {
        let (front, heads) = self.part(rows);
        let part: Vec<&[u8]> = pieces(&front, &heads, rows).collect();
        replace(file, &part)
    }

    /// What stands in front of a part, and in front of each of its rows.
    fn part(&self, rows: &[(u8, &Key, &[u8])]) -> ([u8; 40], Vec<[u8; HEAD]>) {
        let heads: Vec<[u8; HEAD]> = rows.iter().map(|(age, key, bytes)| head(*age, key, bytes)).collect();
        let mut hash = blake3::Hasher::new_keyed(&self.mark);
        let mut length = 0;
        for (head, (.., bytes)) in heads.iter().zip(rows) {
            hash.update(head).update(bytes);
            length += head.len() + bytes.len();
        }
        let mut front = [0; 40];
        front[..8].copy_from_slice(&(length as u64).to_le_bytes());
        front[8..].copy_from_slice(hash.finalize().as_bytes());
        (front, heads)
    }
}

impl Row {
    fn age_now(&self) -> u8 {
        match self.is_asked.load(Ordering::Relaxed) {
            true => 0,
            false => self.age.saturating_add(AGING),
        }
    }
}

fn head(age: u8, key: &Key, bytes: &[u8]) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..32].copy_from_slice(key);
    head[32] = age;
    // More is not added.
    let length = u32::try_from(bytes.len()).unwrap_or_default();
    head[33..].copy_from_slice(&length.to_le_bytes());
    head
}

/// A part as it stands in the file.
fn pieces<'p>(
    front: &'p [u8],
    heads: &'p [[u8; HEAD]],
    rows: &'p [(u8, &'p Key, &'p [u8])],
) -> impl Iterator<Item = &'p [u8]> {
    let rows = heads.iter().zip(rows).flat_map(|(head, (.., bytes))| [head.as_slice(), *bytes]);
    std::iter::once(front).chain(rows)
}

/// The rows of a file by their keys, the last of each, and how many parts there are; none where one of them is not whole.
fn read(bytes: &[u8], mark: &Key) -> (HashMap<Key, Row>, Option<usize>) {
    let mut known = HashMap::default();
    let mut rest = bytes;
    let mut parts = 0;
    while !rest.is_empty() {
        let from = bytes.len() - rest.len();
        let Some((content, behind)) = whole_part(rest, mark) else { return (known, None) };
        let at = from + (rest.len() - behind.len() - content.len());
        if read_part(content, at, &mut known).is_none() {
            return (known, None);
        }
        (rest, parts) = (behind, parts + 1);
    }
    (known, Some(parts))
}

/// The first part, if it says what its hash is that of, and what is behind it.
fn whole_part<'b>(bytes: &'b [u8], mark: &Key) -> Option<(&'b [u8], &'b [u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (hash, rest) = rest.split_first_chunk::<32>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (content, behind) = rest.split_at_checked(length)?;
    (blake3::keyed_hash(mark, content).as_bytes() == hash).then_some((content, behind))
}

fn read_part(content: &[u8], from: usize, known: &mut HashMap<Key, Row>) -> Option<()> {
    let mut rest = content;
    while !rest.is_empty() {
        let (key, behind) = rest.split_first_chunk::<32>()?;
        let (age, behind) = behind.split_first()?;
        let (length, behind) = behind.split_first_chunk::<4>()?;
        let start = from + content.len() - behind.len();
        let (row, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let at = start..start + row.len();
        known.insert(*key, Row { at, age: *age, is_asked: AtomicBool::new(false) });
        rest = behind;
    }
    Some(())
}
