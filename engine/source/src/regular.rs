//! Files that are read past a tree: anything may lie in their place, and who opens a pipe waits for its other end.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use crate::tree::MAX_FILE_BYTES;

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
}
