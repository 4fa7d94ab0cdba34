//! The golden requests are answered, always alike, and hold the hazards that their manifest names.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use protocol::ranking::v1::{MouldRankRequest, MouldRankResponse, RankedTrack};
use testkit::{Golden, coverage, history};

use crate::generate::generate;
use crate::support::{Service, corpus, here};

async fn answers(service: &Service) -> BTreeMap<String, (Golden<MouldRankRequest>, MouldRankResponse)> {
    let mut answers = BTreeMap::new();
    for golden in corpus() {
        let response = service.rank(golden.request.clone()).await.expect("a golden request is valid");
        answers.insert(golden.id.clone(), (golden, response));
    }
    answers
}

fn removed(response: &MouldRankResponse, stage: &str) -> usize {
    let of_stage = response.removed.iter().filter(|removed| removed.stage == stage);
    of_stage.map(|removed| removed.count as usize).sum()
}

/// The smallest gap between neighbours, and whether two of them have exactly the same score.
fn gaps(response: &MouldRankResponse) -> (f64, bool) {
    let gaps = response.items.windows(2).map(|pair| pair[0].score - pair[1].score);
    gaps.fold(
        (f64::INFINITY, false),
        |(least, tied), gap| {
            if gap == 0.0 { (least, true) } else { (least.min(gap), tied) }
        },
    )
}

#[test]
fn the_corpus_is_what_its_generator_writes() {
    let generated = generate(&here("../../data")).expect("the committed data is right");
    let read = |name: &str| fs::read_to_string(here("golden").join(name)).expect("the corpus is there");
    assert!(read("requests.jsonl") == generated.requests, "write it anew: README.md says how");
    assert_eq!(read("coverage.json"), generated.coverage);
}

#[tokio::test]
async fn every_golden_request_has_a_whole_answer_in_order() {
    let service = Service::start().await;
    let answers = answers(&service).await;
    let segments: BTreeMap<_, usize> = answers.values().fold(BTreeMap::new(), |mut counts, (golden, _)| {
        *counts.entry(golden.segment.as_str()).or_default() += 1;
        counts
    });
    assert_eq!(segments, [("casual", 16), ("cold-start", 16), ("family", 16), ("heavy", 16)].into());
    let mut arms = BTreeSet::new();
    for (id, (golden, response)) in &answers {
        assert_eq!(response.degraded, [], "{id} is not degraded");
        assert_eq!(response.non_finite_scores, 0, "{id} has finite scores");
        assert!(response.items.len() <= golden.request.limit as usize, "{id} is not longer than asked for");
        let order = |pair: &[RankedTrack]| {
            let by_score = pair[1].score.total_cmp(&pair[0].score);
            by_score.then_with(|| pair[0].track_id.cmp(&pair[1].track_id)).is_lt()
        };
        assert!(response.items.windows(2).all(order), "{id} stands by score, then by track");
        arms.extend(response.assignments.iter().map(|assignment| assignment.arm.clone()));
    }
    assert_eq!(arms.len(), 2, "both arms are met");
    assert_eq!(service.exposures.all().len(), answers.len());
}

#[tokio::test]
async fn the_manifest_is_true() {
    let service = Service::start().await;
    let answers = answers(&service).await;
    let manifest = coverage(&here(""));
    for (hazard, ids) in &manifest {
        assert!(ids.len() >= 4, "{hazard} is met by every segment");
        let mut held = 0;
        for id in ids {
            let (Golden { request, segment, .. }, response) = &answers[id];
            // Who is new has heard nothing, and a family is ranked nothing of which nobody knows that it is clean.
            let cannot = matches!(
                (hazard.as_str(), segment.as_str()),
                ("heard", "cold-start") | ("unknown-tracks", "family")
            );
            assert!(cannot || holds(hazard, request, response).await, "{id} does not hold {hazard}");
            held += usize::from(!cannot);
        }
        assert!(held >= 3, "{hazard} is held by {held} requests");
    }
    let listed: BTreeSet<_> = manifest.values().flatten().collect();
    assert_eq!(listed.len(), answers.len(), "every request is there for something");
}

async fn holds(hazard: &str, request: &MouldRankRequest, response: &MouldRankResponse) -> bool {
    let (candidates, limit, items) = (request.candidates.len(), request.limit as usize, response.items.len());
    let (least, tied) = gaps(response);
    match hazard {
        "plain" => items == limit && candidates > 20 && candidates > limit,
        "more-than-k" => items == limit && removed(response, "top-k") > 50,
        "large" => candidates == 500 && items == limit,
        "fewer-than-k" => candidates < limit && items == candidates,
        "single" => candidates == 1 && items == 1,
        "empty" => candidates == 0 && items == 0,
        "duplicates" => {
            let mut relevance: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for candidate in &request.candidates {
                relevance.entry(&candidate.track_id).or_default().insert(candidate.relevance.to_bits());
            }
            removed(response, "unique") == 10 && relevance.values().any(|values| values.len() > 1)
        }
        "ties-unordered" => {
            tied && !request.candidates.is_sorted_by(|one, other| one.track_id >= other.track_id)
        }
        "tie-at-the-cut" => {
            let [one, other] = &request.candidates[..] else { return false };
            // Both are worth the same, and the one that stands behind is answered.
            other.track_id < one.track_id && items == 1 && response.items[0].track_id == other.track_id
        }
        "near-ties" => least > 0.0 && least < 1e-8,
        "missing-features" => {
            let unpopular = |item: &RankedTrack| {
                item.stage_scores.iter().any(|part| part.stage == "popularity" && part.score < 0.1)
            };
            response.items.iter().filter(|item| unpopular(item)).count() >= 12
        }
        "unknown-tracks" => {
            response.items.iter().filter(|item| item.track_id.starts_with("trk-new-")).count() == 6
        }
        "cold-start" => {
            let viewer = request.viewer.as_ref().expect("a golden request has a viewer");
            history(&viewer.viewer_id).await == 0
        }
        "explicit" => removed(response, "explicit") == 10,
        "heard" => removed(response, "seen") > 0,
        "distinct" => !tied && items == 60,
        _ => false,
    }
}
