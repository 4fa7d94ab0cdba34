//! The folder in which bulk files stand, by the digest of what they hold.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest::is_digest;

/// A folder of files that are named by digests. Where it lies is for whoever runs Gatefold to say, or a folder below the
/// root that the policy names; what a file holds is checked against its manifest, so a store needs no trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    folder: Option<PathBuf>,
}

/// What a file in the store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rankings,
    Requests,
}

impl Kind {
    fn extension(self) -> &'static str {
        match self {
            Kind::Rankings => "rankings",
            Kind::Requests => "requests.jsonl",
        }
    }
}

impl Store {
    /// No store: whoever needs one is told how to name it.
    pub fn none() -> Store {
        Store::default()
    }

    /// The store in a folder. It is made when something is first written to it.
    pub fn at(folder: impl Into<PathBuf>) -> Store {
        Store { folder: Some(folder.into()) }
    }

    pub(crate) fn name(kind: Kind, digest: &str) -> String {
        format!("{digest}.{}", kind.extension())
    }

    /// Opens a file; the reason where that fails.
    pub(crate) fn open(&self, kind: Kind, digest: &str) -> Result<File, String> {
        let name = Store::name(kind, digest);
        if !is_digest(digest) {
            return Err(format!("`{digest}` names no file of a store"));
        }
        let path = self.folder()?.join(&name);
        // Before it is opened: opening a pipe waits for its other end.
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(format!("`{name}` in the store is not a regular file")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(format!("the store has no `{name}`"));
            }
            Err(error) => return Err(format!("failed to read `{name}` in the store: {error}")),
        }
        File::open(&path).map_err(|error| format!("failed to read `{name}` in the store: {error}"))
    }

    /// A new file that has no name yet: it vanishes unless [`Draft::keep`] gives it one.
    pub(crate) fn draft(&self) -> Result<Draft, String> {
        let folder = self.folder()?;
        let made = || {
            std::fs::create_dir_all(folder)?;
            tempfile::Builder::new().prefix(".draft-").tempfile_in(folder)
        };
        let file = made().map_err(|error| format!("failed to write to the store: {error}"))?;
        Ok(Draft { folder: folder.to_owned(), file: BufWriter::with_capacity(1 << 20, file) })
    }

    /// A file for what is in between, gone with the process.
    pub(crate) fn spool(&self) -> Result<File, String> {
        let folder = self.folder()?;
        let made = || {
            std::fs::create_dir_all(folder)?;
            tempfile::tempfile_in(folder)
        };
        made().map_err(|error| format!("failed to write to the store: {error}"))
    }

    fn folder(&self) -> Result<&Path, String> {
        self.folder.as_deref().ok_or_else(|| {
            "no store is known: set GATEFOLD_STORE, or `golden.store` in the policy".to_owned()
        })
    }
}

/// A file that is being written.
pub(crate) struct Draft {
    folder: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Draft {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.file.write_all(bytes).map_err(|error| format!("failed to write to the store: {error}"))
    }

    /// Gives the file its name, all of it at once.
    pub(crate) fn keep(self, kind: Kind, digest: &str) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("failed to write to the store: {error}");
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        crate::accept::set_mode(file.path()).map_err(failed)?;
        file.persist(self.folder.join(Store::name(kind, digest))).map_err(|error| failed(error.error))?;
        Ok(())
    }
}
