//! The candidates of the request.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Source, StageError};

/// Fetches the candidates that the request brought.
#[derive(Debug)]
pub struct RequestSource<Q, C> {
    name: &'static str,
    candidates: fn(&Q) -> &[C],
}

impl<Q, C> RequestSource<Q, C> {
    /// Fetches the query's `candidates`.
    pub fn new(name: &'static str, candidates: fn(&Q) -> &[C]) -> Self {
        Self { name, candidates }
    }
}

#[async_trait]
impl<Q: Sync, C: Clone + Send + Sync> Source<Q, C> for RequestSource<Q, C> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn fetch(&self, query: &Q, _within: Duration) -> Result<Vec<C>, StageError> {
        Ok((self.candidates)(query).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn candidates_come_as_the_request_has_them() {
        let source = RequestSource::<Vec<u8>, u8>::new("queue", |query| query);
        let fetched =
            source.fetch(&vec![3, 1, 3], Duration::ZERO).await.expect("there is nothing that fails");
        assert_eq!(fetched, [3, 1, 3]);
    }
}
