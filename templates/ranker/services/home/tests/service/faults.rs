//! What a caller gets when a part fails: a degraded answer in time that says what was done without.
use std::sync::Arc;
use std::time::{Duration, Instant};

use features::{Entity, Key};
use protocol::ranking::v1::{DegradeCause, RankShelvesResponse};
use testkit::{Fault, FaultyModel, FaultyStore, FullLog};
use tonic::Code;

use crate::support::{Service, Setup, ids, items, of_tracks, part, request};

/// What a part that fails answers within, and what is said of it.
const FAILURES: [(Fault, DegradeCause); 3] = [
    (Fault::Broken, DegradeCause::Dependency),
    (Fault::Slow, DegradeCause::Timeout),
    (Fault::Forgetful, DegradeCause::Length),
];

fn store(fault: Fault, on: fn(&[Key]) -> bool) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.store = FaultyStore::on(setup.parts.store.clone(), fault, on)
}

fn model(fault: Fault) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.model = FaultyModel::with(&setup.parts.model, fault)
}

fn about(entity: Entity, keys: &[Key]) -> bool {
    keys.iter().all(|key| key.entity == entity)
}

fn viewers(keys: &[Key]) -> bool {
    about(Entity::Viewer, keys)
}

fn tracks(keys: &[Key]) -> bool {
    about(Entity::Track, keys)
}

fn beliefs(keys: &[Key]) -> bool {
    about(Entity::Belief, keys)
}

fn shelves(keys: &[Key]) -> bool {
    about(Entity::Shelf, keys)
}

fn degraded(response: &RankShelvesResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

async fn answer(service: &Service) -> RankShelvesResponse {
    let time = Duration::from_secs(1);
    let started = Instant::now();
    let response = service.rank_within(request(), time).await.expect("there is a degraded answer");
    assert!(started.elapsed() < time);
    response
}

#[tokio::test]
async fn a_model_that_fails_leaves_a_page_by_what_is_believed_and_what_is_popular() {
    for (fault, cause) in FAILURES {
        let service = Service::with(model(fault)).await;
        let response = answer(&service).await;
        assert_eq!(degraded(&response), [("model", cause)]);
        assert_eq!(response.shelves.len(), 5);
        assert!(
            items(&response)
                .iter()
                .all(|item| part(item, "model").is_none() && part(item, "reward").is_some())
        );
        assert_eq!(service.exposures.all()[0].degraded, ["model"], "what is logged says what was served");
    }
}

#[tokio::test]
async fn scores_that_are_no_numbers_are_dropped_and_counted() {
    let service = Service::with(model(Fault::Garbage)).await;
    let all: Vec<_> = (100..140).map(|number| format!("trk-{number:05}")).collect();
    let request = of_tracks(&all.iter().map(String::as_str).collect::<Vec<_>>());
    let response = service.rank(request).await.expect("some scores are numbers");
    let removed: u32 = response.removed.iter().map(|removed| removed.count).sum();
    assert_eq!(ids(&response).len() + response.non_finite_scores as usize + removed as usize, 40);
    assert!(response.non_finite_scores >= 29, "three of four are no numbers");
    assert!(items(&response).iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn without_beliefs_the_short_term_decides_alone() {
    for (fault, cause) in FAILURES {
        let service = Service::with(store(fault, beliefs)).await;
        let response = answer(&service).await;
        assert_eq!(degraded(&response), [("beliefs", cause)]);
        assert_eq!(response.shelves.len(), 5);
        assert!(items(&response).iter().all(|item| part(item, "reward") == Some(0.0)));
    }
}

#[tokio::test]
async fn beliefs_that_make_no_sense_are_those_about_tracks_of_which_nothing_is_known() {
    let service = Service::with(store(Fault::Garbage, beliefs)).await;
    let response = answer(&service).await;
    assert_eq!((degraded(&response), response.non_finite_scores), (vec![], 0));
    let rewards: Vec<_> = items(&response).iter().map(|item| part(item, "reward")).collect();
    assert!(rewards.iter().all(|reward| *reward == rewards[0]), "{rewards:?}");
    // The mean of the prior, and the cap.
    assert!((rewards[0].expect("there is one") - 0.1).abs() < 0.05);
}

#[tokio::test]
async fn a_store_that_fails_on_tracks_leaves_a_page_of_what_is_known() {
    for (fault, cause) in FAILURES {
        let service = Service::with(store(fault, tracks)).await;
        let response = answer(&service).await;
        assert_eq!(degraded(&response), [("features", cause)]);
        assert_eq!(response.shelves.len(), 5);
    }
}

#[tokio::test]
async fn features_that_make_no_sense_never_make_a_score_that_makes_none() {
    let service = Service::with(store(Fault::Garbage, tracks)).await;
    let response = answer(&service).await;
    assert!(items(&response).iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn a_store_that_fails_on_the_viewer_leaves_a_page_of_what_is_known_to_be_clean() {
    for (fault, cause) in FAILURES {
        let service = Service::with(store(fault, viewers)).await;
        let response = answer(&service).await;
        assert_eq!(degraded(&response), [("viewer", cause)]);
        let mut kinds: Vec<_> = response.shelves.iter().map(|shelf| shelf.shelf_id.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["new-releases", "popular"]);
        let given = of_tracks(&["trk-00000", "trk-00001", "trk-unheard-of"]);
        let response = service.rank_within(given, Duration::from_secs(1)).await.expect("there is an answer");
        assert_eq!(ids(&response), ["trk-00001"], "who may be a child is treated as one");
    }
}

#[tokio::test]
async fn a_store_that_fails_where_shelves_come_from_leaves_no_answer() {
    let service = Service::with(store(Fault::Broken, shelves)).await;
    let status = service.rank(request()).await.expect_err("there are no shelves");
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "stage `shelves` failed", "nothing of the inside is told");
    let given = service.rank(of_tracks(&["trk-00001"])).await.expect("these are given");
    assert_eq!(ids(&given), ["trk-00001"]);
}

#[tokio::test]
async fn a_slow_store_and_a_slow_model_still_leave_an_answer_in_time() {
    let service = Service::with(|setup| {
        store(Fault::Slow, |_| true)(setup);
        model(Fault::Slow)(setup);
    })
    .await;
    let mut given = of_tracks(&["trk-00001"]);
    given.viewer = request().viewer;
    let time = Duration::from_secs(2);
    let started = Instant::now();
    let response = service.rank_within(given, time).await.expect("an answer without store and model");
    assert!(started.elapsed() < time);
    let timeout = DegradeCause::Timeout;
    let stages = degraded(&response);
    assert_eq!(
        stages,
        [("viewer", timeout), ("features", timeout), ("beliefs", timeout), ("model", timeout)]
    );
}

#[tokio::test]
async fn an_exposure_log_that_is_full_is_said_in_the_answer_and_at_shutdown() {
    let service = Service::with(|setup| setup.log = Arc::new(FullLog)).await;
    let response = answer(&service).await;
    assert_eq!(degraded(&response), [("exposure", DegradeCause::Dependency)]);
    assert_eq!(response.shelves.len(), 5);
    let ended = service.stop().await.expect_err("exposures are not kept");
    assert_eq!(ended.to_string(), "failed to flush exposures");
}
