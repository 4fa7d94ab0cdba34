//! Engines whose calls are counted and traced.
use std::time::Duration;

use async_trait::async_trait;
use features::{FeatureStore, Key, Record, StoreError};
use models::{Matrix, Model, ModelError, Signature};
use telemetry::trace::calling;
use telemetry::{Dependency, count_records};

/// An engine whose calls are counted for the request that makes them.
pub(super) struct Counted<E>(pub(super) E);

#[async_trait]
impl<E: FeatureStore> FeatureStore for Counted<E> {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        let records = calling(Dependency::Store, keys.len(), self.0.read(keys, within)).await?;
        count_records(records.iter().flatten().map(|record| record.at));
        Ok(records)
    }
}

#[async_trait]
impl<E: Model> Model for Counted<E> {
    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        calling(Dependency::Model, rows.rows(), self.0.infer(rows, within)).await
    }
}
