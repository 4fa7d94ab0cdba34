//! The golden requests are answered, whole and in order, and ask for all that there is to ask.
use std::collections::{BTreeMap, BTreeSet};

use features::Key;
use protocol::ranking::v1::FoundTrack;
use testkit::AMPLE;

use crate::support::{Service, corpus, parts, profiles};

#[tokio::test]
async fn every_golden_request_has_a_whole_answer_in_order() {
    let service = Service::start().await;
    let mut segments: BTreeMap<String, usize> = BTreeMap::new();
    for golden in corpus() {
        *segments.entry(golden.segment).or_default() += 1;
        let (id, limit) = (golden.id, golden.request.limit as usize);
        let response = service.search(golden.request).await.expect("a golden request is valid");
        assert_eq!(response.degraded, [], "{id} is not degraded");
        assert_eq!(response.non_finite_scores, 0, "{id} has finite scores");
        assert!(response.items.len() <= limit, "{id} is not longer than asked for");
        let order = |pair: &[FoundTrack]| {
            let (one, other) = (&pair[0], &pair[1]);
            other.score.total_cmp(&one.score).then_with(|| one.track_id.cmp(&other.track_id)).is_lt()
        };
        assert!(response.items.windows(2).all(order), "{id} stands by score, then by track");
    }
    let expected = ["casual", "cold-start", "family", "heavy"].map(|segment| (segment.to_owned(), 30));
    assert_eq!(segments, expected.into());
    assert_eq!(service.exposures.all().len(), 120);
}

#[test]
fn every_segment_asks_by_every_profile_and_by_none() {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for golden in corpus() {
        asked.entry(golden.segment).or_default().insert(golden.request.profile);
    }
    let mut all: BTreeSet<_> = profiles().profiles.into_iter().map(|profile| profile.name).collect();
    all.insert(String::new());
    assert!(asked.values().all(|profiles| *profiles == all), "{asked:?}");
}

#[tokio::test]
async fn those_who_start_cold_have_no_record_or_an_empty_one() {
    let store = parts().await.store;
    let mut known = BTreeSet::new();
    for golden in corpus().into_iter().filter(|golden| golden.segment == "cold-start") {
        let viewer = golden.request.viewer.expect("a golden request has a viewer").viewer_id;
        let records = store.read(&[Key::viewer(viewer)], AMPLE).await.expect("the store answers");
        let record = records.into_iter().next().flatten();
        assert!(record.as_ref().is_none_or(|record| !record.values.contains_key("artists")));
        known.insert(record.is_some());
    }
    assert_eq!(known.len(), 2, "some have a record and some have none");
}
