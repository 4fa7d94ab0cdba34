//! What the committed store knows about the tracks and viewers of golden requests: where their hazards are.
use std::collections::BTreeSet;

use catalogue::{track, viewer};
use features::{Feature, Key, Record};

use crate::parts::{noon, store};
use crate::running::AMPLE;

/// The features of a track that are numbers.
const NUMBERS: [Feature<f64>; 7] = [
    track::RELEASED,
    track::ENERGY,
    track::TEMPO,
    track::VALENCE,
    track::PLAYS,
    track::COMPLETION,
    track::SKIPS,
];

/// The committed records of these keys, in their order.
pub async fn known(keys: Vec<Key>) -> Vec<Option<Record>> {
    store().await.read(&keys, AMPLE).await.expect("the store answers")
}

/// How many tracks lack a feature, or are not known at all.
pub fn incomplete(tracks: &[Option<Record>]) -> usize {
    let whole = |record: &Record| {
        NUMBERS.iter().all(|number| number.read(record, noon()).is_some())
            && track::ARTIST.read(record, noon()).is_some()
            && track::EXPLICIT.read(record, noon()).is_some()
    };
    tracks.iter().filter(|record| !record.as_ref().is_some_and(whole)).count()
}

/// How many tracks have plays that are too old to be read.
pub fn stale(tracks: &[Option<Record>]) -> usize {
    let stale = |record: &&Record| {
        record.values.contains_key(track::PLAYS.name()) && track::PLAYS.read(record, noon()).is_none()
    };
    tracks.iter().flatten().filter(stale).count()
}

/// Whether all tracks have all numbers, and no two the same anywhere.
pub fn distinct(tracks: &[Option<Record>]) -> bool {
    NUMBERS.iter().all(|number| {
        let records = tracks.iter().flatten();
        let values: BTreeSet<_> =
            records.filter_map(|record| Some(number.read(record, noon())?.to_bits())).collect();
        values.len() == tracks.len()
    })
}

/// How many tracks the viewer heard, as the store knows.
pub async fn history(viewer_id: &str) -> usize {
    let record = known(vec![Key::viewer(viewer_id)]).await.into_iter().flatten().next().unwrap_or_default();
    viewer::HEARD.read(&record, noon()).map_or(0, |heard| heard.len())
}
