//! A file that whole lines are added to, wherever it is moved and however it ended.
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The end of a file.
#[derive(Debug)]
pub(crate) struct Append {
    path: PathBuf,
    file: File,
    /// Which file that is, whatever it is called by now.
    identity: (u64, u64),
    /// Whether the file ends within a line: a process died as it wrote, or the disk was full.
    torn: bool,
}

impl Append {
    /// Opens a file, which is made if it is not there, folders included.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let metadata = file.metadata()?;
        let torn = ends_within_a_line(&file, metadata.len())?;
        Ok(Self { path: path.to_owned(), file, identity: identity(&metadata), torn })
    }

    /// Adds a line, which ends in a line break, by one write.
    ///
    /// # Errors
    /// An [`io::Error`] if it is not written, or only a part of it, which is then a line of its own.
    pub(crate) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.has_moved()? {
            *self = Self::open(&self.path)?;
        }
        let written =
            if self.torn { self.file.write_all(&[b"\n", line].concat()) } else { self.file.write_all(line) };
        self.torn = written.is_err();
        written
    }

    /// Returns once everything is on the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn has_moved(&self) -> io::Result<bool> {
        match fs::metadata(&self.path) {
            Ok(metadata) => Ok(identity(&metadata) != self.identity),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn ends_within_a_line(file: &File, length: u64) -> io::Result<bool> {
    let Some(last) = length.checked_sub(1) else { return Ok(false) };
    let mut byte = [0];
    file.read_exact_at(&mut byte, last)?;
    Ok(byte != [b'\n'])
}
