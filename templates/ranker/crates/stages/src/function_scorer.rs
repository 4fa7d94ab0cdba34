//! What a function of query and candidate thinks of the candidates.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};

/// Scores each candidate by itself, by a function that asks nobody and cannot fail.
#[derive(Debug, Clone, Copy)]
pub struct FunctionScorer<F> {
    name: &'static str,
    score: F,
}

impl<F> FunctionScorer<F> {
    /// Scores by a function of query and candidate, as the stage of this name.
    pub fn new<Q, C>(name: &'static str, score: F) -> Self
    where
        F: Fn(&Q, &C) -> f64,
    {
        Self { name, score }
    }
}

#[async_trait]
impl<Q, C, F> Scorer<Q, C> for FunctionScorer<F>
where
    Q: Sync,
    C: Sync,
    F: Fn(&Q, &C) -> f64 + Send + Sync,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn score(&self, query: &Q, candidates: &[C], _within: Duration) -> Result<Vec<f64>, StageError> {
        Ok(candidates.iter().map(|candidate| (self.score)(query, candidate)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_candidate_has_the_score_of_the_function() {
        let scorer = FunctionScorer::new("product", |query: &f64, candidate: &f64| query * candidate);
        assert_eq!(Scorer::<f64, f64>::name(&scorer), "product");
        let scores = scorer.score(&2.0, &[1.0, 3.0], Duration::ZERO).await.expect("a function cannot fail");
        assert_eq!(scores, [2.0, 6.0]);
    }
}
