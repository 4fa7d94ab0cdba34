//! What makes a ranking go wrong, found again in requests, answers and the store.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use catalogue::belief;
use features::{Key, Record};
use protocol::ranking::v1::{RankShelvesRequest, RankShelvesResponse};
use testkit::{AMPLE, distinct, history, incomplete, noon, stale};

use crate::support::{ids, items, part, store};

const DAY: u64 = 24 * 60 * 60;

/// A golden request and its answer.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a RankShelvesRequest,
    pub(crate) response: &'a RankShelvesResponse,
}

/// Groups of tracks with exactly the same score, as they stand on one shelf of the answer.
pub(crate) fn ties(response: &RankShelvesResponse) -> Vec<Vec<&str>> {
    let shelves = response.shelves.iter();
    let groups =
        shelves.flat_map(|shelf| shelf.items.chunk_by(|a, b| a.score.to_bits() == b.score.to_bits()));
    let ids = groups.map(|group| group.iter().map(|item| item.track_id.as_str()).collect::<Vec<_>>());
    ids.filter(|group| group.len() > 1).collect()
}

impl Asked<'_> {
    /// Whether there is what the hazard says.
    pub(crate) async fn holds(&self, hazard: &str) -> bool {
        let Self { request, response } = self;
        let (shelf_limit, item_limit) = (request.shelf_limit as usize, request.item_limit as usize);
        let (shelves, shown) = (&response.shelves, ids(response).len());
        let candidates = self.candidates().len();
        match hazard {
            "retrieved" => request.shelves.is_empty() && shelves.len() >= 2 && shown > 0,
            "largest-page" => shelf_limit == 20 && item_limit == 50,
            "plain" => shelves.len() == request.shelves.len() && shown > 0,
            "more-than-k" => {
                candidates > item_limit
                    && candidates > 20
                    && self.removed("page") > 0
                    && shelves.iter().any(|shelf| shelf.items.len() == item_limit)
            }
            "more-shelves" => request.shelves.len() > shelf_limit && shelves.len() == shelf_limit,
            "large" => request.shelves.len() == 40 && candidates == 1_000,
            "fewer-than-k" => request.shelves.len() < shelf_limit && candidates < item_limit,
            "single" => candidates == 1,
            "nothing-left" => shelves.is_empty() && self.removed("explicit") == candidates,
            "explicit-filter" => self.removed("explicit") > 0,
            "duplicates" => self.removed("unique") > 0 && self.on_unlike_shelves() >= 10,
            "exact-ties" => !ties(response).is_empty(),
            "ties-unordered" => !self.candidates().is_sorted_by(|one, other| one >= other),
            "tie-at-the-cut" => {
                ties(response).iter().any(|group| group.len() == shown) && self.removed("page") == 1
            }
            "shelf-ties" => {
                shelves.len() == 2
                    && shelves[0].score.to_bits() == shelves[1].score.to_bits()
                    && shelves[0].shelf_id != request.shelves[0].shelf_id
            }
            "near-ties" => shelves.iter().flat_map(|shelf| shelf.items.windows(2)).any(|pair| {
                let gap = pair[0].score - pair[1].score;
                gap > 0.0 && gap < 1e-4
            }),
            "missing-features" => incomplete(&self.known(Key::track).await) >= 6,
            "unknown-tracks" => {
                self.known(Key::track).await.iter().filter(|record| record.is_none()).count() == 6
            }
            "stale-features" => stale(&self.known(Key::track).await) >= 5,
            "stale-beliefs" => self.beliefs_older_than(100).await >= 5,
            "beliefs" => {
                self.rewards().len() > 5 && self.known(Key::belief).await.iter().flatten().count() >= 12
            }
            "no-beliefs" => {
                self.known(Key::belief).await.iter().filter(|record| record.is_none()).count() >= 12
            }
            "distinct-values" => distinct(&self.known(Key::track).await),
            "same-artists" => items(response).iter().filter(|item| part(item, "page").is_some()).count() >= 4,
            "heard" => self.removed("seen") > 0 && self.history().await > 0,
            "no-history" => self.history().await == 0,
            _ => false,
        }
    }

    /// The tracks of the request, as they stand there.
    fn candidates(&self) -> Vec<&str> {
        self.request.shelves.iter().flat_map(|shelf| &shelf.track_ids).map(String::as_str).collect()
    }

    fn removed(&self, stage: &str) -> usize {
        let removed = self.response.removed.iter().filter(|removed| removed.stage == stage);
        removed.map(|removed| removed.count as usize).sum()
    }

    /// How many tracks stand on shelves of more than one kind.
    fn on_unlike_shelves(&self) -> usize {
        let mut kinds: BTreeMap<&str, BTreeSet<i32>> = BTreeMap::new();
        for shelf in &self.request.shelves {
            for track in &shelf.track_ids {
                kinds.entry(track).or_default().insert(shelf.kind);
            }
        }
        kinds.values().filter(|kinds| kinds.len() > 1).count()
    }

    /// The different rewards in the answer.
    fn rewards(&self) -> BTreeSet<u64> {
        items(self.response).iter().filter_map(|item| Some(part(item, "reward")?.to_bits())).collect()
    }

    async fn known(&self, key: fn(String) -> Key) -> Vec<Option<Record>> {
        let keys: Vec<_> = self.candidates().into_iter().map(|id| key(id.to_owned())).collect();
        store().await.read(&keys, AMPLE).await.expect("the store answers")
    }

    async fn beliefs_older_than(&self, days: u64) -> usize {
        let old =
            |record: &&Record| record.age(belief::MEAN.name(), noon()) > Duration::from_secs(days * DAY);
        self.known(Key::belief).await.iter().flatten().filter(old).count()
    }

    /// How many tracks the viewer heard.
    async fn history(&self) -> usize {
        let viewer = self.request.viewer.as_ref().expect("a golden request has a viewer");
        history(&viewer.viewer_id).await
    }
}
