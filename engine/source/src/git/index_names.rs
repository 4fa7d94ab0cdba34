//! Paths in git's index by the name of the file, without an object for each entry: an index of a large repository has
//! hundred thousands, and who waits for an answer asks for a few.

use std::path::Path;

/// The version in which paths are shortened by what they have in common with the one before is left to git's own library.
const VERSIONS: [u32; 2] = [2, 3];

/// The largest index that is read, in bytes: more than millions of files need.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

const HEADER: usize = 12;
/// What stands in front of a path; behind two of its bits, two bytes more.
const FIXED: usize = 62;
const IS_EXTENDED: u16 = 0x4000;
/// The length of the path; the highest stands for all that are longer.
const LENGTH: u16 = 0x0fff;

/// The paths in an index file that end with this name. `None` where the file is none that is read here: another version, a
/// part of an index, or one that is not whole.
///
/// The format is git's `index-format`.
pub(super) fn named(index: &Path, name: &str) -> Option<Vec<String>> {
    let found = index.metadata().ok()?;
    if !found.is_file() || found.len() > MOST_BYTES {
        return None;
    }
    let bytes = std::fs::read(index).ok()?;
    let version = number(&bytes, 4)?;
    if !bytes.starts_with(b"DIRC") || !VERSIONS.contains(&version) {
        return None;
    }
    let is_named = |path: &[u8]| {
        path.strip_suffix(name.as_bytes()).is_some_and(|folder| folder.is_empty() || folder.ends_with(b"/"))
    };
    let (mut at, mut found) = (HEADER, Vec::new());
    for _ in 0..number(&bytes, 8)? {
        let flags = u16::from_be_bytes(bytes.get(at + FIXED - 2..at + FIXED)?.try_into().ok()?);
        let start = at + FIXED + if flags & IS_EXTENDED == 0 { 0 } else { 2 };
        let length = match flags & LENGTH {
            LENGTH => bytes.get(start..)?.iter().position(|byte| *byte == 0)?,
            length => usize::from(length),
        };
        let path = bytes.get(start..start + length)?;
        if is_named(path) {
            found.extend(String::from_utf8(path.to_vec()));
        }
        // Each entry ends with one to eight zeros, so that its length is a multiple of eight.
        at += (start - at + length + 8) & !7;
    }
    is_all(&bytes, at).then_some(found)
}

/// Whether nothing behind the entries says that there are more, in another file.
fn is_all(bytes: &[u8], mut at: usize) -> bool {
    const CHECKSUM: usize = 20;
    while at + CHECKSUM < bytes.len() {
        let Some(length) = number(bytes, at + 4) else { return false };
        // Whoever does not know an extension whose name begins so must not read the index.
        if bytes[at].is_ascii_lowercase() {
            return false;
        }
        at = at.saturating_add(8).saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
    }
    at + CHECKSUM == bytes.len()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use git2::{IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag, IndexTime, Repository};

    use super::*;

    #[test]
    fn an_index_has_the_names_that_gits_library_finds_in_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Repository::init(folder.path()).expect("a repository");
        let file = repository.path().join("index");
        assert_eq!(named(&file, "p.yaml"), None, "there is none yet");
        let blob = repository.blob(b"text").expect("written");
        let mut index = repository.index().expect("an index");
        let long = format!("{}/p.yaml", "long/".repeat(900));
        let paths = ["a/p.yaml", "a/p.yaml.md", "a/xp.yaml", "b/c/p.yaml", "p.yaml", "z", long.as_str()];
        let mut add = |path: &str, is_announced: bool| {
            let time = IndexTime::new(0, 0);
            let announced = IndexEntryExtendedFlag::INTENT_TO_ADD.bits();
            let entry = IndexEntry {
                ctime: time,
                mtime: time,
                dev: 0,
                ino: 0,
                mode: 0o100_644,
                uid: 0,
                gid: 0,
                file_size: 0,
                id: blob,
                flags: if is_announced { IndexEntryFlag::EXTENDED.bits() } else { 0 },
                flags_extended: if is_announced { announced } else { 0 },
                path: path.as_bytes().to_vec(),
            };
            index.add(&entry).expect("added");
            index.write().expect("written");
        };
        let mut expected = Vec::new();
        for (number, path) in paths.into_iter().enumerate() {
            add(path, number % 2 == 1);
            if path == "p.yaml" || path.ends_with("/p.yaml") {
                expected.push(path.to_owned());
            }
            expected.sort();
            assert_eq!(named(&file, "p.yaml").as_ref(), Some(&expected), "{path}");
        }
        let whole = std::fs::read(&file).expect("the index");
        for (what, bytes) in [
            ("cut off", whole[..whole.len() - 30].to_vec()),
            ("empty", Vec::new()),
            ("no index", b"garbage that is long enough".to_vec()),
            ("one part of an index", [&whole[..whole.len() - 20], b"link\0\0\0\0", &[0; 20]].concat()),
            ("too many entries", [b"DIRC\0\0\0\x02\xff\xff\xff\xff", &whole[12..]].concat()),
        ] {
            std::fs::write(&file, bytes).expect("written");
            assert_eq!(named(&file, "p.yaml"), None, "{what}");
        }
        index.set_version(4).expect("it is known");
        index.write().expect("written");
        assert_eq!(named(&file, "p.yaml"), None, "paths are shortened");
    }
}
