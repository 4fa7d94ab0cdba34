//! Tracks like the playing one, for requests without candidates.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use catalogue::{Profile, shelf};
use features::{FeatureStore, Key};
use pipeline::{OnFailure, Source, StageError};
use stages::{deal, read};

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
        let records = read(&*self.store, &keys, within).await?;
        let tracks = records.iter().flatten().find_map(|record| shelf::TRACKS.read(record, query.now));
        let dealt = deal(tracks.unwrap_or_default(), AT_MOST, self.seed, &query.viewer_id, day(query.now));
        Ok(dealt.into_iter().map(|track_id| Candidate::new(track_id, Origin::Retrieved)).collect())
    }
}

fn day(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400
}
