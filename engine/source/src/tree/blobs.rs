//! The files of a commit, read from git's store by any number of threads.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{Oid, Repository};

use super::{ReadError, Stamp};

/// As many links in a row as Linux follows.
const MAX_LINKS: usize = 40;

/// The longest target of a link that is followed, in bytes, as on Linux.
const MAX_TARGET: usize = 4096;

/// Files by path, each a blob of one repository.
#[derive(Default)]
pub(crate) struct Blobs {
    pub(crate) repository: Arc<Pool>,
    pub(crate) files: BTreeMap<String, Blob>,
}

/// The content of a file, or the target of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) id: Oid,
    pub(crate) link: bool,
}

/// Open handles of one repository, since a handle serves one thread at a time.
#[derive(Default)]
pub(crate) struct Pool {
    folder: PathBuf,
    idle: Mutex<Vec<Repository>>,
}

impl Blobs {
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(crate) fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn is_link(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|blob| blob.link)
    }

    pub(crate) fn stamp(&self, path: &str) -> Option<Stamp> {
        let blob = self.files.get(path).filter(|blob| !blob.link)?;
        Some(Stamp::Git(blob.id.as_bytes().try_into().ok()?))
    }

    /// The content of a file. A link is followed as the file system would, as long as it stays inside.
    pub(crate) fn read_within(&self, path: &str, limit: u64) -> Result<Arc<[u8]>, ReadError> {
        self.blob(path, resolve(&self.files, path, |id| self.blob(path, id, limit))?, limit)
    }

    fn blob(&self, path: &str, id: Oid, limit: u64) -> Result<Arc<[u8]>, ReadError> {
        let refused =
            |error: git2::Error| ReadError::Io { path: path.to_owned(), reason: error.message().to_owned() };
        let repository = self.repository.take().map_err(refused)?;
        let (bytes, _) = repository.odb().and_then(|odb| odb.read_header(id)).map_err(refused)?;
        if bytes as u64 > limit {
            return Err(ReadError::TooLarge { path: path.to_owned(), bytes: bytes as u64, limit });
        }
        let content = repository.find_blob(id).map_err(refused)?.content().into();
        self.repository.put_back(repository);
        Ok(content)
    }
}

/// The blob that a path leads to, through links as long as they stay inside; `target` is what a link says.
pub(crate) fn resolve<T: AsRef<[u8]>>(
    files: &BTreeMap<String, Blob>,
    path: &str,
    target: impl Fn(Oid) -> Result<T, ReadError>,
) -> Result<Oid, ReadError> {
    let refused = |reason: &str| ReadError::Io { path: path.to_owned(), reason: reason.to_owned() };
    let mut walked = String::new();
    let mut ahead: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
    let mut links = 0;
    while let Some(step) = ahead.pop() {
        match step.as_str() {
            "" | "." => continue,
            ".." if walked.is_empty() => return Err(ReadError::Outside(path.to_owned())),
            ".." => {
                walked.truncate(walked.rfind('/').unwrap_or(0));
                continue;
            }
            _ => {}
        }
        let here = if walked.is_empty() { step } else { format!("{walked}/{step}") };
        match files.get(&here) {
            Some(blob) if blob.link => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(refused("too many levels of symbolic links"));
                }
                let target = target(blob.id)?;
                let target = std::str::from_utf8(target.as_ref())
                    .map_err(|_| refused("its link's target is not valid UTF-8"))?;
                if target.len() > MAX_TARGET {
                    return Err(refused("its link's target is too long"));
                }
                if target.starts_with('/') {
                    return Err(ReadError::Outside(path.to_owned()));
                }
                ahead.extend(target.rsplit('/').map(str::to_owned));
            }
            Some(blob) if ahead.is_empty() => return Ok(blob.id),
            _ => walked = here,
        }
    }
    Err(refused("its link leads to no file"))
}

impl Pool {
    pub(crate) fn new(repository: Repository) -> Self {
        Pool { folder: repository.path().to_owned(), idle: Mutex::new(vec![repository]) }
    }

    fn take(&self) -> Result<Repository, git2::Error> {
        let idle = self.idle().pop();
        idle.map_or_else(|| Repository::open(&self.folder), Ok)
    }

    fn put_back(&self, repository: Repository) {
        self.idle().push(repository);
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
