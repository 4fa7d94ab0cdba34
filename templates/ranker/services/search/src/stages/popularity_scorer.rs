//! What many play is what many mean.
use std::time::Duration;

use async_trait::async_trait;
use catalogue::measures::popularity;
use pipeline::{OnFailure, Scorer, StageError};

use crate::candidate::Candidate;
use crate::query::Query;

/// Scores by how popular a track is. What nobody knows the plays of is worth nothing here.
#[derive(Debug)]
pub(crate) struct PopularityScorer {
    weight: f64,
}

impl PopularityScorer {
    /// Popularity is worth `weight`, save where an experiment says otherwise.
    pub(crate) fn new(weight: f64) -> Self {
        Self { weight }
    }
}

#[async_trait]
impl Scorer<Query, Candidate> for PopularityScorer {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn score(
        &self,
        query: &Query,
        candidates: &[Candidate],
        _within: Duration,
    ) -> Result<Vec<f64>, StageError> {
        let weight = query.popularity_weight.unwrap_or(self.weight);
        let plays = candidates.iter().map(|candidate| candidate.track.plays);
        Ok(plays.map(|plays| weight * popularity(plays).unwrap_or(0.0)).collect())
    }
}
