//! Files that are read past a tree: anything may lie in their place, and who opens a pipe waits for its other end.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::git::NOT_WALKED;
use crate::tree::MAX_FILE_BYTES;

/// What git opens in every folder that it looks through, and at the top.
const OPENED_BY_GIT: [&str; 3] = [".gitignore", ".gitattributes", ".gitmodules"];

/// The most entries of folders that are looked at.
const MAX_ENTRIES: usize = 500_000;

/// The bytes of a regular file; a link to one is followed.
///
/// # Errors
/// It is no regular file, is larger than [`MAX_FILE_BYTES`], or the system refuses.
pub fn read_regular(file: &Path) -> Result<Vec<u8>> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut content = Vec::with_capacity(metadata.len().min(MAX_FILE_BYTES).try_into().unwrap_or(0));
    std::fs::File::open(file)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAX_FILE_BYTES {
        let reason = format!("it has more than the {MAX_FILE_BYTES} bytes that are read");
        return Err(Error::new(ErrorKind::FileTooLarge, reason));
    }
    Ok(content)
}

/// The text of a regular file, as [`read_regular`].
///
/// # Errors
/// As there, and where it is not UTF-8.
pub fn read_regular_text(file: &Path) -> Result<String> {
    let bytes = read_regular(file)?;
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

/// The file in a checkout that git waits for without end once it opens it: a pipe or a device in the place of one that it
/// reads in every folder. Whoever waits for git can find out here why.
pub fn what_git_waits_for(folder: &Path) -> Option<PathBuf> {
    let top = folder.ancestors().find(|above| above.join(".git").symlink_metadata().is_ok())?;
    let walk = WalkDir::new(top).into_iter().filter_entry(|entry| {
        let is_left_out = |name: &&str| entry.file_type().is_dir() && entry.file_name() == OsStr::new(name);
        entry.depth() == 0 || !NOT_WALKED.iter().any(is_left_out)
    });
    let opened = |name: &OsStr| OPENED_BY_GIT.iter().any(|opened| name == *opened);
    let is_waited_for = |found: Metadata| !found.is_file() && !found.is_dir();
    let mut found = walk.take(MAX_ENTRIES).flatten().filter(|entry| opened(entry.file_name()));
    found.find(|entry| entry.path().metadata().is_ok_and(is_waited_for)).map(walkdir::DirEntry::into_path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn pipe(file: &Path) {
        let made = Command::new("mkfifo").arg(file).status().expect("mkfifo runs");
        assert!(made.success());
    }

    #[test]
    fn only_a_regular_file_is_opened() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("text"), "a\n").expect("written");
        std::fs::write(at("latin"), b"\xe9").expect("written");
        std::fs::File::create(at("large")).and_then(|file| file.set_len(1 << 32)).expect("a large file");
        symlink("text", at("link")).expect("a link");
        symlink("/dev/zero", at("endless")).expect("a link");
        symlink("pipe", at("to a pipe")).expect("a link");
        std::fs::create_dir(at("folder")).expect("a folder");
        pipe(&at("pipe"));
        for (name, expected) in [
            ("text", Ok("a\n")),
            ("link", Ok("a\n")),
            ("latin", Err(ErrorKind::InvalidData)),
            ("large", Err(ErrorKind::FileTooLarge)),
            ("endless", Err(ErrorKind::InvalidInput)),
            ("to a pipe", Err(ErrorKind::InvalidInput)),
            ("folder", Err(ErrorKind::InvalidInput)),
            ("pipe", Err(ErrorKind::InvalidInput)),
            ("gone", Err(ErrorKind::NotFound)),
        ] {
            let read = read_regular_text(&at(name));
            assert_eq!(read.as_deref().map_err(Error::kind), expected, "{name}");
        }
    }

    #[test]
    fn what_git_would_wait_for_is_found_where_git_looks() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let top = folder.path();
        for below in [".git", "src/deep", "target", "node_modules/a"] {
            std::fs::create_dir_all(top.join(below)).expect("a folder");
        }
        std::fs::write(top.join(".gitignore"), "/target/\n").expect("written");
        for path in ["src/pipe.rs", "target/.gitignore", "node_modules/a/.gitignore", ".git/.gitignore"] {
            pipe(&top.join(path));
        }
        assert_eq!(what_git_waits_for(&top.join("src")), None);
        for path in ["src/deep/.gitattributes", ".gitmodules"] {
            pipe(&top.join(path));
            assert_eq!(what_git_waits_for(&top.join("src")), Some(top.join(path)));
            std::fs::remove_file(top.join(path)).expect("removed");
        }
        symlink("pipe.rs", top.join("src/.gitignore")).expect("a link");
        assert_eq!(what_git_waits_for(top), Some(top.join("src/.gitignore")));
    }
}
