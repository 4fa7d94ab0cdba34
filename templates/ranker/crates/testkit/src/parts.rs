//! The real parts, over committed data and at a time that stands still.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use catalogue::schemas;
use experiments::{Assignments, ExposureLog};
use features::FeatureStore;
use models::Model;
use serving::engines::{self, ModelConfig, StoreConfig};
use serving::{Config, Host, Limits};
use telemetry::FixedClock;
use tokio::sync::{Mutex, OnceCell};

/// The time at which golden requests are ranked.
pub const NOON: &str = "2026-11-20T12:00:00Z";

/// [`NOON`] as a time.
pub fn noon() -> SystemTime {
    humantime::parse_rfc3339(NOON).expect("the time is one")
}

/// The host that a configuration describes, but at [`NOON`] and with a log of the test's.
pub fn host<Own>(config: &Config<Own>, exposures: Arc<dyn ExposureLog>) -> Host {
    let assignments = Assignments::read(&config.experiments).expect("the experiments are right");
    Host::new(Arc::new(FixedClock(noon())), assignments, exposures, Limits::of(config))
}

/// The committed data, read once for all tests.
pub async fn store() -> Arc<dyn FeatureStore> {
    static STORE: OnceCell<Arc<dyn FeatureStore>> = OnceCell::const_new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let open = async || {
        engines::store(&StoreConfig::redb(data), &schemas()).await.expect("the committed data is right")
    };
    STORE.get_or_init(open).await.clone()
}

/// The committed model of this name, loaded once for all tests.
pub async fn model(name: &str) -> Arc<dyn Model> {
    static MODELS: Mutex<BTreeMap<PathBuf, Arc<dyn Model>>> = Mutex::const_new(BTreeMap::new());
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let signature = models.join(format!("{name}.signature.yaml"));
    let mut loaded = MODELS.lock().await;
    if let Some(model) = loaded.get(&signature) {
        return model.clone();
    }
    let config = ModelConfig::Tract { signature: signature.clone() };
    let model = engines::model(&config).await.expect("the committed model is right");
    loaded.insert(signature, model.clone());
    model
}
