//! What the model thinks of the candidates, as much as it counts.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};
use stages::ModelScorer;

use crate::candidate::Candidate;
use crate::query::Query;

/// Scores by the model's likelihood of a stream, weighted as the query's blend says.
pub(crate) struct ShortTermScorer(ModelScorer<Query, Candidate>);

impl ShortTermScorer {
    pub(crate) fn new(model: ModelScorer<Query, Candidate>) -> Self {
        Self(model)
    }
}

#[async_trait]
impl Scorer<Query, Candidate> for ShortTermScorer {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn on_failure(&self) -> OnFailure {
        self.0.on_failure()
    }

    async fn score(
        &self,
        query: &Query,
        candidates: &[Candidate],
        within: Duration,
    ) -> Result<Vec<f64>, StageError> {
        let streams = self.0.score(query, candidates, within).await?;
        Ok(streams.into_iter().map(|stream| query.blend.short_term(stream)).collect())
    }
}
