//! Parts that fail.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use experiments::{Exposure, ExposureLog, LogError};
use features::{FeatureStore, Key, Record, StoreError, Value};
use models::{Matrix, Model, ModelError, Signature};

/// How a part fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It answers that something is broken.
    Broken,
    /// It gives up when its time is over.
    Slow,
    /// It does not answer, whatever its time.
    Stuck,
    /// It answers for one too few.
    Forgetful,
    /// It answers with values that make no sense.
    Garbage,
}

/// A store that fails where the test wants it to.
pub struct FaultyStore {
    store: Arc<dyn FeatureStore>,
    fault: Fault,
    on: fn(&[Key]) -> bool,
}

impl FaultyStore {
    /// A store that fails on every read.
    pub fn always(store: Arc<dyn FeatureStore>, fault: Fault) -> Arc<dyn FeatureStore> {
        Self::on(store, fault, |_| true)
    }

    /// A store that fails on reads of some keys.
    pub fn on(store: Arc<dyn FeatureStore>, fault: Fault, on: fn(&[Key]) -> bool) -> Arc<dyn FeatureStore> {
        Arc::new(Self { store, fault, on })
    }
}

#[async_trait]
impl FeatureStore for FaultyStore {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        if !(self.on)(keys) {
            return self.store.read(keys, within).await;
        }
        match self.fault {
            Fault::Broken => Err(StoreError::Engine("broken".into())),
            Fault::Slow => {
                tokio::time::sleep(within).await;
                Err(StoreError::Timeout)
            }
            Fault::Stuck => std::future::pending().await,
            Fault::Forgetful => {
                let mut records = self.store.read(keys, within).await?;
                records.pop();
                Ok(records)
            }
            Fault::Garbage => {
                let mut records = self.store.read(keys, within).await?;
                for record in records.iter_mut().flatten() {
                    record.values.values_mut().zip([0, 1, 2].iter().cycle()).for_each(spoil);
                }
                Ok(records)
            }
        }
    }
}

/// Makes a value one that makes no sense: of another kind, not a number, or far out of range.
fn spoil((value, way): (&mut Value, &i32)) {
    *value = match (way, &value) {
        (0, Value::Text(_)) => Value::Flag(true),
        (0, _) => Value::Text("garbage".to_owned()),
        (1, _) => Value::Number(f64::NAN),
        _ => Value::Number(-1e300),
    };
}

/// A model that fails where the test wants it to.
pub struct FaultyModel {
    model: Arc<dyn Model>,
    fault: Fault,
    calls: AtomicUsize,
    every: usize,
}

impl FaultyModel {
    /// The model, failing at every call.
    pub fn with(model: &Arc<dyn Model>, fault: Fault) -> Arc<dyn Model> {
        Self::at_calls(model, fault, 1)
    }

    /// The model, failing at every so-manieth call: at 2, the second, the fourth and so on.
    pub fn at_calls(model: &Arc<dyn Model>, fault: Fault, every: usize) -> Arc<dyn Model> {
        Arc::new(Self { model: model.clone(), fault, calls: AtomicUsize::new(0), every })
    }
}

#[async_trait]
impl Model for FaultyModel {
    fn signature(&self) -> &Signature {
        self.model.signature()
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if !call.is_multiple_of(self.every) {
            return self.model.infer(rows, within).await;
        }
        match self.fault {
            Fault::Broken => Err(ModelError::Engine("broken".into())),
            Fault::Slow => {
                tokio::time::sleep(within).await;
                Err(ModelError::Timeout)
            }
            Fault::Stuck => std::future::pending().await,
            Fault::Forgetful => Ok(vec![0.5; rows.rows().saturating_sub(1)]),
            Fault::Garbage => {
                let numbers = [0.5, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
                Ok(numbers.into_iter().cycle().take(rows.rows()).collect())
            }
        }
    }
}

/// A log that takes nothing.
#[derive(Debug, Clone, Copy)]
pub struct FullLog;

#[async_trait]
impl ExposureLog for FullLog {
    async fn record(&self, _exposure: Exposure) -> Result<(), LogError> {
        Err(LogError::Full)
    }

    async fn flush(&self, _within: Duration) -> Result<(), LogError> {
        Err(LogError::Timeout)
    }
}
