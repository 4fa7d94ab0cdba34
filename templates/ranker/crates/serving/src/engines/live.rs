//! Stores and models that are read anew while they serve.
use std::error::Error;
use std::sync::Arc;

use features::{FeatureStore, ReloadingStore, Schema};
use models::Model;
use telemetry::{Metrics, Part};

use super::{EngineError, ModelConfig, StoreConfig, model, store};
use crate::reload::{Live, at_hangup};

/// Opens a feature store as [`store`] does. Embedded records are read anew at each SIGHUP; if the new ones are not right,
/// the old ones serve on, and the metrics count both. What is in Redis is always what was published last; there SIGHUP opens
/// another connection.
///
/// # Errors
/// An [`EngineError`] if the records are not right or the store does not open.
pub async fn live_store(
    config: &StoreConfig,
    schemas: &[Schema],
    metrics: &Arc<Metrics>,
) -> Result<Arc<dyn FeatureStore>, EngineError> {
    let live = Arc::new(ReloadingStore::new(store(config, schemas).await?));
    let (config, schemas, serving) = (config.clone(), schemas.to_vec(), live.clone());
    at_hangup(Part::Store, metrics, move || {
        let (config, schemas, serving) = (config.clone(), schemas.clone(), serving.clone());
        async move {
            let load = async { Ok::<_, EngineError>((store(&config, &schemas).await?, ())) };
            serving.reload(load).await
        }
    });
    Ok(live)
}

/// Loads a model as [`model`](super::model()) does, and makes of it what ranks by it. The model is loaded anew at each SIGHUP; if
/// the new one is not what its signature says, or nothing can rank by it, the old one serves on, and the metrics count both.
///
/// # Errors
/// An [`EngineError`] if the model does not load or nothing can rank by it.
pub async fn live_ranker<R, E>(
    config: &ModelConfig,
    metrics: &Arc<Metrics>,
    rank_by: impl Fn(Arc<dyn Model>) -> Result<R, E> + Send + Sync + 'static,
) -> Result<Arc<Live<R>>, EngineError>
where
    R: Send + Sync + 'static,
    E: Error + Send + Sync + 'static,
{
    let live = Arc::new(Live::new(ranker(config, &rank_by).await?));
    let (config, rank_by, serving) = (config.clone(), Arc::new(rank_by), live.clone());
    at_hangup(Part::Model, metrics, move || {
        let (config, rank_by, serving) = (config.clone(), rank_by.clone(), serving.clone());
        async move {
            serving.replace(ranker(&config, &*rank_by).await?);
            Ok::<_, EngineError>(())
        }
    });
    Ok(live)
}

async fn ranker<R, E: Error + Send + Sync + 'static>(
    config: &ModelConfig,
    rank_by: &impl Fn(Arc<dyn Model>) -> Result<R, E>,
) -> Result<R, EngineError> {
    rank_by(model(config).await?).map_err(|error| EngineError::Unfit(error.into()))
}
