//! Stages that act on what is served, such as logging exposures.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError};
use crate::outcome::Degraded;
use crate::scored::Scored;

/// What is about to be served.
#[derive(Debug)]
pub struct Served<'a, Q, C> {
    /// The query with all that was added to it.
    pub query: &'a Q,
    /// The answer, best first.
    pub ranked: &'a [Scored<C>],
    /// The stages that were done without.
    pub degraded: &'a [Degraded],
}

/// Acts on what is served. The ranking waits for it, so nothing of it is left behind at shutdown: an effect with more
/// to do than to hand something on owns a bounded queue that whoever started it flushes.
#[async_trait]
pub trait Effect<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// What a failure means for the ranking.
    fn on_failure(&self) -> OnFailure;

    /// Acts.
    ///
    /// # Errors
    /// A [`StageError`] if it could not be done `within` the time given, which may be none: what takes no time is done even
    /// then.
    async fn run(&self, served: &Served<'_, Q, C>, within: Duration) -> Result<(), StageError>;
}
