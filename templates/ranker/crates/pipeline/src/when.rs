//! Stages that run under a condition.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError};
use crate::source::Source;

/// A stage that runs for some queries only. Made by [`when`].
#[derive(Debug)]
pub struct When<P, S> {
    label: &'static str,
    condition: P,
    stage: S,
}

/// Runs `stage` for the queries that meet `condition`, which the pipeline's description calls `label`.
pub fn when<Q, P: Fn(&Q) -> bool, S>(label: &'static str, condition: P, stage: S) -> When<P, S> {
    When { label, condition, stage }
}

#[async_trait]
impl<Q, C, P, S> Source<Q, C> for When<P, S>
where
    Q: Sync,
    C: Send,
    P: Fn(&Q) -> bool + Send + Sync,
    S: Source<Q, C>,
{
    fn name(&self) -> &'static str {
        self.stage.name()
    }

    fn on_failure(&self) -> OnFailure {
        self.stage.on_failure()
    }

    fn condition(&self) -> Option<&'static str> {
        Some(self.label)
    }

    async fn fetch(&self, query: &Q, within: Duration) -> Result<Vec<C>, StageError> {
        if (self.condition)(query) { self.stage.fetch(query, within).await } else { Ok(Vec::new()) }
    }
}
