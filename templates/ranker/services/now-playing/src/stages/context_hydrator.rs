//! Who listens, and to what: all that a request's own tracks and viewer need from the store, in one read.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use features::{FeatureStore, Key, Record, StoreError};
use pipeline::{OnFailure, QueryHydrator, StageError};

use crate::candidate::Track;
use crate::catalogue::viewer;
use crate::query::{Profile, Query};

/// For how long a track that was heard does not come again.
const REST: Duration = Duration::from_secs(6 * 60 * 60);

/// Adds the viewer's profile, the playing track and the session's tracks to the query.
pub(crate) struct ContextHydrator {
    store: Arc<dyn FeatureStore>,
}

/// What the store knows of a request.
pub(crate) struct Context {
    profile: Profile,
    heard: BTreeSet<String>,
    playing: Track,
    session: Vec<Track>,
}

impl ContextHydrator {
    pub(crate) fn new(store: Arc<dyn FeatureStore>) -> Self {
        Self { store }
    }
}

#[async_trait]
impl QueryHydrator<Query> for ContextHydrator {
    type Hydration = Context;

    fn name(&self) -> &'static str {
        "context"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(&self, query: &Query, within: Duration) -> Result<Context, StageError> {
        let mut keys = vec![Key::viewer(&query.viewer_id), Key::track(&query.playing_id)];
        keys.extend(query.session.iter().map(|heard| Key::track(&heard.track_id)));
        let records = self.store.read(&keys, within).await.map_err(|error| match error {
            StoreError::Timeout => StageError::Timeout,
            StoreError::Engine(_) | StoreError::Corrupt { .. } => StageError::dependency(error),
        })?;
        let [viewer, playing, session @ ..] = &records[..] else {
            return Err(StageError::Length { expected: keys.len(), got: records.len() });
        };
        if session.len() != query.session.len() {
            return Err(StageError::Length { expected: keys.len(), got: records.len() });
        }
        let track = |record: &Option<Record>| {
            record.as_ref().map(|record| Track::read(record, query.now)).unwrap_or_default()
        };
        let viewer = viewer.clone().unwrap_or_default();
        Ok(Context {
            profile: profile(&viewer, query.now),
            heard: heard(&viewer::HEARD.read(&viewer, query.now).unwrap_or_default(), query.now),
            playing: track(playing),
            session: session.iter().map(track).collect(),
        })
    }

    fn apply(&self, query: &mut Query, context: Context) {
        query.profile = Some(context.profile);
        query.heard.extend(context.heard);
        query.playing = context.playing;
        for (heard, track) in query.session.iter_mut().zip(context.session) {
            heard.track = track;
        }
    }
}

fn profile(record: &Record, now: SystemTime) -> Profile {
    Profile {
        restricted: viewer::RESTRICTED.read(record, now).unwrap_or(false),
        artists: viewer::ARTISTS.read(record, now).unwrap_or_default(),
        genres: viewer::GENRES.read(record, now).unwrap_or_default(),
    }
}

/// The tracks that were heard within [`REST`] before `now`.
fn heard(last_heard: &BTreeMap<String, f64>, now: SystemTime) -> BTreeSet<String> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let rests = |at: f64| (0.0..=REST.as_secs_f64()).contains(&(now - at));
    last_heard.iter().filter(|(_, at)| rests(**at)).map(|(track, _)| track.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_rests_for_six_hours() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000);
        let last_heard = [("now", 100_000.0), ("six", 78_400.0), ("longer", 78_399.0), ("future", 100_001.0)]
            .map(|(track, at)| (track.to_owned(), at));
        let resting = heard(&last_heard.into(), now);
        assert_eq!(resting.iter().map(String::as_str).collect::<Vec<_>>(), ["now", "six"]);
    }
}
