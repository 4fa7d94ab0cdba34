//! Stores and models that are read anew while they serve.
use std::sync::Arc;

use features::{FeatureStore, ReloadingStore, Schema};
use models::Model;
use stages::InputMismatch;
use telemetry::{Metrics, Part};

use super::{EngineError, ModelConfig, StoreConfig, model, store};
use crate::reload::at_hangup;

/// Opens a feature store as [`store`] does. Embedded records are read anew at each SIGHUP; if the new ones are not right,
/// the old ones serve on, and the metrics count both. What is in Redis is always what was published last; there SIGHUP opens
/// another connection.
///
/// # Errors
/// An [`EngineError`] if the records are not right, the store does not open, or signals cannot be listened to.
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
    })?;
    Ok(live)
}

/// Loads the model anew at each SIGHUP from here on, and lets `serve` take it into service. If the new one is not what its
/// signature says, or not one for the service, the old one serves on.
///
/// # Errors
/// An [`EngineError`] if signals cannot be listened to.
pub fn reload_model(
    config: &ModelConfig,
    metrics: &Arc<Metrics>,
    serve: impl Fn(Arc<dyn Model>) -> Result<(), InputMismatch> + Send + Sync + 'static,
) -> Result<(), EngineError> {
    let (config, serve) = (config.clone(), Arc::new(serve));
    at_hangup(Part::Model, metrics, move || {
        let (config, serve) = (config.clone(), serve.clone());
        async move {
            let new = model(&config).await?;
            Ok::<_, EngineError>(serve(new)?)
        }
    })?;
    Ok(())
}
