//! What the feature store knows about the viewer.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use features::{FeatureStore, Key, Record};
use pipeline::{OnFailure, QueryHydrator, StageError};

use crate::read::read;

/// Reads what the store knows about the viewer of a query. A viewer without a record is new, and read as one with a record
/// without anything in it; where the read fails, the query is ranked as it is.
pub struct ViewerHydrator<Q, H> {
    store: Arc<dyn FeatureStore>,
    id: fn(&Q) -> &str,
    decode: fn(&Q, &Record) -> H,
    put: fn(&mut Q, H),
}

impl<Q, H> ViewerHydrator<Q, H> {
    /// Reads the record of the viewer of this `id`, decodes and puts it into the query.
    pub fn new(
        store: Arc<dyn FeatureStore>,
        id: fn(&Q) -> &str,
        decode: fn(&Q, &Record) -> H,
        put: fn(&mut Q, H),
    ) -> Self {
        Self { store, id, decode, put }
    }
}

#[async_trait]
impl<Q: Sync, H: Send + 'static> QueryHydrator<Q> for ViewerHydrator<Q, H> {
    type Hydration = H;

    fn name(&self) -> &'static str {
        "viewer"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(&self, query: &Q, within: Duration) -> Result<H, StageError> {
        let records = read(&*self.store, &[Key::viewer((self.id)(query))], within).await?;
        let record = records.into_iter().flatten().next().unwrap_or_default();
        Ok((self.decode)(query, &record))
    }

    fn apply(&self, query: &mut Q, hydration: H) {
        (self.put)(query, hydration);
    }
}

#[cfg(test)]
mod tests {
    use features::{StoreError, Value};

    use super::*;

    /// Knows one viewer.
    struct OneViewer;

    #[async_trait]
    impl FeatureStore for OneViewer {
        async fn read(&self, keys: &[Key], _: Duration) -> Result<Vec<Option<Record>>, StoreError> {
            let record = || Record::new(0, [("segment".to_owned(), Value::Text("heavy".to_owned()))]);
            Ok(keys.iter().map(|key| (*key == Key::viewer("known")).then(record)).collect())
        }
    }

    async fn values(viewer: &str) -> usize {
        let stage = ViewerHydrator::new(
            Arc::new(OneViewer),
            |(viewer, _): &(String, usize)| viewer,
            |_, record| record.values.len(),
            |query, values| query.1 = values,
        );
        let mut query = (viewer.to_owned(), usize::MAX);
        let read = stage.hydrate(&query, Duration::ZERO).await.expect("the store answers");
        stage.apply(&mut query, read);
        query.1
    }

    #[tokio::test]
    async fn a_viewer_is_read_and_one_who_is_new_has_nothing_in_the_record() {
        assert_eq!((values("known").await, values("new").await), (1, 0));
    }
}
