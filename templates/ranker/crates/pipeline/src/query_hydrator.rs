//! Stages that add to the query what the service knows about it.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError};

/// Adds to the query what the service knows, such as the viewer's profile.
#[async_trait]
pub trait QueryHydrator<Q>: Send + Sync {
    /// What is added.
    type Hydration: Send + 'static;

    /// The stage's name.
    fn name(&self) -> &'static str;

    /// What a failure means for the ranking.
    fn on_failure(&self) -> OnFailure;

    /// Reads what is to be added.
    ///
    /// # Errors
    /// A [`StageError`] if it cannot be had `within` the time given.
    async fn hydrate(&self, query: &Q, within: Duration) -> Result<Self::Hydration, StageError>;

    /// Puts it into the query.
    fn apply(&self, query: &mut Q, hydration: Self::Hydration);
}

/// A [`QueryHydrator`] whose hydration is between itself and the query.
#[async_trait]
pub(crate) trait AnyQueryHydrator<Q>: Send + Sync {
    fn name(&self) -> &'static str;
    fn on_failure(&self) -> OnFailure;
    async fn run(&self, query: &mut Q, within: Duration) -> Result<(), StageError>;
}

#[async_trait]
impl<Q: Send + Sync, H: QueryHydrator<Q>> AnyQueryHydrator<Q> for H {
    fn name(&self) -> &'static str {
        QueryHydrator::name(self)
    }

    fn on_failure(&self) -> OnFailure {
        QueryHydrator::on_failure(self)
    }

    async fn run(&self, query: &mut Q, within: Duration) -> Result<(), StageError> {
        let hydration = self.hydrate(query, within).await?;
        self.apply(query, hydration);
        Ok(())
    }
}
