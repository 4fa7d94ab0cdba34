//! What a caller gets when a part fails: a degraded answer in time that says what was done without.
use std::sync::Arc;
use std::time::{Duration, Instant};

use features::{Entity, Key};
use protocol::ranking::v1::{DegradeCause, QueueCandidate, RankQueueResponse};
use testkit::{Fault, FaultyModel, FaultyStore, FullLog};
use tonic::Code;

use crate::support::{Service, Setup, request};

fn store(fault: Fault, on: fn(&[Key]) -> bool) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.store = FaultyStore::on(setup.parts.store.clone(), fault, on)
}

fn model(fault: Fault) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.model = FaultyModel::with(&setup.parts.model, fault)
}

fn context(keys: &[Key]) -> bool {
    keys.iter().any(|key| key.entity == Entity::Viewer)
}

fn candidates(keys: &[Key]) -> bool {
    keys.iter().all(|key| key.entity == Entity::Track)
}

fn degraded(response: &RankQueueResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

#[tokio::test]
async fn a_model_that_fails_leaves_a_ranking_by_the_prior() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Service::with(model(fault)).await;
        let response = service
            .rank_within(request(), Duration::from_secs(1))
            .await
            .expect("an answer without the model");
        assert_eq!(degraded(&response), [("model", cause)]);
        assert_eq!(response.items.len(), 10);
        assert!(response.items.iter().all(|item| item.stage_scores.iter().any(|part| part.stage == "prior")));
        assert_eq!(service.exposures.all()[0].degraded, ["model"], "what is logged says what was served");
    }
}

#[tokio::test]
async fn scores_that_are_no_numbers_are_dropped_and_counted() {
    let service = Service::with(model(Fault::Garbage)).await;
    let mut request = request();
    let candidate = |number| QueueCandidate { track_id: format!("trk-{number:05}"), origin: 0 };
    request.candidates = (100..120).map(candidate).collect();
    request.limit = 100;
    let response = service.rank(request).await.expect("some scores are numbers");
    let removed: u32 = response.removed.iter().map(|removed| removed.count).sum();
    assert_eq!(response.items.len() + response.non_finite_scores as usize + removed as usize, 20);
    assert!(response.non_finite_scores >= 14);
    assert!(response.items.iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn a_store_that_fails_on_candidates_leaves_a_ranking_of_what_is_known() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Service::with(store(fault, candidates)).await;
        let response =
            service.rank_within(request(), Duration::from_secs(1)).await.expect("an answer without features");
        assert_eq!(degraded(&response), [("features", cause)]);
        assert_eq!(response.items.len(), 10);
    }
}

#[tokio::test]
async fn a_store_that_fails_on_the_viewer_leaves_a_ranking_of_what_is_known_to_be_clean() {
    for fault in [Fault::Broken, Fault::Slow, Fault::Forgetful] {
        let service = Service::with(store(fault, context)).await;
        let mut request = request();
        let candidate = |id: &str| QueueCandidate { track_id: id.to_owned(), origin: 0 };
        request.candidates = ["trk-00000", "trk-00001", "trk-unheard-of"].map(candidate).into();
        let response =
            service.rank_within(request, Duration::from_secs(1)).await.expect("an answer without the viewer");
        assert_eq!(degraded(&response)[0].0, "context");
        let ids: Vec<_> = response.items.iter().map(|item| item.track_id.as_str()).collect();
        assert_eq!(ids, ["trk-00001"], "who may be a child is treated as one");
    }
}

#[tokio::test]
async fn a_store_that_fails_where_candidates_come_from_leaves_no_answer() {
    let service = Service::with(store(Fault::Broken, |_| true)).await;
    let status = service.rank(request()).await.expect_err("there are no candidates");
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "stage `radio` failed", "nothing of the inside is told");
}

#[tokio::test]
async fn a_slow_store_and_a_slow_model_still_leave_an_answer_in_time() {
    let service = Service::with(|setup| {
        store(Fault::Slow, |keys| context(keys) || candidates(keys))(setup);
        model(Fault::Slow)(setup);
    })
    .await;
    let mut request = request();
    request.candidates = vec![QueueCandidate { track_id: "trk-00001".to_owned(), origin: 0 }];
    let time = Duration::from_secs(2);
    let started = Instant::now();
    let response = service.rank_within(request, time).await.expect("an answer without store and model");
    assert!(started.elapsed() < time);
    let stages: Vec<_> = degraded(&response);
    let timeout = DegradeCause::Timeout;
    assert_eq!(stages, [("context", timeout), ("features", timeout), ("model", timeout)]);
}

#[tokio::test]
async fn an_exposure_log_that_is_full_is_said_in_the_answer_and_at_shutdown() {
    let service = Service::with(|setup| setup.log = Arc::new(FullLog)).await;
    let response = service.rank(request()).await.expect("an answer without a log");
    assert_eq!(degraded(&response), [("exposure", DegradeCause::Dependency)]);
    assert_eq!(response.items.len(), 10);
    let ended = service.stop().await.expect_err("exposures are not kept");
    assert_eq!(ended.to_string(), "failed to flush exposures");
}
