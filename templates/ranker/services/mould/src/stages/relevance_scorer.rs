//! How well a track fits.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};

use crate::candidate::Candidate;
use crate::parts_of_score::relevance;
use crate::query::Query;

/// Scores a track by its relevance, as whoever retrieved it thinks.
#[derive(Debug)]
pub(crate) struct RelevanceScorer;

#[async_trait]
impl Scorer<Query, Candidate> for RelevanceScorer {
    fn name(&self) -> &'static str {
        "relevance"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn score(
        &self,
        _query: &Query,
        candidates: &[Candidate],
        _within: Duration,
    ) -> Result<Vec<f64>, StageError> {
        Ok(candidates.iter().map(|candidate| relevance(candidate).contribution).collect())
    }
}
