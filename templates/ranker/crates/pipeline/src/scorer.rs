//! Stages that score candidates.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError};

/// Scores all candidates, in one batch. A candidate's score is the sum of what the scorers give it.
#[async_trait]
pub trait Scorer<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// What a failure means for the ranking. Without a scorer, its share of every score is missing.
    fn on_failure(&self) -> OnFailure;

    /// One number for each candidate, in their order. Candidates whose number is not finite are dropped and counted.
    ///
    /// # Errors
    /// A [`StageError`] if the numbers cannot be had `within` the time given.
    async fn score(&self, query: &Q, candidates: &[C], within: Duration) -> Result<Vec<f64>, StageError>;
}
