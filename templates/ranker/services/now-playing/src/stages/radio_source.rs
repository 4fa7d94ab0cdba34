//! Tracks like the playing one, for requests without candidates.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use catalogue::{Profile, shelf};
use features::{FeatureStore, Key, StoreError};
use pipeline::{OnFailure, Source, StageError};

use crate::candidate::{Candidate, Origin};
use crate::query::Query;

/// Tracks that are retrieved at most.
const AT_MOST: usize = 200;

/// Retrieves tracks from the shelf of the playing track's genre, else of the viewer's favourite genre, else from the
/// popular ones. Of a long shelf each viewer is dealt another part each day.
pub(crate) struct RadioSource {
    store: Arc<dyn FeatureStore>,
    seed: u64,
}

impl RadioSource {
    pub(crate) fn new(store: Arc<dyn FeatureStore>, seed: u64) -> Self {
        Self { store, seed }
    }
}

#[async_trait]
impl Source<Query, Candidate> for RadioSource {
    fn name(&self) -> &'static str {
        "radio"
    }

    fn on_failure(&self) -> OnFailure {
        // Without candidates of its own a request has no answer but this one.
        OnFailure::Fail
    }

    async fn fetch(&self, query: &Query, within: Duration) -> Result<Vec<Candidate>, StageError> {
        let shelves: Vec<_> = [
            query.playing.genre.as_deref(),
            query.profile.as_ref().and_then(Profile::favourite_genre),
            Some(shelf::POPULAR),
        ]
        .into_iter()
        .flatten()
        .collect();
        let keys: Vec<_> = shelves.into_iter().map(Key::shelf).collect();
        let records = self.store.read(&keys, within).await.map_err(|error| match error {
            StoreError::Timeout => StageError::Timeout,
            StoreError::Engine(_) | StoreError::Corrupt { .. } => StageError::dependency(error),
        })?;
        let tracks = records.iter().flatten().find_map(|record| shelf::TRACKS.read(record, query.now));
        let dealt = deal(tracks.unwrap_or_default(), self.seed, &query.viewer_id, day(query.now));
        Ok(dealt.into_iter().map(|track_id| Candidate::new(track_id, Origin::Retrieved)).collect())
    }
}

fn day(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400
}

/// At most [`AT_MOST`] of the tracks: those whose hash with seed, viewer and day is lowest.
fn deal(tracks: Vec<String>, seed: u64, viewer: &str, day: u64) -> Vec<String> {
    let start = mix(mix(seed, &day.to_le_bytes()), viewer.as_bytes());
    let mut dealt: Vec<_> = tracks.into_iter().map(|track| (mix(start, track.as_bytes()), track)).collect();
    dealt.sort_unstable();
    dealt.truncate(AT_MOST);
    dealt.into_iter().map(|(_, track)| track).collect()
}

/// FNV-1a over the bytes, from a start, with the last steps of SplitMix64 so that similar names lie far apart.
fn mix(start: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = bytes.iter().fold(start ^ 0xcbf2_9ce4_8422_2325, step);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn tracks(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("trk-{number:05}")).collect()
    }

    #[test]
    fn a_short_shelf_is_dealt_whole() {
        let dealt: BTreeSet<_> = deal(tracks(150), 7, "viewer-1", 20_000).into_iter().collect();
        assert_eq!(dealt, tracks(150).into_iter().collect());
    }

    #[test]
    fn the_same_seed_viewer_and_day_are_dealt_the_same_whatever_order_the_shelf_is_in() {
        let mut reversed = tracks(500);
        reversed.reverse();
        let dealt = deal(tracks(500), 7, "viewer-1", 20_000);
        assert_eq!(dealt.len(), AT_MOST);
        assert_eq!(dealt, deal(reversed, 7, "viewer-1", 20_000));
    }

    #[test]
    fn another_seed_viewer_or_day_is_dealt_others() {
        let dealt = deal(tracks(500), 7, "viewer-1", 20_000);
        for other in [(8, "viewer-1", 20_000), (7, "viewer-2", 20_000), (7, "viewer-1", 20_001)] {
            assert_ne!(dealt, deal(tracks(500), other.0, other.1, other.2));
        }
    }

    #[test]
    fn every_track_is_dealt_about_equally_often() {
        let mut counts = vec![0_usize; 400];
        for viewer in 0..400 {
            for track in deal(tracks(400), 7, &format!("viewer-{viewer}"), 20_000) {
                counts[track[4..].parse::<usize>().expect("a track ends in its number")] += 1;
            }
        }
        assert!(counts.iter().all(|count| (150..250).contains(count)), "{counts:?}");
    }
}
