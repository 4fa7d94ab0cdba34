//! What a caller gets for a valid request.
use protocol::ranking::v1::{ContentFilter, SearchFilter, SearchTracksRequest};
use testkit::check_score;

use crate::support::{Service, ids, part, profiles, removed, request};

#[tokio::test]
async fn an_answer_is_complete() {
    let service = Service::start().await;
    let response = service.search(request()).await.expect("the request is valid");
    assert_eq!(response.request_id, "test");
    assert_eq!(response.items.len(), 10);
    assert_eq!((response.profile.as_str(), response.profile_version.as_str()), ("balanced", "2026-11-20.1"));
    assert_eq!(response.model_version, "2026-11-20.1");
    assert_eq!(response.degraded, []);
    assert!(response.total_matches > 150);
    assert!(removed(&response, "rerank") > 0 && removed(&response, "top-k") == 140);
    assert_eq!(response.assignments.len(), 1);
    for item in &response.items {
        let stages = check_score(&item.track_id, item.score, &item.stage_scores);
        assert_eq!(stages, ["text", "popularity", "model"]);
        assert!(!item.title.is_empty() && !item.artist_name.is_empty() && !item.album.is_empty());
        assert_eq!(item.features, [], "nobody asked for features");
    }
    assert!(response.items.iter().any(|item| !item.reasons.is_empty()));
}

#[tokio::test]
async fn an_answer_is_logged_once_as_it_was_served() {
    let service = Service::start().await;
    let response = service.search(request()).await.expect("the request is valid");
    let exposures = service.exposures.all();
    let [exposure] = &exposures[..] else { panic!("one answer is one exposure, not {}", exposures.len()) };
    assert_eq!((exposure.service.as_str(), exposure.request_id.as_str()), ("search", "test"));
    assert_eq!(exposure.unit, "vwr-0003");
    assert_eq!(exposure.model_version, response.model_version);
    let shown: Vec<_> = exposure.shown.iter().map(|shown| (shown.id.as_str(), shown.score)).collect();
    let served: Vec<_> = response.items.iter().map(|item| (item.track_id.as_str(), item.score)).collect();
    assert_eq!(shown, served);
}

#[tokio::test]
async fn each_profile_ranks_in_its_own_way_and_says_so() {
    let service = Service::start().await;
    let mut answers = Vec::new();
    for profile in profiles().profiles {
        let named = SearchTracksRequest { profile: profile.name.clone(), limit: 100, ..request() };
        let response = service.search(named).await.expect("the profile is there");
        assert_eq!((&response.profile, &response.profile_version), (&profile.name, &profile.version));
        let has_model = profile.second_phase.is_some();
        assert_eq!(!response.model_version.is_empty(), has_model, "{}", profile.name);
        assert!(response.items.iter().all(|item| part(item, "model").is_some() == has_model));
        answers.push(ids(&response).into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    assert!(answers.windows(2).all(|pair| pair[0] != pair[1]));
    let usual = service.search(SearchTracksRequest { limit: 100, ..request() }).await.expect("it is valid");
    assert_eq!(ids(&usual), answers[0], "the first profile is the usual one");
}

#[tokio::test]
async fn features_are_those_that_were_scored() {
    let service = Service::start().await;
    let with = SearchTracksRequest { with_features: true, ..request() };
    let response = service.search(with).await.expect("the request is valid");
    let names: Vec<_> = search::inputs::INPUTS.iter().map(|input| input.name).collect();
    for item in &response.items {
        assert_eq!(item.features.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), names);
        let value = |name| item.features.iter().find(|f| f.name == name).and_then(|f| f.value);
        assert_eq!(value("text"), part(item, "text"), "the profile gives the text weight 1");
    }
    let without = service.search(request()).await.expect("the request is valid");
    assert_eq!(ids(&response), ids(&without), "asking has no influence");
}

#[tokio::test]
async fn a_shorter_answer_is_the_beginning_of_a_longer_one() {
    let service = Service::start().await;
    for text in ["love", "night rain", "the", "nora", "gol"] {
        let searched = async |limit| {
            let request = SearchTracksRequest { text: text.to_owned(), limit, ..request() };
            service.search(request).await.expect("the request is valid").items
        };
        let all = searched(100).await;
        for limit in [1, 5, 20] {
            assert!(all.starts_with(&searched(limit).await), "{text} with limit {limit}");
        }
    }
}

#[tokio::test]
async fn what_else_is_found_has_no_influence_on_a_score() {
    let service = Service::start().await;
    // The same words in another order find the same tracks; the last word may be the beginning of others.
    let alone = service.find("golden lantern rain").await;
    let filter = SearchFilter { genres: vec!["pop".to_owned(), "indie".to_owned()] };
    let request =
        SearchTracksRequest { text: "golden lantern rain".to_owned(), filter: Some(filter), ..request() };
    let filtered = service.search(request).await.expect("the request is valid");
    for item in &filtered.items {
        if let Some(same) = alone.items.iter().find(|other| other.track_id == item.track_id) {
            assert_eq!(same, item);
        }
    }
}

#[tokio::test]
async fn genres_limit_an_answer_to_what_is_known_to_be_of_them() {
    let service = Service::start().await;
    let all = service.search(SearchTracksRequest { limit: 100, ..request() }).await.expect("it is valid");
    let filter = |genres: &[&str]| SearchTracksRequest {
        filter: Some(SearchFilter { genres: genres.iter().map(|genre| (*genre).to_owned()).collect() }),
        limit: 100,
        ..request()
    };
    let jazz = service.search(filter(&["jazz"])).await.expect("the request is valid");
    assert!(!jazz.items.is_empty() && jazz.items.len() < all.items.len() && removed(&jazz, "genre") > 0);
    let none = service.search(filter(&[])).await.expect("the request is valid");
    assert_eq!(none.items, all.items, "no genre is no filter");
    let unheard_of = service.search(filter(&["skiffle"])).await.expect("the request is valid");
    assert_eq!(unheard_of.items, []);
    assert_eq!(unheard_of.total_matches, all.total_matches, "matches are counted before any filter");
}

#[tokio::test]
async fn a_family_finds_nothing_explicit() {
    let service = Service::start().await;
    for (viewer, filter, restricted) in [
        ("vwr-0003", ContentFilter::Unspecified, false),
        ("vwr-0003", ContentFilter::NoExplicit, true),
        ("vwr-0002", ContentFilter::Unspecified, true),
        ("vwr-nobody", ContentFilter::Unspecified, false),
    ] {
        let mut request = request();
        let asking = request.viewer.as_mut().expect("the request has a viewer");
        asking.viewer_id = viewer.to_owned();
        asking.content_filter = filter.into();
        let response = service.search(request).await.expect("the request is valid");
        assert_eq!(removed(&response, "explicit") > 0, restricted, "{viewer} {filter:?}");
    }
}

#[tokio::test]
async fn who_searches_has_an_influence() {
    let service = Service::start().await;
    let mut other = request();
    other.viewer.as_mut().expect("the request has a viewer").viewer_id = "vwr-0007".to_owned();
    let mut scores = Vec::new();
    for request in [request(), other] {
        let response = service.search(request).await.expect("the request is valid");
        scores.push(response.items.iter().map(|item| part(item, "model")).collect::<Vec<_>>());
    }
    assert_ne!(scores[0], scores[1]);
}

#[tokio::test]
async fn an_explanation_never_changes_what_is_found() {
    let service = Service::start().await;
    let plain = service.search(request()).await.expect("the request is valid");
    let asked = service.search(SearchTracksRequest { explain: true, ..request() }).await;
    let mut asked = asked.expect("the request is valid");
    for item in &mut asked.items {
        let contributions = std::mem::take(&mut item.contributions);
        assert!(contributions.iter().any(|of| of.contribution != 0.0), "{} is explained", item.track_id);
    }
    assert_eq!(asked, plain);
}
