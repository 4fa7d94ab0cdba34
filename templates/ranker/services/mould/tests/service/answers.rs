//! What a caller gets for a valid request.
use protocol::ranking::v1::{ContentFilter, MouldCandidate, MouldRankRequest, MouldRankResponse};
use testkit::{check_beginnings, check_score, explained_and_not};

use crate::support::{Service, candidate, corpus, request};

fn ids(response: &MouldRankResponse) -> Vec<&str> {
    response.items.iter().map(|item| item.track_id.as_str()).collect()
}

#[tokio::test]
async fn an_answer_is_complete() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    assert_eq!(response.request_id, "test");
    assert_eq!(response.items.len(), 10);
    assert_eq!(response.degraded, []);
    assert!(response.removed.iter().any(|removed| removed.stage == "top-k" && removed.count > 0));
    assert_eq!(response.assignments.len(), 1);
    for item in &response.items {
        let stages = check_score(&item.track_id, item.score, &item.stage_scores);
        assert_eq!(stages, ["relevance", "popularity"]);
    }
}

#[tokio::test]
async fn an_answer_is_logged_once_as_it_was_served() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    let exposures = service.exposures.all();
    let [exposure] = &exposures[..] else { panic!("one answer is one exposure, not {}", exposures.len()) };
    assert_eq!(exposure.service, env!("CARGO_PKG_NAME"));
    assert_eq!((exposure.request_id.as_str(), exposure.unit.as_str()), ("test", "vwr-0003"));
    assert_eq!(exposure.at_ms, 1_795_176_000_000);
    let arms: Vec<_> = response.assignments.iter().map(|a| (&a.experiment, &a.arm)).collect();
    assert_eq!(exposure.arms.iter().collect::<Vec<_>>(), arms);
    let shown: Vec<_> = exposure.shown.iter().map(|shown| (shown.id.as_str(), shown.score)).collect();
    let served: Vec<_> = response.items.iter().map(|item| (item.track_id.as_str(), item.score)).collect();
    assert_eq!(shown, served);
}

#[tokio::test]
async fn a_shorter_answer_is_the_beginning_of_a_longer_one() {
    let service = Service::start().await;
    for golden in corpus().into_iter().step_by(5) {
        let ranked = async |limit| {
            let request = MouldRankRequest { limit, ..golden.request.clone() };
            service.rank(request).await.expect("the request is valid").items
        };
        check_beginnings(&golden.id, 100, &[1, 5, 20], ranked).await;
    }
}

#[tokio::test]
async fn a_track_that_stands_twice_is_ranked_once_with_its_highest_relevance() {
    let service = Service::start().await;
    let ranked = async |candidates: Vec<MouldCandidate>| {
        let request = MouldRankRequest { candidates, ..request() };
        service.rank(request).await.expect("the request is valid")
    };
    let twice = ranked(vec![candidate(42, 0.1), candidate(43, 0.5), candidate(42, 0.9)]).await;
    let once = ranked(vec![candidate(42, 0.9), candidate(43, 0.5)]).await;
    assert_eq!(twice.items, once.items);
    assert_eq!((twice.removed[0].stage.as_str(), twice.removed[0].count), ("unique", 1));
}

#[tokio::test]
async fn a_family_is_ranked_nothing_explicit_and_nothing_unknown() {
    let service = Service::start().await;
    // trk-00000 is explicit, trk-00001 is not, and nobody knows the third.
    let unheard = MouldCandidate { track_id: "trk-unheard-of".to_owned(), relevance: 0.5 };
    let candidates = vec![candidate(0, 0.5), candidate(1, 0.5), unheard];
    for (viewer, filter, expected) in [
        ("vwr-0003", ContentFilter::Unspecified, 3),
        ("vwr-0003", ContentFilter::NoExplicit, 1),
        ("vwr-0002", ContentFilter::Unspecified, 1),
        ("vwr-nobody", ContentFilter::Unspecified, 3),
    ] {
        let mut request = MouldRankRequest { candidates: candidates.clone(), ..request() };
        let asking = request.viewer.as_mut().expect("the request has a viewer");
        asking.viewer_id = viewer.to_owned();
        asking.content_filter = filter.into();
        let response = service.rank(request).await.expect("the request is valid");
        assert_eq!(response.items.len(), expected, "{viewer} {filter:?}");
        assert!(ids(&response).contains(&"trk-00001"));
    }
}

#[tokio::test]
async fn an_explanation_adds_up_to_the_score_and_never_changes_the_ranking() {
    let service = Service::start().await;
    for golden in corpus().into_iter().step_by(3) {
        let plain = service.rank(golden.request.clone()).await.expect("the request is valid");
        let asked = service.rank(MouldRankRequest { explain: true, ..golden.request }).await;
        let asked = asked.expect("the request is valid");
        explained_and_not(&asked.items, &plain.items);
        for item in &asked.items {
            let sum: f64 = item.features.iter().map(|feature| feature.contribution).sum();
            assert!((sum - item.score).abs() < 1e-12, "{} of {}", item.track_id, golden.id);
            let names: Vec<_> = item.features.iter().map(|feature| feature.feature.as_str()).collect();
            assert_eq!(names, ["relevance", "popularity", "novelty"]);
        }
    }
}

#[tokio::test]
async fn who_listens_and_what_fits_have_an_influence() {
    let service = Service::start().await;
    let expected = service.rank(request()).await.expect("the request is valid").items;
    let mut fits = request();
    fits.candidates[20].relevance = 1.0;
    let fits = service.rank(fits).await.expect("the request is valid");
    assert_eq!(ids(&fits)[0], "trk-00120");
    // The first viewer who is in the other arm of the experiment.
    let mut scores = std::collections::BTreeSet::new();
    for number in 0..16 {
        let mut other = request();
        other.viewer.as_mut().expect("the request has a viewer").viewer_id = format!("vwr-nobody-{number}");
        let answer = service.rank(other).await.expect("the request is valid");
        scores.insert((answer.assignments[0].arm.clone(), answer.items[0].score.to_bits()));
    }
    assert_eq!(scores.len(), 2, "each arm has a score of its own");
    assert!(!expected.is_empty());
}
