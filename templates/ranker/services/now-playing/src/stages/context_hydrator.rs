//! Who listens, and to what: all that a request's own tracks and viewer need from the store, in one read.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalogue::{Profile, Track};
use features::{FeatureStore, Key, Record};
use pipeline::{OnFailure, QueryHydrator, StageError};
use stages::read;

use crate::query::Query;

/// Adds the viewer's profile, the playing track and the session's tracks to the query.
pub(crate) struct ContextHydrator {
    store: Arc<dyn FeatureStore>,
}

/// What the store knows of a request.
pub(crate) struct Context {
    profile: Profile,
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
        let records = read(&*self.store, &keys, within).await?;
        let [viewer, playing, session @ ..] = &records[..] else {
            return Err(StageError::Length { expected: keys.len(), got: records.len() });
        };
        let track = |record: &Option<Record>| {
            record.as_ref().map(|record| Track::read(record, query.now)).unwrap_or_default()
        };
        Ok(Context {
            profile: viewer.as_ref().map(|record| Profile::read(record, query.now)).unwrap_or_default(),
            playing: track(playing),
            session: session.iter().map(track).collect(),
        })
    }

    fn apply(&self, query: &mut Query, context: Context) {
        query.heard.extend(context.profile.resting.iter().cloned());
        query.profile = Some(context.profile);
        query.playing = context.playing;
        for (heard, track) in query.session.iter_mut().zip(context.session) {
            heard.track = track;
        }
    }
}
