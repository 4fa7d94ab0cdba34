//! What was served to whom, as one event.
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// One answer, as it was served: handed to the transport within its deadline. Whether it arrived, nobody here knows.
///
/// Each experiment of `arms` is an exposure of its own, and its identity is `service`, `request_id`, `unit`, experiment
/// and arm. A request that is tried again, or sent to two servers at once, is answered twice and written twice, and whoever
/// reads counts it once. An answer that is degraded is written as any other: the unit was in its arm, whatever came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// When, by the service's clock: milliseconds since 1970.
    pub at_ms: u64,
    /// The service that answered.
    pub service: String,
    /// The request's identifier.
    pub request_id: String,
    /// The unit of the experiments, such as the viewer.
    pub unit: String,
    /// The arms that the unit is in: arm by experiment.
    pub arms: std::collections::BTreeMap<String, String>,
    /// The version of the model that scored.
    pub model_version: String,
    /// The stages that were done without.
    pub degraded: Vec<String>,
    /// What was served, best first.
    pub shown: Vec<Shown>,
}

/// One thing that was served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its identifier.
    pub id: String,
    /// Its score.
    pub score: f64,
}

/// Keeps exposures.
#[async_trait]
pub trait ExposureLog: Send + Sync {
    /// Takes an exposure, to be kept soon. Never waits for a disk.
    ///
    /// # Errors
    /// A [`LogError`] if it cannot be kept.
    async fn record(&self, exposure: Exposure) -> Result<(), LogError>;

    /// Returns once everything recorded before is kept for good.
    ///
    /// # Errors
    /// A [`LogError`] if that is not so `within` the time given.
    async fn flush(&self, within: Duration) -> Result<(), LogError>;
}

/// An exposure that is not kept.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// More exposures came than could be written.
    #[error("the exposure log is full")]
    Full,
    /// The log has ended.
    #[error("the exposure log has ended")]
    Ended,
    /// It took too long.
    #[error("the exposure log was not flushed in time")]
    Timeout,
    /// An exposure has no JSON form.
    #[error("failed to encode an exposure")]
    Encode(#[source] serde_json::Error),
    /// The file cannot be written.
    #[error("failed to write exposures")]
    Write(#[source] io::Error),
}
