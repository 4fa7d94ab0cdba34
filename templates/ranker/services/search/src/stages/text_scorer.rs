//! How well the text fits.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};

use crate::candidate::Candidate;
use crate::query::Query;

/// Scores by how well the text fits: all that is left when the store and the model fail.
#[derive(Debug)]
pub(crate) struct TextScorer {
    weight: f64,
}

impl TextScorer {
    pub(crate) fn new(weight: f64) -> Self {
        Self { weight }
    }
}

#[async_trait]
impl Scorer<Query, Candidate> for TextScorer {
    fn name(&self) -> &'static str {
        "text"
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
        Ok(candidates.iter().map(|candidate| self.weight * candidate.text).collect())
    }
}
