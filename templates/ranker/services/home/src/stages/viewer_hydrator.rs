//! Who looks: taste, restrictions and what was heard.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalogue::{Profile, viewer};
use features::{FeatureStore, Key};
use pipeline::{OnFailure, QueryHydrator, StageError};
use stages::read;

use crate::query::Query;

/// Adds the viewer's profile and history to the query.
pub(crate) struct ViewerHydrator {
    store: Arc<dyn FeatureStore>,
}

/// What the store knows of a viewer.
pub(crate) struct Known {
    profile: Profile,
    history: BTreeMap<String, f64>,
}

impl ViewerHydrator {
    pub(crate) fn new(store: Arc<dyn FeatureStore>) -> Self {
        Self { store }
    }
}

#[async_trait]
impl QueryHydrator<Query> for ViewerHydrator {
    type Hydration = Known;

    fn name(&self) -> &'static str {
        "viewer"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(&self, query: &Query, within: Duration) -> Result<Known, StageError> {
        let records = read(&*self.store, &[Key::viewer(&query.viewer_id)], within).await?;
        // A viewer without a record is one of whom nothing is known yet.
        let record = records.into_iter().flatten().next().unwrap_or_default();
        Ok(Known {
            profile: Profile::read(&record, query.now),
            history: viewer::HEARD.read(&record, query.now).unwrap_or_default(),
        })
    }

    fn apply(&self, query: &mut Query, known: Known) {
        query.heard.clone_from(&known.profile.resting);
        query.profile = Some(known.profile);
        query.history = known.history;
    }
}
