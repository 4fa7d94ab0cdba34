//! The engines that serve: the one place that names redb, Redis, tract, LightGBM and the Open Inference Protocol.
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use features::{FeatureStore, RedbStore, RedisStore, Schema, StoreError};
use models::{LightGbmModel, LoadError, Model, OpenInferenceModel, TractModel};
use serde::Deserialize;
use telemetry::error_chain;
use telemetry::trace::inject;
use tokio::task::{JoinError, spawn_blocking};

use crate::records::{RecordsError, read_records};

mod counted;
mod live;

use counted::Counted;
pub use live::{live_ranker, live_store};

/// How long a Redis server may take to say at start what is published in it.
const REDIS_START: Duration = Duration::from_secs(5);
/// How long a model file may take to load: many times what those take that are small enough to answer within a deadline.
const MODEL_LOAD: Duration = Duration::from_secs(60);

/// Where features are kept: one key, which names the engine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StoreConfig {
    /// In an embedded database that is filled at start.
    Redb {
        /// The folder with the records of tracks, viewers and shelves.
        data: PathBuf,
        /// What the records have to be like; where nothing is said, they only have to fit their schemas.
        #[serde(default)]
        quality: Option<PathBuf>,
    },
    /// In a Redis server, where somebody publishes them.
    Redis {
        /// The server, as `redis://127.0.0.1:6379/0`.
        url: String,
        /// What the names of the records begin with.
        prefix: String,
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
    /// This process runs a text file of LightGBM.
    Lightgbm {
        /// The model's signature; the model's file lies beside it.
        signature: PathBuf,
    },
    /// A server of the Open Inference Protocol (KServe v2) runs it.
    OpenInference {
        /// The server, as `http://127.0.0.1:8001`.
        endpoint: String,
        /// The model's signature, which what the server says of its model has to keep.
        signature: PathBuf,
        /// How long the server may take at start until its model is ready, in milliseconds.
        #[serde(default = "ten_seconds")]
        patience_ms: u64,
    },
}

/// An engine that did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The records must not be served.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// The store did not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model did not load.
    #[error(transparent)]
    Model(#[from] LoadError),
    /// Nothing can rank by the model.
    #[error("the model is not one for this service")]
    Unfit(#[source] Box<dyn Error + Send + Sync>),
    /// The thread that loads it ended early.
    #[error("failed to load")]
    Ended(#[from] JoinError),
}

/// Opens a feature store. Embedded records are held to the schemas and to their expectations; what is only warned of is
/// logged. A Redis server that cannot be had yet is warned of, and asked again at each read. Reads are counted for the
/// request that makes them.
///
/// # Errors
/// An [`EngineError`] if the records are not right or the store does not open.
pub async fn store(config: &StoreConfig, schemas: &[Schema]) -> Result<Arc<dyn FeatureStore>, EngineError> {
    match config {
        StoreConfig::Redb { data, quality } => {
            let (data, quality, schemas) = (data.clone(), quality.clone(), schemas.to_vec());
            // Files are read on a thread where that holds up no request.
            let load = spawn_blocking(move || embedded(&data, quality.as_deref(), schemas));
            Ok(Arc::new(Counted(load.await??)))
        }
        StoreConfig::Redis { url, prefix } => {
            let store = RedisStore::open(url, prefix)?;
            match store.generation(REDIS_START).await {
                Ok(generation) => tracing::info!(generation, "reading from Redis"),
                Err(error) => tracing::warn!(error = error_chain(&error), "there are no features yet"),
            }
            Ok(Arc::new(Counted(store)))
        }
    }
}

/// Loads a model, which is held to its signature. Its calls are counted for the request that makes them.
///
/// # Errors
/// An [`EngineError`] if the model is not what its signature says, or cannot be run.
pub async fn model(config: &ModelConfig) -> Result<Arc<dyn Model>, EngineError> {
    match config.clone() {
        ModelConfig::Tract { signature } => {
            Ok(Arc::new(Counted(TractModel::open(&signature, MODEL_LOAD).await?)))
        }
        ModelConfig::Lightgbm { signature } => {
            let load = spawn_blocking(move || LightGbmModel::load(&signature));
            Ok(Arc::new(Counted(load.await??)))
        }
        ModelConfig::OpenInference { endpoint, signature, patience_ms } => {
            let patience = Duration::from_millis(patience_ms);
            let model = OpenInferenceModel::connect(&signature, &endpoint, patience).await?;
            Ok(Arc::new(Counted(model.with_headers(|put| inject(put)))))
        }
    }
}

fn embedded(data: &Path, quality: Option<&Path>, schemas: Vec<Schema>) -> Result<RedbStore, EngineError> {
    Ok(RedbStore::in_private_file(&read_records(data, quality, schemas)?)?)
}

impl StoreConfig {
    /// Embedded records of a folder, held to nothing but their schemas.
    pub fn redb(data: impl Into<PathBuf>) -> Self {
        Self::Redb { data: data.into(), quality: None }
    }

    /// The same, with embedded records of another folder.
    #[must_use]
    pub fn with_data(self, data: PathBuf) -> Self {
        match self {
            Self::Redb { quality, .. } => Self::Redb { data, quality },
            Self::Redis { .. } => Self::redb(data),
        }
    }

    pub(crate) fn resolve(&mut self, folder: &Path) {
        match self {
            Self::Redb { data, quality } => {
                *data = folder.join(&data);
                *quality = quality.as_ref().map(|path| folder.join(path));
            }
            Self::Redis { .. } => {}
        }
    }
}

impl ModelConfig {
    /// The same model, run by a server of the Open Inference Protocol.
    #[must_use]
    pub fn served_at(self, endpoint: String) -> Self {
        let (Self::Tract { signature }
        | Self::Lightgbm { signature }
        | Self::OpenInference { signature, .. }) = self;
        Self::OpenInference { endpoint, signature, patience_ms: ten_seconds() }
    }

    /// Makes the paths relative to a folder; absolute ones stay as they are.
    pub fn resolve(&mut self, folder: &Path) {
        let (Self::Tract { signature }
        | Self::Lightgbm { signature }
        | Self::OpenInference { signature, .. }) = self;
        *signature = folder.join(&signature);
    }
}

fn ten_seconds() -> u64 {
    10_000
}
