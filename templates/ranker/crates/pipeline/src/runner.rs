//! The runner: stages in their order, failures by their policy.
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
use crate::watch::Watch;

/// A ranking as a list of stages.
///
/// Whatever the order in which stages are added, they run by kind: query hydrators one after the other, sources side by
/// side, merges, hydrators side by side, filters, scorers one after the other, cuts, rescorers one after the other,
/// selectors, effects. Within a kind the order is that of adding.
pub struct Pipeline<Q, C> {
    pub(crate) query_hydrators: Vec<Box<dyn AnyQueryHydrator<Q>>>,
    pub(crate) sources: Vec<Box<dyn Source<Q, C>>>,
    pub(crate) merges: Vec<Box<dyn Merge<Q, C>>>,
    pub(crate) hydrators: Vec<Box<dyn AnyHydrator<Q, C>>>,
    pub(crate) filters: Vec<Box<dyn Filter<Q, C>>>,
    pub(crate) scorers: Vec<Box<dyn Scorer<Q, C>>>,
    pub(crate) cuts: Vec<Box<dyn Selector<Q, C>>>,
    pub(crate) rescorers: Vec<Box<dyn Scorer<Q, C>>>,
    pub(crate) selectors: Vec<Box<dyn Selector<Q, C>>>,
    pub(crate) effects: Vec<Box<dyn Effect<Q, C>>>,
    pub(crate) watch: Watch,
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
            cuts: Vec::new(),
            rescorers: Vec::new(),
            selectors: Vec::new(),
            effects: Vec::new(),
            watch: Watch::default(),
        }
    }
}

impl<Q: Send + Sync, C: Ord + Send + Sync> Pipeline<Q, C> {
    /// Ranks: runs all stages for one query.
    ///
    /// # Errors
    /// A [`RankError`] with the first stage in pipeline order that failed and whose policy is [`OnFailure::Fail`].
    pub async fn rank(&self, query: Q, budget: &dyn Budget) -> Result<Outcome<Q, C>, RankError> {
        let mut outcome = self.choose(query, budget).await?;
        self.act(&mut outcome, budget).await?;
        Ok(outcome)
    }

    /// Runs all stages but the effects, for whoever has to add to the answer before [`Pipeline::act`] tells that it is
    /// served.
    ///
    /// # Errors
    /// As [`Pipeline::rank`].
    pub async fn choose(&self, query: Q, budget: &dyn Budget) -> Result<Outcome<Q, C>, RankError> {
        let mut outcome = Outcome::of(query);
        self.hydrate_query(&mut outcome, budget).await?;
        let fetched = self.fetch(&mut outcome, budget).await?;
        let merged = self.merge(&mut outcome, fetched);
        let hydrated = self.hydrate(&mut outcome, merged, budget).await?;
        let kept = self.filter(&mut outcome, hydrated);
        let unscored = kept.into_iter().map(Scored::new).collect();
        let scored = score("scorer", &self.scorers, &self.watch, &mut outcome, unscored, budget).await?;
        let ranked = order(&mut outcome, scored);
        let cut = select("cut", &self.cuts, &self.watch, &mut outcome, ranked);
        let rescored = score("rescorer", &self.rescorers, &self.watch, &mut outcome, cut, budget).await?;
        let ranked = order(&mut outcome, rescored);
        outcome.ranked = select("selector", &self.selectors, &self.watch, &mut outcome, ranked);
        Ok(outcome)
    }

    /// Runs the effects on what was chosen, also if no time is left: what is served is told however late it is.
    ///
    /// # Errors
    /// As [`Pipeline::rank`].
    pub async fn act(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<(), RankError> {
        let mut failed = Vec::new();
        for stage in &self.effects {
            let served =
                Served { query: &outcome.query, ranked: &outcome.ranked, degraded: &outcome.degraded };
            let run = stage.run(&served, budget.remaining());
            let result = self.watch.run_anyway("effect", stage.name(), run).await;
            survive(stage.name(), stage.on_failure(), result, &mut failed)?;
        }
        outcome.degraded.append(&mut failed);
        Ok(())
    }

    async fn hydrate_query(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<(), RankError> {
        for stage in &self.query_hydrators {
            let result = self
                .watch
                .run("query", stage.name(), budget, |within| stage.run(&mut outcome.query, within))
                .await;
            survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)?;
        }
        Ok(())
    }

    async fn fetch(&self, outcome: &mut Outcome<Q, C>, budget: &dyn Budget) -> Result<Vec<C>, RankError> {
        let query = &outcome.query;
        let runs = self.sources.iter().map(|stage| {
            self.watch.run("source", stage.name(), budget, move |within| stage.fetch(query, within))
        });
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
            let split =
                self.watch.run_surely("merge", stage.name(), || stage.merge(&outcome.query, candidates));
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
        let runs = self.hydrators.iter().map(|stage| {
            self.watch
                .run("hydrator", stage.name(), budget, move |within| stage.hydrate_all(query, all, within))
        });
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
            let (kept, removed) = self.watch.run_surely("filter", stage.name(), || {
                candidates.into_iter().partition(|candidate| stage.keep(&outcome.query, candidate))
            });
            outcome.removed(stage.name(), removed);
            candidates = kept;
        }
        candidates
    }
}

/// Lets all scorers add to the scores.
async fn score<Q: Send + Sync, C: Send + Sync>(
    kind: &'static str,
    scorers: &[Box<dyn Scorer<Q, C>>],
    watch: &Watch,
    outcome: &mut Outcome<Q, C>,
    scored: Vec<Scored<C>>,
    budget: &dyn Budget,
) -> Result<Vec<Scored<C>>, RankError> {
    let (candidates, mut scores): (Vec<_>, Vec<_>) = scored.into_iter().map(Scored::part).unzip();
    let (query, all) = (&outcome.query, &candidates[..]);
    for stage in scorers {
        let run = |within| async move {
            let scores = stage.score(query, all, within).await?;
            expect_length(all.len(), scores.len())?;
            Ok(scores)
        };
        let result = watch.run(kind, stage.name(), budget, run).await;
        if let Some(added) = survive(stage.name(), stage.on_failure(), result, &mut outcome.degraded)? {
            for (score, added) in scores.iter_mut().zip(added) {
                score.add(stage.name(), added);
            }
        }
    }
    Ok(candidates.into_iter().zip(scores).map(|(candidate, score)| score.of(candidate)).collect())
}

/// Puts candidates in rank order, without those whose score is not finite.
fn order<Q, C: Ord>(outcome: &mut Outcome<Q, C>, scored: Vec<Scored<C>>) -> Vec<Scored<C>> {
    let (mut ranked, dropped): (Vec<_>, Vec<_>) =
        scored.into_iter().partition(|scored| scored.score().is_finite());
    outcome.non_finite.extend(dropped.into_iter().map(|scored| scored.candidate));
    ranked.sort_by(Scored::rank_order);
    ranked
}

/// Lets all selectors choose.
fn select<Q, C>(
    kind: &'static str,
    selectors: &[Box<dyn Selector<Q, C>>],
    watch: &Watch,
    outcome: &mut Outcome<Q, C>,
    mut ranked: Vec<Scored<C>>,
) -> Vec<Scored<C>> {
    for stage in selectors {
        let split = watch.run_surely(kind, stage.name(), || stage.select(&outcome.query, ranked));
        outcome.removed(stage.name(), split.removed.into_iter().map(|scored| scored.candidate).collect());
        ranked = split.kept;
    }
    ranked
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
