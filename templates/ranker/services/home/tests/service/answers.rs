//! What a caller gets for a valid request.
use std::collections::BTreeSet;

use prost_reflect::prost::Message;
use protocol::ranking::v1::{ContentFilter, RankShelvesRequest, RankShelvesResponse, ShelfKind};
use testkit::{check_beginnings, check_score, explained_and_not};

use crate::support::{Service, corpus, ids, items, of_tracks, part, request, shelf};

fn shelves(response: &RankShelvesResponse) -> Vec<&str> {
    response.shelves.iter().map(|shelf| shelf.shelf_id.as_str()).collect()
}

fn of_viewer(viewer: &str) -> RankShelvesRequest {
    let mut request = RankShelvesRequest { shelf_limit: 20, ..request() };
    request.viewer.as_mut().expect("the request has a viewer").viewer_id = viewer.to_owned();
    request
}

#[tokio::test]
async fn an_answer_is_complete() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    assert_eq!(response.request_id, "test");
    assert_eq!(response.shelves.len(), 5);
    assert_eq!(response.model_version, "2026-11-20.1");
    assert_eq!((response.degraded.len(), response.non_finite_scores), (0, 0));
    assert!(response.removed.iter().any(|removed| removed.stage == "page" && removed.count > 0));
    assert_eq!(response.assignments.len(), 1);
    for item in items(&response) {
        let stages = check_score(&item.track_id, item.score, &item.stage_scores);
        assert!(stages.starts_with(&["model", "reward", "prior"]), "{stages:?}");
    }
    assert!(items(&response).iter().any(|item| !item.reasons.is_empty()));
}

#[tokio::test]
async fn who_is_known_has_shelves_of_taste_and_who_is_not_has_what_is_new_and_popular() {
    let service = Service::start().await;
    let heavy = service.rank(of_viewer("vwr-0003")).await.expect("the request is valid");
    let kinds: BTreeSet<_> = heavy.shelves.iter().map(|shelf| shelf.kind().as_str_name()).collect();
    for kind in ["GENRE", "ARTIST", "HEARD_AGAIN", "NEW_RELEASES", "POPULAR"] {
        assert!(kinds.contains(format!("SHELF_KIND_{kind}").as_str()), "{kind}: {kinds:?}");
    }
    for stranger in ["vwr-0001", "nobody-knows-me"] {
        let cold = service.rank(of_viewer(stranger)).await.expect("the request is valid");
        let mut shelves = shelves(&cold);
        shelves.sort_unstable();
        assert_eq!(shelves, ["new-releases", "popular"]);
        assert!(cold.shelves.iter().all(|shelf| shelf.items.len() == 10));
        assert!(cold.degraded.is_empty());
    }
}

#[tokio::test]
async fn no_track_stands_twice_and_shelves_and_tracks_stand_by_score() {
    let service = Service::start().await;
    for golden in corpus() {
        let response = service.rank(golden.request).await.expect("the request is valid");
        let all = ids(&response);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{}", golden.id);
        let order =
            |one: (f64, &str), other: (f64, &str)| other.0 < one.0 || (other.0 == one.0 && other.1 > one.1);
        let by = |shelf: &protocol::ranking::v1::RankedShelf| (shelf.score, shelf.shelf_id.clone());
        assert!(
            response.shelves.windows(2).all(|pair| {
                let (above, below) = (by(&pair[0]), by(&pair[1]));
                order((above.0, &above.1), (below.0, &below.1))
            }),
            "{}",
            golden.id
        );
        for shelf in &response.shelves {
            let best: f64 = shelf.items.iter().take(3).map(|item| item.score.max(0.0)).sum();
            assert_eq!(shelf.score, best / 3.0, "{}", golden.id);
            let sorted = shelf
                .items
                .windows(2)
                .all(|pair| order((pair[0].score, &pair[0].track_id), (pair[1].score, &pair[1].track_id)));
            assert!(sorted && !shelf.items.is_empty(), "{}", golden.id);
        }
    }
}

#[tokio::test]
async fn an_answer_is_logged_once_as_it_was_served() {
    let service = Service::start().await;
    let response = service.rank(request()).await.expect("the request is valid");
    let exposures = service.exposures.all();
    let [exposure] = &exposures[..] else { panic!("one answer is one exposure, not {}", exposures.len()) };
    assert_eq!((exposure.service.as_str(), exposure.request_id.as_str()), ("home", "test"));
    assert_eq!((exposure.unit.as_str(), exposure.at_ms), ("vwr-0003", 1_795_176_000_000));
    let arms: Vec<_> = response.assignments.iter().map(|a| (&a.experiment, &a.arm)).collect();
    assert_eq!(exposure.arms.iter().collect::<Vec<_>>(), arms);
    let shown: Vec<_> = exposure.shown.iter().map(|shown| (shown.id.clone(), shown.score)).collect();
    let served: Vec<_> = response
        .shelves
        .iter()
        .flat_map(|shelf| {
            shelf.items.iter().map(|item| (format!("{}/{}", shelf.shelf_id, item.track_id), item.score))
        })
        .collect();
    assert_eq!(shown, served);
}

#[tokio::test]
async fn the_order_of_shelves_and_tracks_in_the_request_has_no_influence() {
    let service = Service::start().await;
    for golden in corpus().into_iter().filter(|golden| !golden.request.shelves.is_empty()) {
        let expected =
            service.rank(golden.request.clone()).await.expect("the request is valid").encode_to_vec();
        let mut request = golden.request;
        request.shelves.reverse();
        for shelf in &mut request.shelves {
            let third = shelf.track_ids.len() / 3;
            shelf.track_ids.reverse();
            shelf.track_ids.rotate_left(third);
        }
        let turned = service.rank(request).await.expect("the request is valid").encode_to_vec();
        assert_eq!(turned, expected, "{}", golden.id);
    }
}

#[tokio::test]
async fn a_page_with_fewer_shelves_is_the_beginning_of_one_with_more() {
    let service = Service::start().await;
    for golden in corpus().into_iter().step_by(5) {
        let ranked = async |shelf_limit| {
            let request = RankShelvesRequest { shelf_limit, ..golden.request.clone() };
            service.rank(request).await.expect("the request is valid").shelves
        };
        check_beginnings(&golden.id, 20, &[1, 2, 5], ranked).await;
    }
}

#[tokio::test]
async fn what_else_is_ranked_has_no_influence_on_a_models_score() {
    let service = Service::start().await;
    let others: Vec<_> = (100..177).map(|number| format!("trk-{number:05}")).collect();
    let mut tracks: Vec<_> = others.iter().map(String::as_str).collect();
    tracks.insert(40, "trk-00042");
    let alone = service.rank(of_tracks(&["trk-00042"])).await.expect("the request is valid");
    let request = RankShelvesRequest { item_limit: 50, ..of_tracks(&tracks[38..44]) };
    let among = service.rank(request).await.expect("the request is valid");
    let score = |response: &RankShelvesResponse| {
        let all = items(response);
        let item = all.iter().find(|item| item.track_id == "trk-00042").expect("the track is ranked");
        part(item, "model").expect("the model scored").to_bits()
    };
    assert_eq!(score(&alone), score(&among));
}

#[tokio::test]
async fn what_is_believed_decides_between_tracks_that_are_streamed_as_often() {
    let service = Service::start().await;
    let response = service
        .rank(RankShelvesRequest { shelf_limit: 20, item_limit: 50, ..request() })
        .await
        .expect("the request is valid");
    let rewards: Vec<_> = items(&response).iter().filter_map(|item| part(item, "reward")).collect();
    assert_eq!(rewards.len(), items(&response).len(), "every track has something of it");
    let by_short_term = |shelf: &protocol::ranking::v1::RankedShelf| {
        shelf.items.is_sorted_by(|one, other| part(one, "model") >= part(other, "model"))
    };
    assert!(!response.shelves.iter().all(by_short_term), "the order is not that of the model alone");
}

#[tokio::test]
async fn what_was_just_heard_does_not_come_again() {
    let service = Service::start().await;
    // vwr-0003 heard trk-01329 a minute ago, and trk-00436 eleven days ago.
    let response = service.rank(of_tracks(&["trk-01329", "trk-00436"])).await.expect("the request is valid");
    assert_eq!(ids(&response), ["trk-00436"]);
    assert_eq!((response.removed[0].stage.as_str(), response.removed[0].count), ("seen", 1));
}

#[tokio::test]
async fn a_family_is_shown_nothing_explicit_and_nothing_unknown() {
    let service = Service::start().await;
    // trk-00000 is explicit, trk-00001 is not, and nobody knows the third.
    let tracks = ["trk-00000", "trk-00001", "trk-unheard-of"];
    for (viewer, filter, expected) in [
        ("vwr-0003", ContentFilter::Unspecified, 3),
        ("vwr-0003", ContentFilter::NoExplicit, 1),
        ("vwr-0002", ContentFilter::Unspecified, 1),
        ("vwr-nobody", ContentFilter::Unspecified, 3),
    ] {
        let mut request = of_tracks(&tracks);
        let asking = request.viewer.as_mut().expect("the request has a viewer");
        asking.viewer_id = viewer.to_owned();
        asking.content_filter = filter.into();
        let response = service.rank(request).await.expect("the request is valid");
        assert_eq!(ids(&response).len(), expected, "{viewer} {filter:?}");
        assert!(ids(&response).contains(&"trk-00001"));
    }
}

#[tokio::test]
async fn a_shelf_on_which_nothing_is_left_is_not_on_the_page() {
    let service = Service::start().await;
    let mut two = of_tracks(&["trk-00042"]);
    two.shelves.push(shelf("empty", &[]));
    two.shelves.push(shelf("same", &["trk-00042"]));
    let response = service.rank(two).await.expect("the request is valid");
    assert_eq!(shelves(&response), ["same"], "of equal shelves the first by name");
    let none = RankShelvesRequest { shelves: vec![shelf("empty", &[])], ..request() };
    let response = service.rank(none).await.expect("the request is valid");
    assert_eq!(response.shelves, [], "what is asked about is ranked, and nothing is retrieved");
}

#[tokio::test]
async fn who_looks_and_what_a_shelf_is_about_each_have_an_influence() {
    let service = Service::start().await;
    let tracks: Vec<_> = (1_200..1_240).map(|number| format!("trk-{number:05}")).collect();
    let tracks: Vec<_> = tracks.iter().map(String::as_str).collect();
    let usual = of_tracks(&tracks);
    let expected = service.rank(usual.clone()).await.expect("the request is valid").shelves[0].items.clone();

    type Change = fn(&mut RankShelvesRequest);
    let changes: [(&str, Change); 3] = [
        ("somebody else looks", |r| r.viewer.as_mut().unwrap().viewer_id = "vwr-0007".to_owned()),
        ("the shelf is about a genre", |r| {
            r.shelves[0].kind = ShelfKind::Genre.into();
            r.shelves[0].subject = "jazz".to_owned();
        }),
        ("the shelf is about an artist", |r| {
            r.shelves[0].kind = ShelfKind::Artist.into();
            r.shelves[0].subject = "art-0011".to_owned();
        }),
    ];
    for (what, change) in changes {
        let mut request = usual.clone();
        change(&mut request);
        let shelves = service.rank(request).await.expect("the request is valid").shelves;
        assert_ne!(shelves[0].items, expected, "{what}");
    }
}

#[tokio::test]
async fn an_explanation_never_changes_the_page() {
    let service = Service::start().await;
    let plain = service.rank(request()).await.expect("the request is valid");
    let asked = service.rank(RankShelvesRequest { explain: true, ..request() }).await;
    let asked = asked.expect("the request is valid");
    assert_eq!((shelves(&asked), &asked.degraded), (shelves(&plain), &plain.degraded));
    for (explained, shelf) in asked.shelves.iter().zip(&plain.shelves) {
        explained_and_not(&explained.items, &shelf.items);
    }
}
