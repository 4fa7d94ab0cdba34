//! Where records are kept.
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;

use crate::codec::CodecError;
use crate::key::Key;
use crate::record::Record;

/// Reads records, in batches only.
#[async_trait]
pub trait FeatureStore: Send + Sync {
    /// The records of the keys, in their order; `None` for what the store does not know.
    ///
    /// # Errors
    /// A [`StoreError`] if they cannot be read `within` the time given.
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError>;
}

/// A store that did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It did not answer in time.
    #[error("the feature store did not answer in time")]
    Timeout,
    /// Its engine failed.
    #[error("the feature store failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
    /// A record in it cannot be decoded.
    #[error("failed to decode the record of `{key}`")]
    Corrupt {
        /// Whose record.
        key: Key,
        /// Why.
        #[source]
        source: CodecError,
    },
}
