//! One side of a change: the files below the root, from the disk, from a commit, or from memory.

mod blobs;
mod stamp;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ahead::Ahead;
use crate::cache::Cache;
use crate::code::Problem;
use crate::syntax::{self, Place, SourceFile};
use crate::workspace::Workspace;

pub(crate) use blobs::{Blob, Blobs, Pool, resolve};
pub(crate) use stamp::Stamp;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

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
    /// Files that are parsed already.
    ahead: Option<Arc<Ahead>>,
    /// Where is kept what was found in files.
    cache: Cache,
    /// The packages, once somebody asks for them.
    workspace: Arc<OnceLock<Workspace>>,
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
        Tree {
            store: Arc::new(store),
            unread: Arc::new(unread),
            ahead: None,
            cache: Cache::off(),
            workspace: Arc::default(),
        }
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

impl Tree {
    /// The same tree, some of whose files are parsed ahead. A file whose text is another by now is parsed anew.
    pub fn with_ahead(self, ahead: Ahead) -> Tree {
        Tree { ahead: Some(Arc::new(ahead)), ..self }
    }

    /// The same tree with nothing parsed ahead: for who is asked within a look, since the threads that look would wait for
    /// each other.
    pub(crate) fn without_ahead(&self) -> Tree {
        Tree { ahead: None, ..self.clone() }
    }

    /// The same tree, with a place for what is found in its files: worth it for the base, which stays as it is while head
    /// is edited.
    pub fn with_cache(self, cache: &Cache) -> Tree {
        Tree { cache: cache.clone(), ..self }
    }

    /// The packages, which are found once, however many ask at the same time.
    pub(crate) fn workspace(&self, find: impl FnOnce() -> Workspace) -> &Workspace {
        self.workspace.get_or_init(find)
    }

    /// Looks at a Rust file as a syntax tree, `place` being where in the workspace it belongs. Needs the stack of
    /// [`with_stack`](crate::with_stack); where the file was parsed ahead, the look takes place on the thread that has it.
    ///
    /// # Errors
    /// A [`Problem`] that says why it cannot be read, or does not parse.
    pub fn look_at<T: Send + 'static>(
        &self,
        path: &str,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        let text = self.text(path).map_err(|error| Problem::of_read(path, &error))?;
        if let Some(seen) = self.look_ahead(path, &text, place, look.clone()) {
            return Ok(seen);
        }
        let mut file = syntax::parse_shared(path, &text)?;
        file.place = place.cloned();
        let seen = look(&file);
        drop(file);
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(seen)
    }

    /// The same for a look whose answer is data that follows from the file alone: what is kept of it is not looked at
    /// again. `who` names the one who looks, and which build of it.
    ///
    /// # Errors
    /// As [`look_at`](Self::look_at).
    pub fn look_once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        path: &str,
        who: &str,
        look: impl FnOnce(&SourceFile) -> T + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        let text = self.text(path).map_err(|error| Problem::of_read(path, &error))?;
        self.cache.answer(who, (path, &text), || self.look_at(path, None, look))
    }

    /// The same of a file that was parsed ahead, if this one was and says this text.
    pub(crate) fn look_ahead<T: Send + 'static>(
        &self,
        path: &str,
        text: &Arc<str>,
        place: Option<&Place>,
        look: impl FnOnce(&SourceFile) -> T + Send + 'static,
    ) -> Option<T> {
        match (&self.ahead, &*self.store) {
            (Some(ahead), Store::Disk { root, .. }) => ahead.look(&root.join(path), text, place, look),
            _ => None,
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
