//! What is believed about the long-term reward, and what it is worth to find out more.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};

use crate::candidate::Candidate;
use crate::query::Query;

/// Scores by the mean of the belief and a capped bonus for its variance. Where nobody could look, no candidate has
/// anything of it, so that the short term decides.
#[derive(Debug)]
pub(crate) struct RewardScorer;

#[async_trait]
impl Scorer<Query, Candidate> for RewardScorer {
    fn name(&self) -> &'static str {
        "reward"
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
        let reward = |candidate: &Candidate| {
            candidate.belief.as_ref().map_or(0.0, |belief| query.blend.long_term(belief))
        };
        Ok(candidates.iter().map(reward).collect())
    }
}
