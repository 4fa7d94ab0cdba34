//! What a caller gets for a valid request.
use protocol::ranking::v1::{
    ContentFilter, QueueCandidate, QueueOrigin, RankQueueRequest, RankQueueResponse, SessionTrack,
};
use testkit::{check_beginnings, check_score};

use crate::support::{Service, corpus, request};

fn ids(response: &RankQueueResponse) -> Vec<&str> {
    response.items.iter().map(|item| item.track_id.as_str()).collect()
}

fn queue(ids: &[&str]) -> Vec<QueueCandidate> {
    ids.iter().map(|id| QueueCandidate { track_id: (*id).to_owned(), origin: 0 }).collect()
}

#[tokio::test]
async fn an_answer_is_complete() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    assert_eq!(response.request_id, "test");
    assert_eq!(response.items.len(), 10);
    assert_eq!(response.model_version, "2026-11-20.1");
    assert_eq!(response.degraded, []);
    assert!(response.removed.iter().any(|removed| removed.stage == "top-k" && removed.count > 0));
    assert_eq!(response.assignments.len(), 1);
    for item in &response.items {
        let stages = check_score(&item.track_id, item.score, &item.stage_scores);
        assert!(stages.starts_with(&["model", "prior"]), "{stages:?}");
    }
    assert!(response.items.iter().any(|item| !item.reasons.is_empty()));
}

#[tokio::test]
async fn an_answer_is_logged_once_as_it_was_served() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    let exposures = service.exposures.all();
    let [exposure] = &exposures[..] else { panic!("one answer is one exposure, not {}", exposures.len()) };
    assert_eq!(exposure.request_id, "test");
    assert_eq!(exposure.unit, "vwr-0003");
    assert_eq!(exposure.at_ms, 1_795_176_000_000);
    assert_eq!(exposure.model_version, response.model_version);
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
            let request = RankQueueRequest { limit, ..golden.request.clone() };
            service.rank(request).await.expect("the request is valid").items
        };
        check_beginnings(&golden.id, 100, &[1, 5, 20], ranked).await;
    }
}

#[tokio::test]
async fn what_else_is_ranked_has_no_influence_on_a_models_score() {
    let service = Service::start().await;
    let model_score = |response: &RankQueueResponse| {
        let item =
            response.items.iter().find(|item| item.track_id == "trk-00042").expect("the track is ranked");
        item.stage_scores.iter().find(|part| part.stage == "model").expect("the model scored").score
    };
    let mut alone = request();
    alone.candidates = queue(&["trk-00042"]);
    let mut among = request();
    let others: Vec<_> = (100..177).map(|number| format!("trk-{number:05}")).collect();
    among.candidates = queue(&others.iter().map(String::as_str).collect::<Vec<_>>());
    among.candidates.insert(40, alone.candidates[0].clone());
    among.limit = 100;
    let alone = service.rank(alone).await.expect("the request is valid");
    let among = service.rank(among).await.expect("the request is valid");
    assert_eq!(model_score(&alone).to_bits(), model_score(&among).to_bits());
}

#[tokio::test]
async fn a_track_that_stands_twice_is_ranked_once_as_the_viewers_own_choice() {
    let service = Service::start().await;
    let mut twice = request();
    twice.candidates = queue(&["trk-00042", "trk-00043", "trk-00042"]);
    twice.candidates[2].origin = QueueOrigin::Viewer.into();
    let mut once = request();
    once.candidates = queue(&["trk-00042", "trk-00043"]);
    once.candidates[0].origin = QueueOrigin::Viewer.into();
    let twice = service.rank(twice).await.expect("the request is valid");
    let once = service.rank(once).await.expect("the request is valid");
    assert_eq!(twice.items, once.items);
    assert_eq!(twice.removed[0].stage, "unique");
    assert_eq!(twice.removed[0].count, 1);
}

#[tokio::test]
async fn what_was_heard_does_not_come_again() {
    let service = Service::start().await;
    let mut request = request();
    request.candidates = queue(&["trk-00007", "trk-00042", "trk-00043"]);
    request.session = session(&[("trk-00043", false)]);
    let response = service.rank(request).await.expect("the request is valid");
    assert_eq!(ids(&response), ["trk-00042"]);
    assert_eq!((response.removed[0].stage.as_str(), response.removed[0].count), ("seen", 2));
}

#[tokio::test]
async fn a_family_is_ranked_nothing_explicit_and_nothing_unknown() {
    let service = Service::start().await;
    // trk-00000 is explicit, trk-00001 is not, and nobody knows the third.
    let candidates = queue(&["trk-00000", "trk-00001", "trk-unheard-of"]);
    for (viewer, filter, expected) in [
        ("vwr-0003", ContentFilter::Unspecified, 3),
        ("vwr-0003", ContentFilter::NoExplicit, 1),
        ("vwr-0002", ContentFilter::Unspecified, 1),
        ("vwr-nobody", ContentFilter::Unspecified, 3),
    ] {
        let mut request = RankQueueRequest { candidates: candidates.clone(), ..request() };
        let asking = request.viewer.as_mut().expect("the request has a viewer");
        asking.viewer_id = viewer.to_owned();
        asking.content_filter = filter.into();
        let response = service.rank(request).await.expect("the request is valid");
        assert_eq!(response.items.len(), expected, "{viewer} {filter:?}");
        assert!(ids(&response).contains(&"trk-00001"));
    }
}

#[tokio::test]
async fn one_artist_does_not_follow_itself_unpunished() {
    let service = Service::start().await;
    let response =
        service.rank(RankQueueRequest { limit: 100, ..request() }).await.expect("the request is valid");
    let pushed =
        response.items.iter().flat_map(|item| &item.stage_scores).filter(|p| p.stage == "artist-diversity");
    let pushed: Vec<_> = pushed.map(|part| part.score).collect();
    assert!(!pushed.is_empty() && pushed.iter().all(|score| *score < 0.0), "{pushed:?}");
    assert!(response.items.windows(2).all(|pair| pair[0].score >= pair[1].score));
}

#[tokio::test]
async fn what_plays_who_listens_and_what_was_heard_each_have_an_influence() {
    let service = Service::start().await;
    let candidates: Vec<_> = (1_200..1_240).map(|number| format!("trk-{number:05}")).collect();
    let mut usual = request();
    usual.candidates = queue(&candidates.iter().map(String::as_str).collect::<Vec<_>>());
    usual.limit = 100;
    usual.session = session(&[("trk-00900", false), ("trk-00901", true)]);
    let expected = service.rank(usual.clone()).await.expect("the request is valid").items;

    type Change = fn(&mut RankQueueRequest);
    let changes: [(&str, Change); 5] = [
        ("another track plays", |r| r.playing.as_mut().unwrap().track_id = "trk-00008".to_owned()),
        ("somebody else listens", |r| r.viewer.as_mut().unwrap().viewer_id = "vwr-0007".to_owned()),
        ("nothing was heard", |r| r.session.clear()),
        ("nothing was skipped", |r| r.session[1].skipped = false),
        ("a candidate is the viewer's own", |r| r.candidates[0].origin = QueueOrigin::Viewer.into()),
    ];
    for (what, change) in changes {
        let mut request = usual.clone();
        change(&mut request);
        let items = service.rank(request).await.expect("the request is valid").items;
        assert_ne!(items, expected, "{what}");
    }
}

fn session(heard: &[(&str, bool)]) -> Vec<SessionTrack> {
    heard.iter().map(|(id, skipped)| SessionTrack { track_id: (*id).to_owned(), skipped: *skipped }).collect()
}
