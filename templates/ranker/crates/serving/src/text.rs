//! Reading the small files that say how a service is run.
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 20;

/// Reads a text file.
///
/// # Errors
/// An [`io::Error`] if it cannot be read, is no regular file, is not UTF-8 or larger than 1 MiB.
pub fn read_text(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        // To open a pipe is to wait for somebody who writes.
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    if File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)? as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {MAX_BYTES} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_or_a_device_is_refused() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("config.yaml");
        fs::write(&path, "seed: 7").expect("the file is written");
        assert_eq!(read_text(&path).expect("the file is right"), "seed: 7");
        fs::write(&path, "#".repeat(MAX_BYTES as usize + 1)).expect("the file is written");
        assert!(read_text(&path).expect_err("it is too large").to_string().contains("larger than"));
        assert!(read_text(Path::new("/dev/null")).is_err());
    }
}
