//! The engines that serve: the one place that names redb and tract.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use features::{FeatureStore, FileError, Key, Record, RedbStore, Schema, StoreError, read_folder};
use models::{LoadError, Matrix, Model, ModelError, Signature, TractModel};
use serde::Deserialize;
use telemetry::trace::calling;
use telemetry::{Dependency, count_records};

/// Where features are kept: one key, which names the engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StoreConfig {
    /// In an embedded database that is filled at start.
    Redb {
        /// The folder with the records of tracks, viewers and shelves.
        data: PathBuf,
    },
}

/// What runs a model: one key, which names the engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ModelConfig {
    /// This process runs an ONNX file.
    Tract {
        /// The model's signature; the model's file lies beside it.
        signature: PathBuf,
    },
}

/// An engine that did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The records are not right.
    #[error(transparent)]
    Records(#[from] FileError),
    /// The store did not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model did not load.
    #[error(transparent)]
    Model(#[from] LoadError),
}

/// Opens a feature store, whose records are held to the schemas. Its reads are counted for the request that makes them.
///
/// # Errors
/// An [`EngineError`] if the records are not right or the store does not open.
pub async fn store(config: &StoreConfig, schemas: &[Schema]) -> Result<Arc<dyn FeatureStore>, EngineError> {
    match config {
        StoreConfig::Redb { data } => {
            Ok(Arc::new(Counted(RedbStore::in_private_file(&read_folder(data, schemas)?)?)))
        }
    }
}

/// Loads a model, which is held to its signature. Its calls are counted for the request that makes them.
///
/// # Errors
/// An [`EngineError`] if the model is not what its signature says, or cannot be run.
pub async fn model(config: &ModelConfig) -> Result<Arc<dyn Model>, EngineError> {
    match config {
        ModelConfig::Tract { signature } => Ok(Arc::new(Counted(TractModel::load(signature)?))),
    }
}

impl StoreConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        match self {
            Self::Redb { data } => *data = folder.join(&data),
        }
    }
}

impl ModelConfig {
    /// Makes the paths relative to a folder; absolute ones stay as they are.
    pub fn resolve(&mut self, folder: &Path) {
        match self {
            Self::Tract { signature } => *signature = folder.join(&signature),
        }
    }
}

/// An engine whose calls are counted.
struct Counted<E>(E);

#[async_trait]
impl<E: FeatureStore> FeatureStore for Counted<E> {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        let records = calling(Dependency::Store, self.0.read(keys, within)).await?;
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
        calling(Dependency::Model, self.0.infer(rows, within)).await
    }
}
