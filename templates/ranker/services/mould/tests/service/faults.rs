//! What a caller gets when a part fails: a degraded answer in time that says what was done without.
use std::sync::Arc;
use std::time::{Duration, Instant};

use features::{Entity, Key};
use protocol::ranking::v1::{DegradeCause, MouldCandidate, MouldRankResponse};
use testkit::{Fault, FaultyStore, FullLog};

use crate::support::{Service, Setup, candidate, request};

fn store(fault: Fault, on: fn(&[Key]) -> bool) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.store = FaultyStore::on(setup.parts.store.clone(), fault, on)
}

fn viewers(keys: &[Key]) -> bool {
    keys.iter().any(|key| key.entity == Entity::Viewer)
}

fn tracks(keys: &[Key]) -> bool {
    keys.iter().all(|key| key.entity == Entity::Track)
}

fn degraded(response: &MouldRankResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

const FAULTS: [(Fault, DegradeCause); 3] = [
    (Fault::Broken, DegradeCause::Dependency),
    (Fault::Slow, DegradeCause::Timeout),
    (Fault::Forgetful, DegradeCause::Length),
];

#[tokio::test]
async fn a_store_that_fails_on_tracks_leaves_a_ranking_by_relevance() {
    for (fault, cause) in FAULTS {
        let service = Service::with(store(fault, tracks)).await;
        let answer = service.rank_within(request(), Duration::from_secs(1)).await;
        let response = answer.expect("an answer without features");
        assert_eq!(degraded(&response), [("features", cause)]);
        assert_eq!(response.items.len(), 10);
        assert_eq!(service.exposures.all()[0].degraded, ["features"], "what is logged says what was served");
    }
}

#[tokio::test]
async fn a_store_that_fails_on_the_viewer_leaves_a_ranking_of_what_is_known_to_be_clean() {
    for (fault, cause) in FAULTS {
        let service = Service::with(store(fault, viewers)).await;
        let mut request = request();
        let unheard = MouldCandidate { track_id: "trk-unheard-of".to_owned(), relevance: 0.5 };
        request.candidates = vec![candidate(0, 0.5), candidate(1, 0.5), unheard];
        let answer = service.rank_within(request, Duration::from_secs(1)).await;
        let response = answer.expect("an answer without the viewer");
        assert_eq!(degraded(&response), [("viewer", cause)]);
        let ids: Vec<_> = response.items.iter().map(|item| item.track_id.as_str()).collect();
        assert_eq!(ids, ["trk-00001"], "who may be a child is treated as one");
    }
}

#[tokio::test]
async fn a_store_that_answers_with_garbage_leaves_a_ranking_of_finite_scores() {
    let service = Service::with(store(Fault::Garbage, |_| true)).await;
    let response = service.rank(request()).await.expect("an answer in spite of it");
    assert!(response.items.iter().all(|item| item.score.is_finite()));
    let removed: u32 = response.removed.iter().map(|removed| removed.count).sum();
    assert_eq!(response.items.len() + removed as usize + response.non_finite_scores as usize, 30);
}

#[tokio::test]
async fn a_slow_store_still_leaves_an_answer_in_time() {
    let service = Service::with(store(Fault::Slow, |_| true)).await;
    let mut request = request();
    request.limit = 100;
    let time = Duration::from_secs(2);
    let started = Instant::now();
    let response = service.rank_within(request, time).await.expect("an answer without the store");
    assert!(started.elapsed() < time);
    let timeout = DegradeCause::Timeout;
    assert_eq!(degraded(&response), [("viewer", timeout), ("features", timeout)]);
    assert_eq!(response.items, [], "nothing is known to be clean");
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
