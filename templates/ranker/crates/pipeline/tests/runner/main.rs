//! The runner: order of stages, policies of failures, and answers that do not depend on arrival order.
mod parts;

use std::time::Duration;

use pipeline::{OnFailure, Outcome, Pipeline, RankError, StageError, when};
use proptest::prelude::*;

use parts::{Behaviour, First, Item, NoSevens, Query, Unique, Witness, stage, works};

fn minimal() -> Pipeline<Query, Item> {
    Pipeline::default().source(works("source")).hydrator(works("hydrator")).scorer(works("scorer"))
}

fn run(pipeline: &Pipeline<Query, Item>, fetch: &[u32]) -> Result<Outcome<Query, Item>, RankError> {
    run_within(pipeline, fetch, Duration::from_millis(40))
}

fn run_within(
    pipeline: &Pipeline<Query, Item>,
    fetch: &[u32],
    left: Duration,
) -> Result<Outcome<Query, Item>, RankError> {
    let query = Query { fetch: fetch.to_vec(), bonus: 0.0 };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    runtime.block_on(pipeline.rank(query, &move || left))
}

fn numbers(outcome: &Outcome<Query, Item>) -> Vec<u32> {
    outcome.ranked.iter().map(|scored| scored.candidate.number).collect()
}

fn degraded(outcome: &Outcome<Query, Item>) -> Vec<&'static str> {
    outcome.degraded.iter().map(|degraded| degraded.stage).collect()
}

#[test]
fn candidates_stand_by_score_and_then_in_candidate_order() {
    let outcome = run(&minimal(), &[6, 5, 4, 3, 2, 1]).expect("nothing fails");
    assert_eq!(numbers(&outcome), [2, 5, 1, 4, 3, 6]);
}

#[test]
fn an_answer_to_no_candidates_is_empty() {
    let outcome = run(&minimal().selector(First(3)), &[]).expect("nothing fails");
    assert!(outcome.ranked.is_empty() && outcome.removed_by.is_empty() && outcome.degraded.is_empty());
}

#[test]
fn what_a_stage_takes_out_is_recorded_under_its_name() {
    let pipeline = minimal().merge_by(Unique).filter_by(NoSevens).selector(First(2));
    let outcome = run(&pipeline, &[7, 2, 2, 5, 8, 7]).expect("nothing fails");
    let removed: Vec<_> = outcome
        .removed_by
        .iter()
        .map(|removed| (removed.stage, removed.candidates.iter().map(|item| item.number).collect::<Vec<_>>()))
        .collect();
    assert_eq!(removed, [("unique", vec![2, 7]), ("no-sevens", vec![7]), ("first", vec![8])]);
}

#[test]
fn a_score_that_is_not_finite_drops_its_candidate_and_is_counted() {
    let pipeline = Pipeline::default().source(works("source")).scorer(works("scorer"));
    let outcome = run(&pipeline, &[1, 2]).expect("nothing fails");
    assert!(outcome.ranked.is_empty());
    assert_eq!(outcome.non_finite.len(), 2);
}

#[test]
fn scores_of_several_scorers_add_up_and_are_kept_apart() {
    let outcome = run(&minimal().scorer(works("again")), &[2]).expect("nothing fails");
    let top = &outcome.ranked[0];
    assert_eq!(top.score(), 4.0);
    assert_eq!(top.parts().iter().map(|part| part.stage).collect::<Vec<_>>(), ["scorer", "again"]);
}

#[test]
fn a_query_hydrator_adds_to_the_query_before_scoring() {
    let outcome = run(&minimal().query_hydrator(works("bonus")), &[2]).expect("nothing fails");
    assert_eq!(outcome.ranked[0].score(), 102.0);
}

#[test]
fn a_stage_that_may_degrade_is_done_without_and_named() {
    for behaviour in [Behaviour::Breaks, Behaviour::ForgetsOne] {
        let weak = |name| stage(name, OnFailure::Degrade, behaviour);
        let pipeline = minimal().hydrator(weak("more")).scorer(weak("model"));
        let outcome = run(&pipeline, &[1, 2]).expect("nothing that fails is needed");
        assert_eq!(numbers(&outcome), [2, 1]);
        assert_eq!(degraded(&outcome), ["more", "model"]);
    }
}

#[test]
fn a_source_effect_or_query_hydrator_that_may_degrade_is_done_without_too() {
    let weak = |name| stage(name, OnFailure::Degrade, Behaviour::Breaks);
    let pipeline = minimal().query_hydrator(weak("profile")).source(weak("radio")).effect(weak("log"));
    let outcome = run(&pipeline, &[1]).expect("nothing that fails is needed");
    assert_eq!(degraded(&outcome), ["profile", "radio", "log"]);
}

#[test]
fn a_stage_that_must_not_fail_fails_the_ranking_under_its_name() {
    let broken = |name| stage(name, OnFailure::Fail, Behaviour::Breaks);
    let cases = [
        ("profile", minimal().query_hydrator(broken("profile"))),
        ("radio", minimal().source(broken("radio"))),
        ("features", minimal().hydrator(broken("features"))),
        ("model", minimal().scorer(broken("model"))),
        ("log", minimal().effect(broken("log"))),
    ];
    for (name, pipeline) in cases {
        let error = run(&pipeline, &[1]).expect_err("a needed stage fails");
        assert_eq!(error.stage, name);
    }
}

#[test]
fn an_answer_of_another_length_is_an_error_of_its_stage() {
    let pipeline = minimal().scorer(stage("model", OnFailure::Fail, Behaviour::ForgetsOne));
    let error = run(&pipeline, &[1, 2, 3]).expect_err("a score is missing");
    assert!(matches!(error.error, StageError::Length { expected: 3, got: 2 }));
}

#[test]
fn with_no_time_left_no_stage_is_started_but_effects_tell_of_what_is_served() {
    let seen = Witness::default();
    let runs = seen.0.clone();
    let pipeline = Pipeline::default()
        .source(stage("source", OnFailure::Degrade, Behaviour::Works))
        .scorer(stage("scorer", OnFailure::Degrade, Behaviour::Works))
        .effect(seen);
    let outcome = run_within(&pipeline, &[1], Duration::ZERO).expect("nothing that fails is needed");
    assert_eq!(degraded(&outcome), ["source", "scorer"]);
    assert!(outcome.degraded.iter().all(|degraded| matches!(degraded.error, StageError::Timeout)));
    assert_eq!(runs.lock().expect("no test panics while it holds the list").len(), 1);
}

#[test]
fn what_is_chosen_has_no_effect_before_it_is_acted_on() {
    let seen = Witness::default();
    let runs = seen.0.clone();
    let pipeline = minimal().effect(seen);
    let budget = || Duration::from_secs(1);
    let query = Query { fetch: vec![1, 2], ..Query::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let mut outcome = runtime.block_on(pipeline.choose(query, &budget)).expect("nothing fails");
    assert!(runs.lock().expect("no test panics while it holds the list").is_empty());
    runtime.block_on(pipeline.act(&mut outcome, &budget)).expect("nothing fails");
    assert_eq!(*runs.lock().expect("no test panics while it holds the list"), [vec![2, 1]]);
}

#[test]
fn an_effect_sees_the_answer_that_is_served() {
    let seen = Witness::default();
    let runs = seen.0.clone();
    run(&minimal().selector(First(2)).effect(seen), &[1, 2, 3]).expect("nothing fails");
    assert_eq!(*runs.lock().expect("no test panics while it holds the list"), [vec![2, 1]]);
}

#[test]
fn a_conditional_source_fetches_only_where_its_condition_holds() {
    let pipeline = Pipeline::default()
        .source(when("more than one is asked for", |query: &Query| query.fetch.len() > 1, works("source")))
        .hydrator(works("hydrator"))
        .scorer(works("scorer"));
    assert_eq!(numbers(&run(&pipeline, &[4]).expect("nothing fails")), []);
    assert_eq!(numbers(&run(&pipeline, &[4, 5]).expect("nothing fails")), [5, 4]);
}

#[test]
fn a_description_lists_the_stages_in_the_order_in_which_they_run() {
    let pipeline = Pipeline::default()
        .effect(Witness::default())
        .selector(First(2))
        .scorer(stage("model", OnFailure::Degrade, Behaviour::Works))
        .filter_by(NoSevens)
        .hydrator(works("features"))
        .merge_by(Unique)
        .source(works("queue"))
        .source(when("the queue is empty", |_: &Query| true, works("radio")))
        .query_hydrator(works("context"));
    let expected = "\
query     context    fail
source    queue      fail
source    radio      fail     when the queue is empty
merge     unique
hydrator  features   fail
filter    no-sevens
scorer    model      degrade
selector  first
effect    witness    degrade
";
    assert_eq!(pipeline.describe(), expected);
}

proptest! {
    #[test]
    fn the_same_candidates_in_any_order_have_the_same_answer(
        (fetch, shuffled) in prop::collection::vec(0_u32..30, 0..60)
            .prop_flat_map(|fetch| (Just(fetch.clone()), Just(fetch).prop_shuffle())),
        limit in 0_usize..20,
    ) {
        let pipeline = minimal().merge_by(Unique).filter_by(NoSevens).selector(First(limit));
        let answer = |fetch: &[u32]| {
            let outcome = run(&pipeline, fetch).expect("nothing fails");
            let counts: Vec<_> = outcome.removed_by.iter().map(|r| (r.stage, r.candidates.len())).collect();
            (numbers(&outcome), counts)
        };
        prop_assert_eq!(answer(&fetch), answer(&shuffled));
    }

    #[test]
    fn a_shorter_answer_is_the_beginning_of_a_longer_one(fetch in prop::collection::vec(0_u32..30, 0..60), limit in 0_usize..20) {
        let answer = |limit| numbers(&run(&minimal().merge_by(Unique).selector(First(limit)), &fetch).expect("nothing fails"));
        prop_assert!(answer(limit + 1).starts_with(&answer(limit)));
    }
}
