//! An index that can be built anew while it is asked: a new one of titles that are right, else the old one.
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use serving::Live;
use tokio::task::spawn_blocking;

use super::{Ask, BuildError, Found, Index, SearchError, TantivyIndex};
use crate::titles::read_titles;

/// The index of the titles in a folder.
pub struct LiveIndex {
    folder: PathBuf,
    quality: Option<PathBuf>,
    live: Live<TantivyIndex>,
}

impl LiveIndex {
    /// Builds the index of the titles in a folder, which are held to the expectations in the file `quality`, if there is one.
    ///
    /// # Errors
    /// A [`BuildError`] if the titles are wrong or the engine fails.
    pub fn open(folder: impl Into<PathBuf>, quality: Option<PathBuf>) -> Result<Self, BuildError> {
        let folder = folder.into();
        Ok(Self { live: Live::new(build(&folder, quality.as_deref())?), folder, quality })
    }

    /// Builds the index anew, on a thread where it holds up nobody. Searches that are under way end on the old one.
    ///
    /// # Errors
    /// A [`BuildError`] if the titles are wrong or the engine fails; the old index is kept then.
    pub async fn reload(&self) -> Result<(), BuildError> {
        let (folder, quality) = (self.folder.clone(), self.quality.clone());
        let built = spawn_blocking(move || build(&folder, quality.as_deref())).await;
        self.live.replace(built.map_err(|error| BuildError::Engine(error.into()))??);
        Ok(())
    }
}

#[async_trait]
impl Index for LiveIndex {
    async fn search(&self, ask: Ask, within: Duration) -> Result<Found, SearchError> {
        self.live.current().search(ask, within).await
    }
}

fn build(folder: &Path, quality: Option<&Path>) -> Result<TantivyIndex, BuildError> {
    TantivyIndex::build(read_titles(folder, quality)?)
}
