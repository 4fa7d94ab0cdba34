//! Stages that fetch candidates.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError};

/// Fetches candidates. Sources run side by side; what they fetch is joined in the order of the sources.
#[async_trait]
pub trait Source<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// What a failure means for the ranking.
    fn on_failure(&self) -> OnFailure;

    /// Under which condition the stage runs, for the pipeline's description; `None` if always.
    fn condition(&self) -> Option<&'static str> {
        None
    }

    /// Fetches candidates for the query.
    ///
    /// # Errors
    /// A [`StageError`] if they cannot be had `within` the time given.
    async fn fetch(&self, query: &Q, within: Duration) -> Result<Vec<C>, StageError>;
}
