//! Stages that add to the candidates what the service knows about them.
use std::time::Duration;

use async_trait::async_trait;

use crate::error::{OnFailure, StageError, expect_length};

/// Adds to all candidates what the service knows, in one batch. Hydrators run side by side.
#[async_trait]
pub trait Hydrator<Q, C>: Send + Sync {
    /// What is added to one candidate.
    type Hydration: Send + 'static;

    /// The stage's name.
    fn name(&self) -> &'static str;

    /// What a failure means for the ranking.
    fn on_failure(&self) -> OnFailure;

    /// Reads what is to be added: one hydration for each candidate, in their order.
    ///
    /// # Errors
    /// A [`StageError`] if it cannot be had `within` the time given.
    async fn hydrate(
        &self,
        query: &Q,
        candidates: &[C],
        within: Duration,
    ) -> Result<Vec<Self::Hydration>, StageError>;

    /// Puts one hydration into its candidate.
    fn apply(&self, candidate: &mut C, hydration: Self::Hydration);
}

/// Puts all hydrations of one stage into their candidates.
pub(crate) type Apply<'a, C> = Box<dyn FnOnce(&mut [C]) + Send + 'a>;

/// A [`Hydrator`] whose hydration is between itself and its candidates, so that unlike hydrators stand in one list.
#[async_trait]
pub(crate) trait AnyHydrator<Q, C>: Send + Sync {
    fn name(&self) -> &'static str;
    fn on_failure(&self) -> OnFailure;
    async fn hydrate_all<'a>(
        &'a self,
        query: &Q,
        candidates: &[C],
        within: Duration,
    ) -> Result<Apply<'a, C>, StageError>;
}

#[async_trait]
impl<Q: Sync, C: Sync, H: Hydrator<Q, C>> AnyHydrator<Q, C> for H {
    fn name(&self) -> &'static str {
        Hydrator::name(self)
    }

    fn on_failure(&self) -> OnFailure {
        Hydrator::on_failure(self)
    }

    async fn hydrate_all<'a>(
        &'a self,
        query: &Q,
        candidates: &[C],
        within: Duration,
    ) -> Result<Apply<'a, C>, StageError> {
        let hydrations = self.hydrate(query, candidates, within).await?;
        expect_length(candidates.len(), hydrations.len())?;
        Ok(Box::new(move |candidates| {
            for (candidate, hydration) in candidates.iter_mut().zip(hydrations) {
                self.apply(candidate, hydration);
            }
        }))
    }
}
