//! Rankings of two phases: all are scored, some are cut, and what is left is scored again.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{
    OnFailure, Outcome, Pipeline, RankError, Scored, Scorer, Selector, Source, Split, StageError,
};

/// What each candidate scores: in the first phase, and in the second if it fails not.
#[derive(Debug, Clone)]
struct Query(Vec<(f64, f64)>);

struct All;
struct First;
struct Best(&'static str, usize);
struct Second(OnFailure, fn(Vec<f64>) -> Result<Vec<f64>, StageError>);

#[async_trait]
impl Source<Query, usize> for All {
    fn name(&self) -> &'static str {
        "all"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn fetch(&self, query: &Query, _: Duration) -> Result<Vec<usize>, StageError> {
        Ok((0..query.0.len()).collect())
    }
}

#[async_trait]
impl Scorer<Query, usize> for First {
    fn name(&self) -> &'static str {
        "first"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn score(&self, query: &Query, all: &[usize], _: Duration) -> Result<Vec<f64>, StageError> {
        Ok(all.iter().map(|&candidate| query.0[candidate].0).collect())
    }
}

#[async_trait]
impl Scorer<Query, usize> for Second {
    fn name(&self) -> &'static str {
        "second"
    }
    fn on_failure(&self) -> OnFailure {
        self.0
    }
    async fn score(&self, query: &Query, cut: &[usize], _: Duration) -> Result<Vec<f64>, StageError> {
        (self.1)(cut.iter().map(|&candidate| query.0[candidate].1).collect())
    }
}

impl Selector<Query, usize> for Best {
    fn name(&self) -> &'static str {
        self.0
    }
    fn select(&self, _: &Query, mut ranked: Vec<Scored<usize>>) -> Split<Scored<usize>> {
        let removed = ranked.split_off(self.1.min(ranked.len()));
        Split { kept: ranked, removed }
    }
}

fn pipeline(second: Second) -> Pipeline<Query, usize> {
    Pipeline::default()
        .selector(Best("top-k", 2))
        .rescorer(second)
        .cut(Best("window", 3))
        .scorer(First)
        .source(All)
}

async fn rank(second: Second, scores: &[(f64, f64)]) -> Result<Outcome<Query, usize>, RankError> {
    pipeline(second).rank(Query(scores.to_vec()), &|| Duration::from_secs(1)).await
}

fn ranked(outcome: &Outcome<Query, usize>) -> Vec<(usize, f64)> {
    outcome.ranked.iter().map(|scored| (scored.candidate, scored.score())).collect()
}

const SCORES: [(f64, f64); 4] = [(4.0, 0.0), (3.0, 2.0), (2.0, 4.0), (1.0, 100.0)];

#[tokio::test]
async fn what_the_cut_leaves_is_scored_again_and_nothing_else() {
    let outcome = rank(Second(OnFailure::Degrade, Ok), &SCORES).await.expect("nothing fails");
    assert_eq!(ranked(&outcome), [(2, 6.0), (1, 5.0)]);
    let parts: Vec<_> = outcome.ranked[0].parts().iter().map(|part| (part.stage, part.score)).collect();
    assert_eq!(parts, [("first", 2.0), ("second", 4.0)]);
    let removed: Vec<_> = outcome.removed_by.iter().map(|r| (r.stage, r.candidates.clone())).collect();
    assert_eq!(removed, [("window", vec![3]), ("top-k", vec![0])]);
}

#[tokio::test]
async fn a_second_phase_that_fails_leaves_the_order_of_the_first() {
    let broken = |_| Err(StageError::dependency("down"));
    let outcome = rank(Second(OnFailure::Degrade, broken), &SCORES).await.expect("the first phase stands");
    assert_eq!(ranked(&outcome), [(0, 4.0), (1, 3.0)]);
    assert_eq!(outcome.degraded[0].stage, "second");
    let error = rank(Second(OnFailure::Fail, broken), &SCORES).await.expect_err("the policy says so");
    assert_eq!(error.stage, "second");
}

#[tokio::test]
async fn a_second_phase_that_forgets_one_is_done_without() {
    let forgets = |scores: Vec<f64>| Ok(scores[1..].to_vec());
    let outcome = rank(Second(OnFailure::Degrade, forgets), &SCORES).await.expect("the first phase stands");
    assert!(matches!(outcome.degraded[0].error, StageError::Length { expected: 3, got: 2 }));
    assert_eq!(ranked(&outcome), [(0, 4.0), (1, 3.0)]);
}

#[tokio::test]
async fn scores_that_are_no_numbers_are_dropped_in_either_phase() {
    let mut scores = SCORES;
    scores[0].0 = f64::NAN;
    scores[2].1 = f64::INFINITY;
    let outcome = rank(Second(OnFailure::Degrade, Ok), &scores).await.expect("nothing fails");
    assert_eq!(outcome.non_finite, [0, 2]);
    assert_eq!(ranked(&outcome), [(3, 101.0), (1, 5.0)]);
}

#[test]
fn the_description_lists_both_phases_in_their_order() {
    let description = pipeline(Second(OnFailure::Degrade, Ok)).describe();
    let kinds: Vec<_> = description.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(kinds, ["source", "scorer", "cut", "rescorer", "selector"]);
}
