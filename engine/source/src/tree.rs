//! One side of a change: the files below the root, from the disk, from a commit, or from memory.

mod beside;
mod blobs;
mod stamp;

use std::any::Any;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use beside::Beside;

pub(crate) use blobs::{Blob, Blobs, Pool, resolve};
pub(crate) use stamp::Stamp;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// Folders that hold what was built, fetched, or is git's own.
pub(crate) const NOT_WALKED: [&str; 3] = ["target", ".git", "node_modules"];

/// Why a file could not be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// The tree has no such file.
    #[error("there is no `{0}`")]
    Missing(String),
    /// The file is larger than what is read: [`MAX_FILE_BYTES`], unless whoever reads it says otherwise.
    #[error("`{path}` has {bytes} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Path from the root.
        path: String,
        /// Size of the file.
        bytes: u64,
        /// How many are read.
        limit: u64,
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
///
/// Links are followed as long as they stay below the root. What a working tree holds is read as it lies on the
/// disk, line ends included; a commit is read as git stores it. Whether a file differs between two sides is
/// therefore [`Change::touched`](crate::Change::touched)'s to say, not a comparison of bytes.
#[derive(Clone)]
pub struct Tree {
    store: Arc<Store>,
    unread: Arc<Unread>,
    beside: Beside,
}

enum Store {
    Memory(BTreeMap<String, Arc<[u8]>>),
    /// `absent` are the files that a sparse checkout left out.
    Disk {
        root: PathBuf,
        paths: Vec<String>,
        absent: Blobs,
    },
    Git(Blobs),
}

/// What a tree holds and cannot be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread {
    pub(crate) names: Vec<String>,
    pub(crate) repositories: Vec<String>,
}

impl Tree {
    /// A tree in memory, for tests and for planted violations.
    pub fn from_memory<P: Into<String>, C: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        let files = files.into_iter().map(|(path, content)| (path.into(), content.as_ref().into())).collect();
        Tree::new(Store::Memory(files), Unread::default())
    }

    /// The given files below a folder on the disk. Which files belong to it is the caller's to say.
    pub fn from_disk(root: impl Into<PathBuf>, paths: Vec<String>) -> Self {
        Tree::on_disk(root.into(), paths, Blobs::default(), Unread::default())
    }

    pub(crate) fn on_disk(root: PathBuf, mut paths: Vec<String>, absent: Blobs, unread: Unread) -> Self {
        paths.sort();
        paths.dedup();
        // A root that cannot be resolved has no files either, so that every read says why.
        let root = root.canonicalize().unwrap_or(root);
        Tree::new(Store::Disk { root, paths, absent }, unread)
    }

    pub(crate) fn from_blobs(blobs: Blobs, unread: Unread) -> Self {
        Tree::new(Store::Git(blobs), unread)
    }

    fn new(store: Store, unread: Unread) -> Self {
        Tree { store: Arc::new(store), unread: Arc::new(unread), beside: Beside::default() }
    }

    /// Every path, sorted.
    pub fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &*self.store {
            Store::Memory(files) => Box::new(files.keys().map(String::as_str)),
            Store::Disk { paths, .. } => Box::new(paths.iter().map(String::as_str)),
            Store::Git(blobs) => Box::new(blobs.paths()),
        }
    }

    /// Names that [`paths`](Self::paths) leaves out because they cannot be named or opened: not UTF-8, refused by
    /// git, neither file nor link. What could not be shown in them is replaced. Sorted.
    pub fn unreadable_names(&self) -> &[String] {
        &self.unread.names
    }

    /// Submodules and other repositories below the root: folders whose content is not part of this tree. Sorted.
    pub fn nested_repositories(&self) -> &[String] {
        &self.unread.repositories
    }

    /// Whether there is such a file.
    pub fn contains(&self, path: &str) -> bool {
        match &*self.store {
            Store::Memory(files) => files.contains_key(path),
            Store::Disk { paths, .. } => paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok(),
            Store::Git(blobs) => blobs.contains(path),
        }
    }

    /// Whether the file is a link, so that what it says can change while it stays as it is.
    pub fn is_link(&self, path: &str) -> bool {
        match &*self.store {
            Store::Memory(_) => false,
            Store::Disk { absent, .. } if absent.contains(path) => absent.is_link(path),
            Store::Disk { root, .. } => root.join(path).is_symlink(),
            Store::Git(blobs) => blobs.is_link(path),
        }
    }

    /// What tells whether a file still has the content that it had. None where that is not known: in memory, for links.
    pub(crate) fn stamp(&self, path: &str) -> Option<Stamp> {
        match &*self.store {
            Store::Memory(_) => None,
            Store::Disk { absent, .. } if absent.contains(path) => absent.stamp(path),
            Store::Disk { root, .. } => Stamp::of_file(&root.join(path)),
            Store::Git(blobs) => blobs.stamp(path),
        }
    }

    /// Which tree it is, as far as that says where a file is: the folder on the disk. None for a tree in memory.
    pub(crate) fn place(&self) -> Option<&[u8]> {
        match &*self.store {
            Store::Memory(_) => None,
            Store::Disk { root, .. } => Some(root.as_os_str().as_encoded_bytes()),
            Store::Git(_) => Some(b""),
        }
    }

    /// The content of a file.
    pub fn read(&self, path: &str) -> Result<Arc<[u8]>, ReadError> {
        self.read_within(path, MAX_FILE_BYTES)
    }

    /// The content of a file of at most so many bytes: for what is larger than code, such as a model.
    pub fn read_within(&self, path: &str, limit: u64) -> Result<Arc<[u8]>, ReadError> {
        if !self.contains(path) {
            return Err(ReadError::Missing(path.to_owned()));
        }
        match &*self.store {
            Store::Memory(files) => Ok(files[path].clone()),
            Store::Disk { absent, .. } if absent.contains(path) => absent.read_within(path, limit),
            Store::Disk { root, .. } => read_from_disk(root, path, limit),
            Store::Git(blobs) => blobs.read_within(path, limit),
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

/// What others know of a tree and hand on with it, one thing of each type. A tree knows none of these.
impl Tree {
    pub(crate) fn with<T: Any + Send + Sync>(self, thing: T) -> Tree {
        Tree { beside: self.beside.with(thing), ..self }
    }

    pub(crate) fn without<T: Any>(&self) -> Tree {
        Tree { beside: self.beside.without::<T>(), ..self.clone() }
    }

    pub(crate) fn has<T: Any>(&self) -> Option<&T> {
        self.beside.get()
    }

    /// Where a file lies, if this is a tree on the disk.
    pub(crate) fn file(&self, path: &str) -> Option<PathBuf> {
        match &*self.store {
            Store::Disk { root, .. } => Some(root.join(path)),
            Store::Memory(_) | Store::Git(_) => None,
        }
    }
}

fn read_from_disk(root: &Path, path: &str, limit: u64) -> Result<Arc<[u8]>, ReadError> {
    let refused = |reason: String| ReadError::Io { path: path.to_owned(), reason };
    let io = |error: std::io::Error| refused(error.to_string());
    let real = root.join(path).canonicalize().map_err(io)?;
    if !real.starts_with(root) {
        return Err(ReadError::Outside(path.to_owned()));
    }
    // Before it is opened: opening a pipe waits for its other end.
    let metadata = real.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(refused("it is not a regular file".to_owned()));
    }
    let mut content = Vec::with_capacity(metadata.len().min(limit).try_into().unwrap_or(0));
    let file = std::fs::File::open(&real).map_err(io)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut content).map_err(io)?;
    let bytes = metadata.len().max(content.len() as u64);
    if bytes > limit {
        return Err(ReadError::TooLarge { path: path.to_owned(), bytes, limit });
    }
    Ok(content.into())
}
