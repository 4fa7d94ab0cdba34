//! What a service runs on, whatever it ranks.
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use experiments::{Assignments, ExperimentError, Exposure, ExposureLog, JsonLinesLog, LogError};
use telemetry::{Clock, FixedClock, Metrics, SystemClock, TraceConfig};
use tokio::sync::Semaphore;

use crate::args::Args;
use crate::config::Config;

/// What a service runs on, whatever it ranks: time, experiments, exposures, metrics and limits.
pub struct Host {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Who is in which arm.
    pub assignments: Assignments,
    /// Where exposures go; what it takes and what it does not is counted.
    pub exposures: Arc<dyn ExposureLog>,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// Limits and times.
    pub limits: Limits,
    pub(crate) traces: Option<TraceConfig>,
    pub(crate) slots: Semaphore,
}

/// How much time a request has, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The time of a request where the caller says nothing.
    pub usual: Duration,
    /// The time of a request however much the caller grants.
    pub most: Duration,
    /// Requests that are answered at the same time.
    pub in_flight: usize,
    /// How long requests in flight, and then exposures, may take at shutdown, each.
    pub shutdown: Duration,
}

/// A host that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The experiments are not right.
    #[error(transparent)]
    Experiments(#[from] ExperimentError),
    /// The log of exposures cannot be opened.
    #[error("failed to open {}", path.display())]
    Exposures {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Host {
    /// Opens what the configuration names.
    ///
    /// # Errors
    /// A [`HostError`] if the experiments or the log of exposures cannot be used.
    pub fn open<Own>(config: &Config<Own>, args: &Args) -> Result<Self, HostError> {
        let assignments = Assignments::read(&config.experiments)?;
        let path = &config.exposures;
        let exposures =
            JsonLinesLog::open(path).map_err(|source| HostError::Exposures { path: path.clone(), source })?;
        let clock: Arc<dyn Clock> = match args.clock {
            Some(time) => Arc::new(FixedClock(time)),
            None => Arc::new(SystemClock),
        };
        let traces = config.traces.clone();
        Ok(Self { traces, ..Self::new(clock, assignments, Arc::new(exposures), Limits::of(config)) })
    }

    /// A host of these parts.
    pub fn new(
        clock: Arc<dyn Clock>,
        assignments: Assignments,
        exposures: Arc<dyn ExposureLog>,
        limits: Limits,
    ) -> Self {
        let metrics = Arc::new(Metrics::new(limits.usual));
        let exposures = Arc::new(Counted { log: exposures, metrics: metrics.clone() });
        let slots = Semaphore::new(limits.in_flight);
        Self { clock, assignments, exposures, metrics, limits, traces: None, slots }
    }
}

impl Limits {
    /// The limits of a configuration.
    pub fn of<Own>(config: &Config<Own>) -> Self {
        Self {
            usual: config.deadline.usual(),
            most: config.deadline.most(),
            in_flight: config.in_flight,
            shutdown: Duration::from_millis(config.shutdown_ms),
        }
    }
}

/// A log whose exposures are counted.
struct Counted {
    log: Arc<dyn ExposureLog>,
    metrics: Arc<Metrics>,
}

#[async_trait]
impl ExposureLog for Counted {
    async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
        let recorded = self.log.record(exposure).await;
        match recorded {
            Ok(()) => self.metrics.exposed(),
            Err(_) => self.metrics.exposure_dropped(),
        }
        recorded
    }

    async fn flush(&self, within: Duration) -> Result<(), LogError> {
        self.log.flush(within).await
    }
}
