//! Who searches.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalogue::Profile;
use features::{FeatureStore, Key, StoreError};
use pipeline::{OnFailure, QueryHydrator, StageError};

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
        let keys = [Key::viewer(&query.viewer_id)];
        let records = self.store.read(&keys, within).await.map_err(|error| match error {
            StoreError::Timeout => StageError::Timeout,
            StoreError::Engine(_) | StoreError::Corrupt { .. } => StageError::dependency(error),
        })?;
        let [record] = &records[..] else {
            return Err(StageError::Length { expected: keys.len(), got: records.len() });
        };
        Ok(record.as_ref().map(|record| Profile::read(record, query.now)).unwrap_or_default())
    }

    fn apply(&self, query: &mut Query, viewer: Profile) {
        query.viewer = Some(viewer);
    }
}
