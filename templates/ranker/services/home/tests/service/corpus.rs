//! The golden requests are answered, always alike, and hold the hazards that their manifest names.
use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::prost::Message;
use protocol::ranking::v1::{RankShelvesRequest, RankShelvesResponse};
use testkit::{Golden, coverage};

use crate::hazards::{Asked, ties};
use crate::support::{Service, corpus, here, pages};

async fn answers(
    service: &Service,
    asked: Vec<Golden<RankShelvesRequest>>,
) -> BTreeMap<String, (Golden<RankShelvesRequest>, RankShelvesResponse)> {
    let mut answers = BTreeMap::new();
    for golden in asked {
        let response = service.rank(golden.request.clone()).await.expect("a golden request is valid");
        answers.insert(golden.id.clone(), (golden, response));
    }
    answers
}

#[tokio::test]
async fn every_golden_request_has_a_whole_answer() {
    let service = Service::start().await;
    for (asked, each) in [(corpus(), 24), (pages(), 16)] {
        let answers = answers(&service, asked).await;
        let mut segments: BTreeMap<_, usize> = BTreeMap::new();
        for (id, (golden, response)) in &answers {
            *segments.entry(golden.segment.as_str()).or_default() += 1;
            assert_eq!(response.degraded, [], "{id} is not degraded");
            assert_eq!(response.non_finite_scores, 0, "{id} has finite scores");
            assert!(
                response.shelves.len() <= golden.request.shelf_limit as usize,
                "{id} has too many shelves"
            );
            let longest = response.shelves.iter().map(|shelf| shelf.items.len()).max().unwrap_or_default();
            assert!(longest <= golden.request.item_limit as usize, "{id} has too many tracks on a shelf");
        }
        assert_eq!(
            segments,
            [("casual", each), ("cold-start", each), ("family", each), ("heavy", each)].into()
        );
    }
}

#[tokio::test]
async fn ties_stand_in_the_answers_against_the_order_of_the_request() {
    let service = Service::start().await;
    let answers = answers(&service, corpus()).await;
    for id in &coverage(&here(""))["exact-ties"] {
        let (golden, response) = &answers[id];
        let asked: Vec<_> = golden.request.shelves.iter().flat_map(|shelf| &shelf.track_ids).collect();
        let place = |track: &str| asked.iter().position(|id| *id == track).expect("it was a candidate");
        // A tie shows a changed tie-break only if the request has its tracks in another order than the answer.
        let shows = |group: &Vec<&str>| !group.is_sorted_by_key(|track| place(track));
        assert!(ties(response).iter().any(shows), "{id}");
    }
}

#[tokio::test]
async fn the_manifest_is_true() {
    let service = Service::start().await;
    let answers = answers(&service, corpus()).await;
    let manifest = coverage(&here(""));
    for (hazard, ids) in &manifest {
        let segments: BTreeSet<_> = ids.iter().map(|id| answers[id].0.segment.as_str()).collect();
        // Of viewers in their first minutes nothing was heard yet, and only of them.
        let expected: &[&str] = match hazard.as_str() {
            "heard" => &["casual", "family", "heavy"],
            "no-history" => &["cold-start"],
            _ => &["casual", "cold-start", "family", "heavy"],
        };
        assert_eq!(segments.into_iter().collect::<Vec<_>>(), expected, "{hazard}");
        for id in ids {
            let (Golden { request, .. }, response) = &answers[id];
            assert!(Asked { request, response }.holds(hazard).await, "{id} does not hold {hazard}");
        }
    }
    let listed: BTreeSet<_> = manifest.values().flatten().collect();
    assert_eq!(listed.len(), answers.len(), "every request is there for something");
}

#[test]
fn two_services_answer_alike_to_the_last_bit_whatever_their_threads() {
    let run = |mut runtime: tokio::runtime::Builder| {
        let runtime = runtime.enable_all().build().expect("a runtime starts");
        runtime.block_on(async {
            let service = Service::start().await;
            let answers = answers(&service, corpus()).await;
            let bytes: Vec<_> = answers.into_values().map(|(_, response)| response.encode_to_vec()).collect();
            service.stop().await.expect("the service ends well");
            bytes
        })
    };
    let mut several = tokio::runtime::Builder::new_multi_thread();
    several.worker_threads(4);
    assert_eq!(run(tokio::runtime::Builder::new_current_thread()), run(several));
}
