//! The metrics of a service, as Prometheus text.
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant, SystemTime};

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::buckets;
use crate::calls::Calls;
use crate::labels::{
    Cause, Code, Dependency, OfDependency, OfRpc, OfStage, Part, PartAndReload, Reload, RpcAndCode,
    StageAndCause,
};
use crate::names;

/// The metrics of a service.
pub struct Metrics {
    registry: Registry,
    requests: Family<RpcAndCode, Counter>,
    request_seconds: Family<OfRpc, Histogram, Seconds>,
    in_flight: Gauge,
    budget_left: Family<OfRpc, Histogram, Seconds>,
    calls: Family<OfDependency, Histogram, fn() -> Histogram>,
    features_age: Gauge<f64, AtomicU64>,
    candidates: Histogram,
    removed: Family<OfStage, Counter>,
    stage_seconds: Family<OfStage, Histogram, Seconds>,
    degraded: Family<StageAndCause, Counter>,
    non_finite: Counter<u64, AtomicU64>,
    exposures: Counter<u64, AtomicU64>,
    exposures_dropped: Counter<u64, AtomicU64>,
    reloads: Family<PartAndReload, Counter>,
}

/// Makes histograms of seconds around a service's budget.
#[derive(Clone)]
struct Seconds(Duration);

impl MetricConstructor<Histogram> for Seconds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(buckets::seconds(self.0))
    }
}

impl Metrics {
    /// Metrics of a service that has `budget` for a request where the caller says nothing.
    pub fn new(budget: Duration) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(Seconds(budget)),
            in_flight: Gauge::default(),
            budget_left: Family::new_with_constructor(Seconds(budget)),
            calls: Family::new_with_constructor(|| Histogram::new(buckets::CALLS)),
            features_age: Gauge::default(),
            candidates: Histogram::new(buckets::CANDIDATES),
            removed: Family::default(),
            stage_seconds: Family::new_with_constructor(Seconds(budget)),
            degraded: Family::default(),
            non_finite: Counter::default(),
            exposures: Counter::default(),
            exposures_dropped: Counter::default(),
            reloads: Family::default(),
        };
        metrics.register();
        // A counter that begins with its first event hides that event from `increase`.
        for part in [Part::Store, Part::Model, Part::Experiments, Part::Index] {
            for outcome in [Reload::Accepted, Reload::Refused] {
                drop(metrics.reloads.get_or_create(&PartAndReload { part, outcome }));
            }
        }
        metrics
    }

    fn register(&mut self) {
        let all = &mut self.registry;
        all.register(names::REQUESTS, "Answers by RPC and status code", self.requests.clone());
        all.register(names::REQUEST_SECONDS, "Seconds from request to answer", self.request_seconds.clone());
        all.register(names::IN_FLIGHT, "Requests that are being answered", self.in_flight.clone());
        all.register(
            names::BUDGET_LEFT_SECONDS,
            "Seconds left of the deadline at the answer",
            self.budget_left.clone(),
        );
        all.register(names::CALLS, "Calls that one request made", self.calls.clone());
        all.register(
            names::FEATURES_AGE_SECONDS,
            "Age of the newest record that the last request read",
            self.features_age.clone(),
        );
        all.register(names::CANDIDATES, "Candidates of a request", self.candidates.clone());
        all.register(names::REMOVED, "Candidates taken out, by stage", self.removed.clone());
        all.register(names::STAGE_SECONDS, "Seconds that a stage took", self.stage_seconds.clone());
        all.register(names::DEGRADED, "Stages done without, by cause", self.degraded.clone());
        all.register(
            names::NON_FINITE,
            "Candidates dropped for a score that is not finite",
            self.non_finite.clone(),
        );
        all.register(names::EXPOSURES, "Exposures handed to the log", self.exposures.clone());
        all.register(
            names::EXPOSURES_DROPPED,
            "Exposures that the log did not take",
            self.exposures_dropped.clone(),
        );
        all.register(
            names::RELOADS,
            "Parts that were read anew, and whether the new one serves",
            self.reloads.clone(),
        );
    }

    /// A request has come in. It is in flight until the guard is dropped.
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered after `took`, with `left` of its deadline. `rpc` is the method's name in the proto.
    pub fn answered(&self, rpc: &'static str, code: Code, took: Duration, left: Duration) {
        self.requests.get_or_create(&RpcAndCode { rpc, code }).inc();
        self.request_seconds.get_or_create(&OfRpc { rpc }).observe(took.as_secs_f64());
        self.budget_left.get_or_create(&OfRpc { rpc }).observe(left.as_secs_f64());
    }

    /// A request made these calls at the time `now`.
    pub fn called(&self, calls: Calls, now: SystemTime) {
        for (dependency, asked) in [(Dependency::Store, calls.store), (Dependency::Model, calls.model)] {
            self.calls.get_or_create(&OfDependency { dependency }).observe(f64::from(asked.calls));
        }
        if let Some(computed_at) = calls.newest_record {
            let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
            self.features_age.set(now.saturating_sub(computed_at) as f64);
        }
    }

    /// A ranking had this many candidates, of which `non_finite` had no finite score.
    pub fn ranked(&self, candidates: usize, non_finite: usize) {
        self.candidates.observe(candidates as f64);
        self.non_finite.inc_by(non_finite as u64);
    }

    /// A stage took out candidates.
    pub fn removed(&self, stage: &'static str, count: usize) {
        self.removed.get_or_create(&OfStage { stage }).inc_by(count as u64);
    }

    /// Times stages: called as a stage begins, and what it gives is dropped as the stage ends, however it does.
    pub fn stage_timer(&self) -> impl Fn(&'static str) -> StageTimer + Send + Sync + use<> {
        let seconds = self.stage_seconds.clone();
        move |stage| StageTimer {
            seconds: seconds.get_or_create_owned(&OfStage { stage }),
            began: Instant::now(),
        }
    }

    /// A stage failed and was done without.
    pub fn degraded(&self, stage: &'static str, cause: Cause) {
        self.degraded.get_or_create(&StageAndCause { stage, cause }).inc();
    }

    /// An exposure was handed to the log.
    pub fn exposed(&self) {
        self.exposures.inc();
    }

    /// An exposure is lost.
    pub fn exposure_dropped(&self) {
        self.exposures_dropped.inc();
    }

    /// A part was read anew.
    pub fn reloaded(&self, part: Part, outcome: Reload) {
        self.reloads.get_or_create(&PartAndReload { part, outcome }).inc();
    }

    /// All metrics as text, in the exposition format of OpenMetrics.
    ///
    /// # Errors
    /// A [`fmt::Error`] if a value has no text form.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A request in flight.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A stage that runs.
#[derive(Debug)]
pub struct StageTimer {
    seconds: Histogram,
    began: Instant,
}

impl Drop for StageTimer {
    fn drop(&mut self) {
        self.seconds.observe(self.began.elapsed().as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::Asked;

    const CALLS: Calls = Calls {
        store: Asked { calls: 2, keys: 41, largest: 40 },
        model: Asked { calls: 1, keys: 40, largest: 40 },
        round_trips: 3,
        newest_record: Some(60),
    };

    fn metrics() -> Metrics {
        Metrics::new(Duration::from_millis(40))
    }

    fn text(metrics: &Metrics) -> String {
        metrics.text().expect("all values have a text form")
    }

    #[test]
    fn every_name_is_in_the_text_and_no_other() {
        let metrics = metrics();
        metrics.answered("Rank", Code::Ok, Duration::from_millis(3), Duration::from_millis(37));
        metrics.called(CALLS, SystemTime::UNIX_EPOCH + Duration::from_secs(90));
        metrics.ranked(10, 1);
        metrics.removed("seen", 2);
        drop(metrics.stage_timer()("seen"));
        metrics.degraded("model", Cause::Timeout);
        metrics.exposed();
        metrics.exposure_dropped();
        metrics.reloaded(Part::Store, Reload::Refused);
        let text = text(&metrics);
        let mut listed: Vec<_> =
            text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        listed.sort_unstable();
        let mut all = names::ALL;
        all.sort_unstable();
        assert_eq!(listed, all);
    }

    #[test]
    fn a_request_is_in_flight_until_its_guard_is_dropped() {
        let metrics = metrics();
        let guard = metrics.begin();
        assert_eq!(metrics.in_flight.get(), 1);
        drop(guard);
        assert_eq!(metrics.in_flight.get(), 0);
    }

    #[test]
    fn labels_tell_answers_apart() {
        let metrics = metrics();
        metrics.answered("Rank", Code::InvalidArgument, Duration::ZERO, Duration::ZERO);
        metrics.reloaded(Part::Model, Reload::Accepted);
        let text = text(&metrics);
        for line in [
            r#"ranking_requests_total{rpc="Rank",code="InvalidArgument"} 1"#,
            r#"ranking_reloads_total{part="Model",outcome="Accepted"} 1"#,
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[test]
    fn a_stage_is_timed_until_its_timer_is_dropped() {
        let metrics = metrics();
        let timer = metrics.stage_timer()("model");
        assert!(text(&metrics).contains(r#"ranking_stage_seconds_count{stage="model"} 0"#));
        drop(timer);
        assert!(text(&metrics).contains(r#"ranking_stage_seconds_count{stage="model"} 1"#));
    }

    #[test]
    fn calls_are_told_apart_by_what_is_called_and_say_how_old_features_are() {
        let metrics = metrics();
        metrics.called(CALLS, SystemTime::UNIX_EPOCH + Duration::from_secs(90));
        let text = text(&metrics);
        for line in [
            r#"ranking_calls_per_request_bucket{le="1.0",dependency="Store"} 0"#,
            r#"ranking_calls_per_request_bucket{le="2.0",dependency="Store"} 1"#,
            r#"ranking_calls_per_request_bucket{le="1.0",dependency="Model"} 1"#,
            "ranking_features_age_seconds 30.0",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
