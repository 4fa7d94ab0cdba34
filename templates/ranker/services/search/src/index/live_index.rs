//! An index that can be built anew while it is asked: a new one of titles that are right, else the old one.
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;

use super::{Ask, BuildError, Found, Index, SearchError, TantivyIndex};
use crate::titles::read_titles;

/// The index of the titles in a folder.
pub struct LiveIndex {
    folder: PathBuf,
    current: RwLock<Arc<TantivyIndex>>,
}

impl LiveIndex {
    /// Builds the index of the titles in a folder.
    ///
    /// # Errors
    /// A [`BuildError`] if the titles are wrong or the engine fails.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, BuildError> {
        let folder = folder.into();
        let current = TantivyIndex::build(read_titles(&folder)?)?;
        Ok(Self { folder, current: RwLock::new(Arc::new(current)) })
    }

    /// Builds the index anew. Searches go on meanwhile, and those that are under way end on the old one.
    ///
    /// # Errors
    /// A [`BuildError`] if the titles are wrong or the engine fails; the old index is kept then.
    pub fn reload(&self) -> Result<(), BuildError> {
        let next = Arc::new(TantivyIndex::build(read_titles(&self.folder)?)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

#[async_trait]
impl Index for LiveIndex {
    async fn search(&self, ask: Ask, within: Duration) -> Result<Found, SearchError> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        current.search(ask, within).await
    }
}
