//! What a service runs on, whatever it ranks.
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use experiments::{Assignments, ExperimentError, Exposure, ExposureLog, JsonLinesLog, LogError, Standings};
use telemetry::{Clock, FixedClock, Metrics, SystemClock, TraceConfig};
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};

use crate::args::Args;
use crate::config::Config;
use crate::reload::Live;

/// What a service runs on, whatever it ranks: time, experiments, exposures, metrics and limits.
pub struct Host {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Where exposures go; what it takes and what it does not is counted.
    pub exposures: Arc<dyn ExposureLog>,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// Limits and times.
    pub limits: Limits,
    /// Whether answers say what they cost.
    pub costs: bool,
    pub(crate) traces: Option<TraceConfig>,
    pub(crate) slots: Semaphore,
    assignments: Live<Assignments>,
    /// Where experiments are read anew; `None` for a host that was made of parts.
    experiments: Option<PathBuf>,
    standings: Standings,
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
    /// The thread that reads the experiments ended early.
    #[error("failed to read experiments")]
    Ended(#[from] JoinError),
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
        let (traces, experiments) = (config.traces.clone(), Some(config.experiments.clone()));
        let host = Self::new(clock, assignments, Arc::new(exposures), Limits::of(config));
        Ok(Self { costs: args.costs, traces, experiments, ..host })
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
        Self {
            clock,
            exposures,
            metrics,
            limits,
            costs: false,
            traces: None,
            slots,
            assignments: Live::new(assignments),
            experiments: None,
            standings: Standings::default(),
        }
    }

    /// Who is in which arm. Experiments that are stopped in their file are stopped here from the next SIGHUP on.
    pub fn assignments(&self) -> Arc<Assignments> {
        self.assignments.current()
    }

    /// Reads experiments anew. If they are not right, those before serve on.
    ///
    /// # Errors
    /// A [`HostError`] if they are not right.
    pub(crate) async fn reload_experiments(&self) -> Result<(), HostError> {
        if let Some(path) = self.experiments.clone() {
            // Read and checked on a thread where that holds up no request.
            let read = spawn_blocking(move || Assignments::read(&path));
            self.assignments.replace(read.await??);
        }
        Ok(())
    }

    /// Logs where experiments stand, each once, and again when it begins, ends or is stopped.
    pub(crate) fn tell_standings(&self, now: SystemTime) {
        for (experiment, standing) in self.standings.news(&self.assignments(), now) {
            tracing::info!(experiment, standing = standing.word(), "experiment");
        }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const EXPERIMENT: &str = "[{ name: e, salt: s, owner: o, hypothesis: h, state: running, ends: 2026-12-14, arms: [\
         { name: control, from: 0, to: 1000 }] }]";

    #[tokio::test]
    async fn an_experiment_that_is_stopped_in_its_file_is_stopped_at_reload_and_a_wrong_file_changes_nothing()
    {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("experiments.yaml");
        let log = JsonLinesLog::open(&folder.path().join("exposures.jsonl")).expect("the log opens");
        let second = Duration::from_secs(1);
        let limits = Limits { usual: second, most: second, in_flight: 1, shutdown: second };
        let clock = Arc::new(FixedClock(SystemTime::UNIX_EPOCH));
        let experiments = Assignments::from_yaml(EXPERIMENT).expect("the experiment is right");
        let mut host = Host::new(clock, experiments, Arc::new(log), limits);
        host.experiments = Some(path.clone());
        let assigned = |host: &Host| host.assignments().of("viewer-1", SystemTime::UNIX_EPOCH).len();
        assert_eq!(assigned(&host), 1);

        fs::write(&path, "[{ name: e }]").expect("the file is written");
        host.reload_experiments().await.expect_err("the file is wrong");
        assert_eq!(assigned(&host), 1);

        fs::write(&path, EXPERIMENT.replace("running", "stopped")).expect("the file is written");
        host.reload_experiments().await.expect("the file is right");
        assert_eq!(assigned(&host), 0);
    }
}
