//! The base as something to build: its tree in a folder, and where that folder is.

mod checkout;
mod seed;

use std::path::{Path, PathBuf};

use findings::digest;
use source::Tree;

use crate::scene::Scene;

pub(crate) use checkout::Checkout;

/// Where the base is built: kept in the cache from run to run, or a folder of this run where nothing is kept.
pub(crate) struct Folder {
    path: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// The folder for the bases of a root.
    pub(crate) fn of(scene: &Scene) -> Result<Folder, String> {
        if let Some(cache) = scene.ask.cache.folder() {
            let root = digest(scene.ask.root.as_os_str().as_encoded_bytes());
            return Ok(Folder { path: cache.join("bases").join(&root[..16]), _temporary: None });
        }
        let made = tempfile::Builder::new().prefix("gatefold-base-").tempdir();
        let temporary = made.map_err(|error| error.to_string())?;
        Ok(Folder { path: temporary.path().to_owned(), _temporary: Some(temporary) })
    }

    /// The base in it, with what head's build made of crates that are no part of the workspace.
    pub(crate) fn checkout(&self, root: &Path, base: &Tree, head: &Tree) -> Result<Checkout, String> {
        let checkout = Checkout::of(base, &self.path)?;
        seed::seed(root, &checkout.root(), [base, head]);
        Ok(checkout)
    }
}
