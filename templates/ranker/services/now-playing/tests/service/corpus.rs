//! The golden requests are answered, always alike, and hold the hazards that their manifest names.
use std::collections::{BTreeMap, BTreeSet};

use features::{Key, Record};
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use testkit::{Golden, coverage, distinct, history, incomplete, known, stale};

use crate::support::{Service, corpus, here};

async fn answers(service: &Service) -> BTreeMap<String, (Golden<RankQueueRequest>, RankQueueResponse)> {
    let mut answers = BTreeMap::new();
    for golden in corpus() {
        let response = service.rank(golden.request.clone()).await.expect("a golden request is valid");
        answers.insert(golden.id.clone(), (golden, response));
    }
    answers
}

fn removed(response: &RankQueueResponse, stage: &str) -> u32 {
    response.removed.iter().filter(|removed| removed.stage == stage).map(|removed| removed.count).sum()
}

fn all_removed(response: &RankQueueResponse) -> usize {
    response.removed.iter().map(|removed| removed.count as usize).sum()
}

/// Groups of tracks with exactly the same score, as they stand in the answer.
fn ties(response: &RankQueueResponse) -> Vec<Vec<&str>> {
    let groups = response.items.chunk_by(|one, other| one.score.to_bits() == other.score.to_bits());
    let ids = groups.map(|group| group.iter().map(|item| item.track_id.as_str()).collect::<Vec<_>>());
    ids.filter(|group| group.len() > 1).collect()
}

#[tokio::test]
async fn every_golden_request_has_a_whole_answer_in_order() {
    let service = Service::start().await;
    let answers = answers(&service).await;
    assert!(answers.len() >= 80);
    let segments: BTreeMap<_, usize> = answers.values().fold(BTreeMap::new(), |mut counts, (golden, _)| {
        *counts.entry(golden.segment.as_str()).or_default() += 1;
        counts
    });
    assert_eq!(segments, [("casual", 29), ("cold-start", 29), ("family", 29), ("heavy", 29)].into());
    for (id, (golden, response)) in &answers {
        assert_eq!(response.degraded, [], "{id} is not degraded");
        assert_eq!(response.non_finite_scores, 0, "{id} has finite scores");
        assert!(response.items.len() <= golden.request.limit as usize, "{id} is not longer than asked for");
        let order = |pair: &[protocol::ranking::v1::RankedTrack]| {
            pair[1]
                .score
                .total_cmp(&pair[0].score)
                .then_with(|| pair[0].track_id.cmp(&pair[1].track_id))
                .is_lt()
        };
        assert!(response.items.windows(2).all(order), "{id} stands by score, then by track");
    }
    assert_eq!(service.exposures.all().len(), answers.len());
}

#[tokio::test]
async fn ties_stand_in_the_answers_against_the_order_of_the_request() {
    let service = Service::start().await;
    let mut visible = BTreeSet::new();
    for (id, (golden, response)) in answers(&service).await {
        let place = |track: &str| {
            golden.request.candidates.iter().position(|c| c.track_id == track).expect("it was a candidate")
        };
        let tied = ties(&response);
        // A tie shows a changed tie-break only if the request has its tracks in another order than the answer.
        if tied.iter().any(|group| {
            !golden.request.candidates.is_empty() && !group.is_sorted_by_key(|track| place(track))
        }) {
            visible.insert(id);
        }
    }
    let named: BTreeSet<_> = coverage(&here(""))["exact-ties"].iter().cloned().collect();
    assert!(visible.len() >= 5);
    assert!(visible.is_superset(&named), "missing: {:?}", named.difference(&visible));
}

#[tokio::test]
async fn the_manifest_is_true() {
    let service = Service::start().await;
    let answers = answers(&service).await;
    let manifest = coverage(&here(""));
    for (hazard, ids) in &manifest {
        // Who is new has heard nothing that could rest.
        let segments = if hazard == "rested" { 3 } else { 4 };
        assert!(ids.len() >= segments, "{hazard} is met by every segment");
        for id in ids {
            let (Golden { request, .. }, response) = &answers[id];
            assert!(holds(hazard, request, response).await, "{id} does not hold {hazard}");
        }
    }
    let listed: BTreeSet<_> = manifest.values().flatten().collect();
    assert_eq!(listed.len(), answers.len(), "every request is there for something");
}

async fn holds(hazard: &str, request: &RankQueueRequest, response: &RankQueueResponse) -> bool {
    let (candidates, limit, items) = (request.candidates.len(), request.limit as usize, response.items.len());
    match hazard {
        "plain" => items == limit && candidates > limit,
        "session" => {
            request.session.iter().any(|heard| heard.skipped) && request.session.iter().any(|h| !h.skipped)
        }
        "one-heard" => matches!(&request.session[..], [heard] if !heard.skipped),
        "one-skipped" => matches!(&request.session[..], [heard] if heard.skipped),
        "rested" => request.session.is_empty() && removed(response, "seen") > 0,
        "dealt" => items == 100 && items + all_removed(response) == 200,
        "more-than-k" => items == limit && candidates > 20 && removed(response, "top-k") > 0,
        "large" => candidates >= 300,
        "fewer-than-k" => candidates < limit && items <= candidates,
        "single" => candidates == 1,
        "nothing-left" => items == 0 && removed(response, "seen") as usize == candidates,
        "duplicates" => {
            let mut origins: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for candidate in &request.candidates {
                origins.entry(&candidate.track_id).or_default().insert(candidate.origin);
            }
            removed(response, "unique") > 0 && origins.values().any(|origins| origins.len() > 1)
        }
        "exact-ties" => !ties(response).is_empty(),
        "ties-unordered" => !request.candidates.is_sorted_by(|one, other| one.track_id >= other.track_id),
        "tie-at-the-cut" => {
            ties(response).iter().any(|group| group.len() == items) && removed(response, "top-k") == 1
        }
        "near-ties" => response.items.windows(2).any(|pair| {
            let gap = pair[0].score - pair[1].score;
            gap > 0.0 && gap < 1e-3
        }),
        "unknown-tracks" => {
            response.items.iter().any(|i| i.track_id.starts_with("trk-new-"))
                || removed(response, "explicit") >= 6
        }
        "explicit-filter" => removed(response, "explicit") > 0,
        "radio" => candidates == 0 && items == limit,
        "missing-features" => incomplete(&tracks(request).await) >= 6,
        "stale-features" => stale(&tracks(request).await) >= 10,
        "distinct-values" => distinct(&tracks(request).await),
        "unknown-playing" => {
            let playing = request.playing.as_ref().expect("a golden request has a playing track");
            known(vec![Key::track(&playing.track_id)]).await == [None]
        }
        "cold-start" => {
            let viewer = request.viewer.as_ref().expect("a golden request has a viewer");
            history(&viewer.viewer_id).await == 0
        }
        _ => false,
    }
}

/// What is known about the candidates.
async fn tracks(request: &RankQueueRequest) -> Vec<Option<Record>> {
    known(request.candidates.iter().map(|candidate| Key::track(&candidate.track_id)).collect()).await
}
