//! A log that keeps exposures where tests can read them.
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use experiments::{Exposure, ExposureLog, LogError};

/// A log that keeps exposures where tests can read them.
#[derive(Debug, Default)]
pub struct MemoryLog(Mutex<Vec<Exposure>>);

impl MemoryLog {
    /// All exposures so far.
    pub fn all(&self) -> Vec<Exposure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl ExposureLog for MemoryLog {
    async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(exposure);
        Ok(())
    }

    async fn flush(&self, _within: Duration) -> Result<(), LogError> {
        Ok(())
    }
}
