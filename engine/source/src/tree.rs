//! One side of a change: the files below the root, from the disk, from a commit, or from memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// Why a file could not be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// The tree has no such file.
    #[error("there is no `{0}`")]
    Missing(String),
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("`{path}` has {bytes} bytes, more than the {MAX_FILE_BYTES} that are read")]
    TooLarge {
        /// Path from the root.
        path: String,
        /// Size of the file.
        bytes: u64,
    },
    /// The file is not UTF-8, where text is asked for.
    #[error("`{0}` is not valid UTF-8")]
    NotText(String),
    /// The path leads out of the root, through a link.
    #[error("`{0}` leads out of the root")]
    Outside(String),
    /// The operating system or git refused.
    #[error("failed to read `{path}`: {reason}")]
    Io {
        /// Path from the root.
        path: String,
        /// What was said.
        reason: String,
    },
}

/// The files of one side, by path from the root, with `/`.
#[derive(Clone)]
pub struct Tree {
    store: Arc<Store>,
}

enum Store {
    Memory(BTreeMap<String, Arc<[u8]>>),
    Disk { root: PathBuf, paths: Vec<String> },
    Git { repository: Mutex<git2::Repository>, blobs: BTreeMap<String, git2::Oid> },
}

impl Tree {
    /// A tree in memory, for tests and for planted violations.
    pub fn from_memory<P: Into<String>, C: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        let files = files.into_iter().map(|(path, content)| (path.into(), content.as_ref().into())).collect();
        Tree { store: Arc::new(Store::Memory(files)) }
    }

    /// The given files below a folder on the disk. Which files belong to it is the caller's to say.
    pub fn from_disk(root: impl Into<PathBuf>, mut paths: Vec<String>) -> Self {
        paths.sort();
        paths.dedup();
        Tree { store: Arc::new(Store::Disk { root: root.into(), paths }) }
    }

    /// The given blobs of a repository, by path from the root.
    pub fn from_blobs(repository: git2::Repository, blobs: BTreeMap<String, git2::Oid>) -> Self {
        Tree { store: Arc::new(Store::Git { repository: Mutex::new(repository), blobs }) }
    }

    /// Every path, sorted.
    pub fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &*self.store {
            Store::Memory(files) => Box::new(files.keys().map(String::as_str)),
            Store::Disk { paths, .. } => Box::new(paths.iter().map(String::as_str)),
            Store::Git { blobs, .. } => Box::new(blobs.keys().map(String::as_str)),
        }
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        match &*self.store {
            Store::Memory(files) => files.contains_key(path),
            Store::Disk { paths, .. } => paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok(),
            Store::Git { blobs, .. } => blobs.contains_key(path),
        }
    }

    /// The content of a file.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        if !self.contains(path) {
            return Err(ReadError::Missing(path.to_owned()));
        }
        match &*self.store {
            Store::Memory(files) => Ok(files[path].clone()),
            Store::Disk { root, .. } => read_from_disk(root, path),
            Store::Git { repository, blobs } => {
                let repository = repository.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                read_blob(&repository, path, blobs[path])
            }
        }
    }

    /// The content of a text file.
    pub fn text(&self, path: &str) -> Result<Arc<str>, ReadError> {
        let bytes = self.read(path)?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(text.into()),
            Err(_) => Err(ReadError::NotText(path.to_owned())),
        }
    }
}

fn read_from_disk(root: &Path, path: &str) -> Result<Arc<[u8]>, ReadError> {
    let io = |error: std::io::Error| ReadError::Io { path: path.to_owned(), reason: error.to_string() };
    let real_root = root.canonicalize().map_err(io)?;
    let real = root.join(path).canonicalize().map_err(io)?;
    if !real.starts_with(&real_root) {
        return Err(ReadError::Outside(path.to_owned()));
    }
    let bytes = real.metadata().map_err(io)?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge { path: path.to_owned(), bytes });
    }
    std::fs::read(&real).map(Into::into).map_err(io)
}

fn read_blob(repository: &git2::Repository, path: &str, id: git2::Oid) -> Result<Arc<[u8]>, ReadError> {
    let git =
        |error: git2::Error| ReadError::Io { path: path.to_owned(), reason: error.message().to_owned() };
    let (bytes, _) = repository.odb().and_then(|odb| odb.read_header(id)).map_err(git)?;
    if bytes as u64 > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge { path: path.to_owned(), bytes: bytes as u64 });
    }
    Ok(repository.find_blob(id).map_err(git)?.content().into())
}
