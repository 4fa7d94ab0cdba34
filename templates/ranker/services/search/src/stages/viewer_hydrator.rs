//! Who searches.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalogue::Profile;
use features::{FeatureStore, Key};
use pipeline::{OnFailure, QueryHydrator, StageError};
use stages::read;

use crate::query::Query;

/// Adds the viewer's profile to the query.
pub(crate) struct ViewerHydrator {
    store: Arc<dyn FeatureStore>,
}

impl ViewerHydrator {
    pub(crate) fn new(store: Arc<dyn FeatureStore>) -> Self {
        Self { store }
    }
}

#[async_trait]
impl QueryHydrator<Query> for ViewerHydrator {
    type Hydration = Profile;

    fn name(&self) -> &'static str {
        "viewer"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(&self, query: &Query, within: Duration) -> Result<Profile, StageError> {
        let records = read(self.store.as_ref(), &[Key::viewer(&query.viewer_id)], within).await?;
        let record = records.into_iter().next().flatten();
        Ok(record.map(|record| Profile::read(&record, query.now)).unwrap_or_default())
    }

    fn apply(&self, query: &mut Query, viewer: Profile) {
        query.viewer = Some(viewer);
    }
}
