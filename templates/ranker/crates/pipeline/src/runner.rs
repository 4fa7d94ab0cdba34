//! The runner: stages in their order, failures by their policy.
use std::future::Future;
use std::time::Duration;

use futures_util::future::join_all;

use crate::budget::Budget;
use crate::effect::{Effect, Served};
use crate::error::{OnFailure, RankError, StageError, expect_length};
use crate::filter::Filter;
use crate::hydrator::AnyHydrator;
use crate::merge::Merge;
use crate::outcome::{Degraded, Outcome};
use crate::query_hydrator::AnyQueryHydrator;
use crate::scored::Scored;
use crate::scorer::Scorer;
use crate::selector::Selector;
use crate::source::Source;

/// A ranking as a list of stages.
///
/// Whatever the order in which stages are added, they run by kind: query hydrators one after the other, sources side by
/// side, merges, hydrators side by side, filters, scorers one after the other, selectors, effects. Within a kind the
/// order is that of adding.
pub struct Pipeline<Q, C> {
    pub(crate) query_hydrators: Vec<Box<dyn AnyQueryHydrator<Q>>>,
    pub(crate) sources: Vec<Box<dyn Source<Q, C>>>,
    pub(crate) merges: Vec<Box<dyn Merge<Q, C>>>,
    pub(crate) hydrators: Vec<Box<dyn AnyHydrator<Q, C>>>,
    pub(crate) filters: Vec<Box<dyn Filter<Q, C>>>,
    pub(crate) scorers: Vec<Box<dyn Scorer<Q, C>>>,
    pub(crate) selectors: Vec<Box<dyn Selector<Q, C>>>,
    pub(crate) effects: Vec<Box<dyn Effect<Q, C>>>,
}

impl<Q, C> Default for Pipeline<Q, C> {
    fn default() -> Self {
        Self {
            query_hydrators: Vec::new(),
            sources: Vec::new(),
            merges: Vec::new(),
            hydrators: Vec::new(),
            filters: Vec::new(),
            scorers: Vec::new(),
            selectors: Vec::new(),
            effects: Vec::new(),
        }
    }
}

impl<Q: Send + Sync, C: Ord + Send + Sync> Pipeline<Q, C> {
    /// Ranks: runs all stages for one query.
    ///
    /// # Errors
    /// A [`RankError`] with the first stage in pipeline order that failed and whose policy is [`OnFailure::Fail`].
    pub async fn rank(&self, query: Q, budget: &dyn Budget) -> Result<Outcome<Q, C>, RankError> {
        let mut outcome = Outcome::of(query);
        self.hydrate_query(&mut outcome, budget).await?;
        let fetched = self.fetch(&mut outcome, budget).await?;
        let merged = self.merge(&mut outcome, fetched);
        let hydrated = self.hydrate(&mut outcome, merged, budget).await?;
        let kept = self.filter(&mut outcome, hydrated);
        let scored = self.score(&mut outcome, kept, budget).await?;
        outcome.ranked = self.select(&mut outcome, scored);
        self.act(&mut outcome, budget).await?;
        Ok(outcome)
    }

    async fn hydrate_query(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<(), RankError> {
        for stage in &self.query_hydrators {
            let result = in_time(budget, |within| stage.run(&mut outcome.query, within)).await;
            survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)?;
        }
        Ok(())
    }

    async fn fetch(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<Vec<C>, RankError> {
        let query = &outcome.query;
        let runs = self.sources.iter().map(|stage| in_time(budget, move |within| stage.fetch(query, within)));
        let results = join_all(runs).await;
        let mut fetched = Vec::new();
        for (stage, result) in self.sources.iter().zip(results) {
            if let Some(candidates) =
                survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)?
            {
                fetched.extend(candidates);
            }
        }
        Ok(fetched)
    }

    fn merge(&self, outcome: &mut Outcome<Q, C>, mut candidates: Vec<C>) -> Vec<C> {
        for stage in &self.merges {
            let split = stage.merge(&outcome.query, candidates);
            outcome.removed(stage.name(), split.removed);
            candidates = split.kept;
        }
        candidates
    }

    async fn hydrate(
        &self,
        outcome: &mut Outcome<Q, C>,
        mut candidates: Vec<C>,
        budget: &dyn Budget,
    ) -> Result<Vec<C>, RankError> {
        let (query, all) = (&outcome.query, &candidates[..]);
        let runs = self
            .hydrators
            .iter()
            .map(|stage| in_time(budget, move |within| stage.hydrate_all(query, all, within)));
        let results = join_all(runs).await;
        for (stage, result) in self.hydrators.iter().zip(results) {
            if let Some(apply) = survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)? {
                apply(&mut candidates);
            }
        }
        Ok(candidates)
    }

    fn filter(&self, outcome: &mut Outcome<Q, C>, mut candidates: Vec<C>) -> Vec<C> {
        for stage in &self.filters {
            let (kept, removed) =
                candidates.into_iter().partition(|candidate| stage.keep(&outcome.query, candidate));
            outcome.removed(stage.name(), removed);
            candidates = kept;
        }
        candidates
    }

    async fn score(
        &self,
        outcome: &mut Outcome<Q, C>,
        candidates: Vec<C>,
        budget: &dyn Budget,
    ) -> Result<Vec<Scored<C>>, RankError> {
        let mut added = Vec::with_capacity(self.scorers.len());
        for stage in &self.scorers {
            let (query, all) = (&outcome.query, &candidates[..]);
            let result = in_time(budget, |within| async move {
                let scores = stage.score(query, all, within).await?;
                expect_length(all.len(), scores.len())?;
                Ok(scores)
            })
            .await;
            if let Some(scores) = survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)? {
                added.push((stage.name(), scores));
            }
        }
        let mut scored: Vec<_> = candidates.into_iter().map(Scored::new).collect();
        for (stage, scores) in added {
            for (scored, score) in scored.iter_mut().zip(scores) {
                scored.add(stage, score);
            }
        }
        Ok(scored)
    }

    fn select(&self, outcome: &mut Outcome<Q, C>, scored: Vec<Scored<C>>) -> Vec<Scored<C>> {
        let (mut ranked, dropped): (Vec<_>, Vec<_>) =
            scored.into_iter().partition(|scored| scored.score().is_finite());
        outcome.non_finite = dropped.into_iter().map(|scored| scored.candidate).collect();
        ranked.sort_by(Scored::rank_order);
        for stage in &self.selectors {
            let split = stage.select(&outcome.query, ranked);
            outcome.removed(stage.name(), split.removed.into_iter().map(|scored| scored.candidate).collect());
            ranked = split.kept;
        }
        ranked
    }

    async fn act(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<(), RankError> {
        let mut failed = Vec::new();
        for stage in &self.effects {
            let served =
                Served { query: &outcome.query, ranked: &outcome.ranked, degraded: &outcome.degraded };
            let result = in_time(budget, |within| stage.run(&served, within)).await;
            survive(stage.name(), stage.on_failure(), result, &mut failed)?;
        }
        outcome.degraded.append(&mut failed);
        Ok(())
    }
}

/// Runs a stage if there is time left for it.
async fn in_time<T, F>(budget: &dyn Budget, run: impl FnOnce(Duration) -> F) -> Result<T, StageError>
where
    F: Future<Output = Result<T, StageError>>,
{
    let within = budget.remaining();
    if within.is_zero() { Err(StageError::Timeout) } else { run(within).await }
}

/// Applies a stage's policy to its result: `None` if it failed and the ranking goes on without it.
fn survive<T>(
    stage: &'static str,
    on_failure: OnFailure,
    result: Result<T, StageError>,
    degraded: &mut Vec<Degraded>,
) -> Result<Option<T>, RankError> {
    match (result, on_failure) {
        (Ok(value), _) => Ok(Some(value)),
        (Err(error), OnFailure::Degrade) => {
            degraded.push(Degraded { stage, error });
            Ok(None)
        }
        (Err(error), OnFailure::Fail) => Err(RankError { stage, error }),
    }
}
