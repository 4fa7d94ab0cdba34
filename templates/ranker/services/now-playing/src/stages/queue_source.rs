//! The candidates of the request.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Source, StageError};

use crate::candidate::Candidate;
use crate::query::Query;

/// Fetches the candidates that the request brought.
#[derive(Debug)]
pub(crate) struct QueueSource;

#[async_trait]
impl Source<Query, Candidate> for QueueSource {
    fn name(&self) -> &'static str {
        "queue"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn fetch(&self, query: &Query, _within: Duration) -> Result<Vec<Candidate>, StageError> {
        Ok(query.queue.clone())
    }
}
