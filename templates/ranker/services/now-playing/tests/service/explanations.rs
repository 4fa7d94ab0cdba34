//! What a caller gets who asks why.
use std::time::Duration;

use now_playing::inputs::INPUTS;
use protocol::ranking::v1::{DegradeCause, QueueCandidate, RankQueueRequest, RankQueueResponse};
use testkit::{Fault, FaultyModel, explained_and_not, metrics_with};

use crate::support::{Service, Setup, corpus, request};

fn asking(request: RankQueueRequest) -> RankQueueRequest {
    RankQueueRequest { explain: true, ..request }
}

#[tokio::test]
async fn every_track_is_explained_by_every_input_of_the_model() {
    let service = Service::start().await;
    let response = service.rank(asking(request())).await.expect("the request is valid");
    assert_eq!(response.degraded, []);
    for item in &response.items {
        let names: Vec<_> = item.features.iter().map(|feature| feature.feature.as_str()).collect();
        assert_eq!(names, INPUTS.each_ref().map(|input| input.name));
        assert!(item.features.iter().any(|feature| feature.contribution != 0.0));
        assert!(item.features.iter().all(|feature| feature.contribution.is_finite()));
    }
}

#[tokio::test]
async fn an_explanation_never_changes_the_ranking() {
    let service = Service::start().await;
    for golden in corpus().into_iter().step_by(4) {
        let plain = service.rank(golden.request.clone()).await.expect("the request is valid");
        let asked = service.rank(asking(golden.request)).await.expect("the request is valid");
        explained_and_not(&asked.items, &plain.items);
        assert_eq!(RankQueueResponse { items: plain.items.clone(), ..asked }, plain, "{}", golden.id);
    }
}

#[tokio::test]
async fn what_is_missing_is_said_and_has_contributed_nothing() {
    let service = Service::start().await;
    let mut unheard = asking(request());
    unheard.candidates = vec![QueueCandidate { track_id: "trk-unheard-of".to_owned(), origin: 0 }];
    let response = service.rank(unheard).await.expect("the request is valid");
    let features = &response.items[0].features;
    let missing: Vec<_> = features.iter().filter(|feature| feature.missing).collect();
    assert!(missing.len() >= 8 && missing.iter().all(|feature| feature.contribution == 0.0), "{features:?}");
    assert!(features.iter().any(|feature| feature.feature == "queued_by_viewer" && !feature.missing));
}

#[tokio::test]
async fn an_explanation_that_cannot_be_had_leaves_the_ranking_and_is_said() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Stuck, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
        (Fault::Garbage, DegradeCause::Dependency),
    ] {
        // The first call of a request ranks, the second explains.
        let service =
            Service::with(|setup| setup.parts.model = FaultyModel::at_calls(&setup.parts.model, fault, 2))
                .await;
        let response =
            service.rank_within(asking(request()), Duration::from_secs(2)).await.expect("an answer");
        let degraded: Vec<_> =
            response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect();
        assert_eq!(degraded, [("explain", cause)], "{fault:?}");
        assert_eq!(response.items.len(), 10);
        assert!(response.items.iter().all(|item| item.features.is_empty()));
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_during_an_explanation_was_shown_nothing() {
    let stuck = |setup: &mut Setup| {
        setup.parts.model = FaultyModel::at_calls(&setup.parts.model, Fault::Stuck, 2);
    };
    let service = Service::with(stuck).await;
    let gone = tokio::time::timeout(Duration::from_secs(1), service.rank(asking(request()))).await;
    gone.expect_err("the explanation is stuck");
    metrics_with(&service.running.address, r#"code="Cancelled""#).await;
    assert_eq!(service.exposures.all(), []);
}
