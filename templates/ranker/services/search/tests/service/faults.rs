//! What a caller gets when a part fails: a degraded answer in time that says what was done without.
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use features::{Entity, Key};
use protocol::ranking::v1::{DegradeCause, SearchTracksRequest, SearchTracksResponse};
use search::index::{Ask, Found, Index, SearchError};
use testkit::{Fault, FaultyModel, FaultyStore, FullLog};
use tonic::Code;

use crate::support::{Service, Setup, ids, index, part, request};

fn store(fault: Fault, on: fn(&[Key]) -> bool) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.store = FaultyStore::on(setup.parts.store.clone(), fault, on)
}

fn model(fault: Fault) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.model = FaultyModel::with(&setup.parts.model, fault)
}

fn viewers(keys: &[Key]) -> bool {
    keys.iter().any(|key| key.entity == Entity::Viewer)
}

fn tracks(keys: &[Key]) -> bool {
    keys.iter().all(|key| key.entity == Entity::Track)
}

/// An index that fails.
struct FaultyIndex(Fault);

#[async_trait]
impl Index for FaultyIndex {
    async fn search(&self, ask: Ask, within: Duration) -> Result<Found, SearchError> {
        match self.0 {
            Fault::Broken => Err(SearchError::Engine("broken".into())),
            Fault::Slow => {
                tokio::time::sleep(within).await;
                Err(SearchError::Timeout)
            }
            Fault::Stuck => std::future::pending().await,
            Fault::Forgetful => Ok(Found { hits: Vec::new(), matches: 7 }),
            Fault::Garbage => {
                let mut found = index().search(ask, within).await?;
                let scores = [f32::NAN, f32::INFINITY, -1.0, 3.0].into_iter().cycle();
                found.hits.iter_mut().zip(scores).for_each(|(hit, score)| hit.score = score);
                Ok(found)
            }
        }
    }
}

fn broken_index(fault: Fault) -> impl FnOnce(&mut Setup) {
    move |setup| setup.parts.index = Arc::new(FaultyIndex(fault))
}

fn degraded(response: &SearchTracksResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_order_of_the_first_phase() {
    let whole = Service::start().await.search(request()).await.expect("nothing fails");
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Service::with(model(fault)).await;
        let response = service
            .search_within(request(), Duration::from_secs(1))
            .await
            .expect("an answer without the model");
        assert_eq!(degraded(&response), [("model", cause)]);
        assert_eq!(response.items.len(), 10);
        assert_ne!(ids(&response), ids(&whole), "the model has an influence");
        let first_phase = |item| part(item, "text").unwrap_or(0.0) + part(item, "popularity").unwrap_or(0.0);
        assert!(response.items.iter().all(|item| item.score == first_phase(item)));
        assert_eq!(service.exposures.all()[0].degraded, ["model"], "what is logged says what was served");
    }
}

#[tokio::test]
async fn a_profile_without_a_model_does_not_ask_it() {
    let service = Service::with(model(Fault::Stuck)).await;
    let literal = SearchTracksRequest { profile: "literal".to_owned(), ..request() };
    let response = service.search(literal).await.expect("the model is not asked");
    assert_eq!(degraded(&response), []);
}

#[tokio::test]
async fn scores_that_are_no_numbers_are_dropped_and_counted() {
    let service = Service::with(model(Fault::Garbage)).await;
    let response = service.search(request()).await.expect("some scores are numbers");
    assert_eq!(
        response.non_finite_scores, 112,
        "three of four of the hundred and fifty that are scored again"
    );
    assert!(response.items.iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn a_store_that_fails_leaves_the_text() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Service::with(store(fault, tracks)).await;
        let literal = SearchTracksRequest { profile: "literal".to_owned(), ..request() };
        let response =
            service.search_within(literal, Duration::from_secs(1)).await.expect("an answer without features");
        assert_eq!(degraded(&response), [("features", cause)]);
        assert_eq!(response.items.len(), 10);
        assert!(response.items.iter().all(|item| Some(item.score) == part(item, "text")));
    }
}

#[tokio::test]
async fn a_store_that_tells_garbage_still_leaves_numbers() {
    let service = Service::with(store(Fault::Garbage, tracks)).await;
    let response = service.search(request()).await.expect("an answer of garbage");
    assert!(response.items.iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn a_store_that_fails_on_the_viewer_leaves_what_is_known_to_be_clean() {
    let no_explicit = |mut request: SearchTracksRequest| {
        request.viewer.as_mut().expect("the request has a viewer").content_filter = 1;
        request
    };
    let whole = Service::start().await.search(no_explicit(request())).await.expect("nothing fails");
    let removed = |answer: &SearchTracksResponse| crate::support::removed(answer, "explicit");
    for fault in [Fault::Broken, Fault::Slow, Fault::Forgetful] {
        let service = Service::with(store(fault, viewers)).await;
        let response = service
            .search_within(request(), Duration::from_secs(1))
            .await
            .expect("an answer without the viewer");
        assert_eq!(degraded(&response)[0].0, "viewer");
        assert_eq!(removed(&response), removed(&whole), "who may be a child is treated as one");
    }
}

#[tokio::test]
async fn an_index_that_fails_leaves_no_answer_and_soon() {
    for (fault, code) in [
        (Fault::Broken, Code::Unavailable),
        (Fault::Slow, Code::DeadlineExceeded),
        (Fault::Stuck, Code::DeadlineExceeded),
    ] {
        let service = Service::with(broken_index(fault)).await;
        let started = Instant::now();
        let status = service
            .search_within(request(), Duration::from_millis(300))
            .await
            .expect_err("nothing else knows what was meant");
        // The client's own timer may end the call just before the service's answer is there.
        assert!(status.code() == code || status.code() == Code::Cancelled, "{status}");
        assert!(started.elapsed() < Duration::from_secs(2));
        if code == Code::Unavailable {
            assert_eq!(status.message(), "stage `index` failed", "nothing of the inside is told");
        }
    }
}

#[tokio::test]
async fn an_index_that_tells_garbage_loses_only_what_is_garbage() {
    let service = Service::with(broken_index(Fault::Garbage)).await;
    let response = service.search(request()).await.expect("some scores are numbers");
    assert!(response.non_finite_scores > 0);
    assert!(response.items.iter().all(|item| item.score.is_finite()));
    let service = Service::with(broken_index(Fault::Forgetful)).await;
    let response = service.search(request()).await.expect("an answer without items");
    assert_eq!((response.items.len(), response.total_matches), (0, 7));
}

#[tokio::test]
async fn a_slow_store_and_a_slow_model_still_leave_an_answer_in_time() {
    let service = Service::with(|setup| {
        store(Fault::Slow, |_| true)(setup);
        model(Fault::Slow)(setup);
    })
    .await;
    let time = Duration::from_secs(2);
    let started = Instant::now();
    let response = service.search_within(request(), time).await.expect("an answer without store and model");
    assert!(started.elapsed() < time);
    let timeout = DegradeCause::Timeout;
    assert_eq!(degraded(&response), [("viewer", timeout), ("features", timeout), ("model", timeout)]);
}

#[tokio::test]
async fn an_exposure_log_that_is_full_is_said_in_the_answer_and_at_shutdown() {
    let service = Service::with(|setup| setup.log = Arc::new(FullLog)).await;
    let response = service.search(request()).await.expect("an answer without a log");
    assert_eq!(degraded(&response), [("exposure", DegradeCause::Dependency)]);
    assert_eq!(response.items.len(), 10);
    let ended = service.stop().await.expect_err("exposures are not kept");
    assert_eq!(ended.to_string(), "failed to flush exposures");
}
