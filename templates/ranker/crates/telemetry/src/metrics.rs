//! Metrics with closed label sets, as Prometheus text.
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::names;

/// An RPC, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Rpc {
    /// `ranking.v1.NowPlaying/RankQueue`.
    RankQueue,
}

/// A gRPC status code, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Code {
    /// The request was answered.
    Ok,
    /// The request was wrong.
    InvalidArgument,
    /// There was no answer in time.
    DeadlineExceeded,
    /// Too many requests were in flight.
    ResourceExhausted,
    /// A stage failed without which there is no answer.
    Unavailable,
    /// The caller went away.
    Cancelled,
}

/// How a stage failed, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Cause {
    /// It did not answer within the time left.
    Timeout,
    /// Something that it needs failed.
    Dependency,
    /// It answered for another number of candidates than it was asked about.
    Length,
}

/// The metrics of a service.
///
/// Labels are enums, or names that are written in the code, so that no request can make a new time series.
pub struct Metrics {
    registry: Registry,
    requests: Family<RpcAndCode, Counter>,
    request_seconds: Family<OfRpc, Histogram>,
    in_flight: Gauge,
    budget_left: Family<OfRpc, Histogram>,
    candidates: Histogram,
    removed: Family<OfStage, Counter>,
    degraded: Family<StageAndCause, Counter>,
    non_finite: Counter<u64, AtomicU64>,
    exposures: Counter<u64, AtomicU64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRpc {
    rpc: Rpc,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RpcAndCode {
    rpc: Rpc,
    code: Code,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStage {
    stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageAndCause {
    stage: &'static str,
    cause: Cause,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            budget_left: Family::new_with_constructor(seconds),
            candidates: Histogram::new([1.0, 10.0, 50.0, 100.0, 200.0, 500.0, 1000.0]),
            removed: Family::default(),
            degraded: Family::default(),
            non_finite: Counter::default(),
            exposures: Counter::default(),
        };
        let all = &mut metrics.registry;
        all.register(names::REQUESTS, "Answers by RPC and status code", metrics.requests.clone());
        all.register(
            names::REQUEST_SECONDS,
            "Seconds from request to answer",
            metrics.request_seconds.clone(),
        );
        all.register(names::IN_FLIGHT, "Requests that are being answered", metrics.in_flight.clone());
        all.register(
            names::BUDGET_LEFT_SECONDS,
            "Seconds left of the deadline at the answer",
            metrics.budget_left.clone(),
        );
        all.register(names::CANDIDATES, "Candidates of a request", metrics.candidates.clone());
        all.register(names::REMOVED, "Candidates taken out, by stage", metrics.removed.clone());
        all.register(names::DEGRADED, "Stages done without, by cause", metrics.degraded.clone());
        all.register(
            names::NON_FINITE,
            "Candidates dropped for a score that is not finite",
            metrics.non_finite.clone(),
        );
        all.register(names::EXPOSURES, "Exposures handed to the log", metrics.exposures.clone());
        metrics
    }
}

impl Metrics {
    /// A request has come in. It is in flight until the guard is dropped.
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered after `took`, with `left` of its deadline.
    pub fn answered(&self, rpc: Rpc, code: Code, took: Duration, left: Duration) {
        self.requests.get_or_create(&RpcAndCode { rpc, code }).inc();
        self.request_seconds.get_or_create(&OfRpc { rpc }).observe(took.as_secs_f64());
        self.budget_left.get_or_create(&OfRpc { rpc }).observe(left.as_secs_f64());
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

    /// A stage failed and was done without.
    pub fn degraded(&self, stage: &'static str, cause: Cause) {
        self.degraded.get_or_create(&StageAndCause { stage, cause }).inc();
    }

    /// An exposure was handed to the log.
    pub fn exposed(&self) {
        self.exposures.inc();
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

/// Buckets around a budget of 40 ms.
fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 1.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_the_text_and_no_other() {
        let metrics = Metrics::default();
        metrics.answered(Rpc::RankQueue, Code::Ok, Duration::from_millis(3), Duration::from_millis(37));
        metrics.ranked(10, 1);
        metrics.removed("seen", 2);
        metrics.degraded("model", Cause::Timeout);
        metrics.exposed();
        let text = metrics.text().expect("all values have a text form");
        let mut listed: Vec<_> =
            text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        listed.sort_unstable();
        let mut all = names::ALL;
        all.sort_unstable();
        assert_eq!(listed, all);
    }

    #[test]
    fn a_request_is_in_flight_until_its_guard_is_dropped() {
        let metrics = Metrics::default();
        let guard = metrics.begin();
        assert_eq!(metrics.in_flight.get(), 1);
        drop(guard);
        assert_eq!(metrics.in_flight.get(), 0);
    }

    #[test]
    fn labels_tell_answers_apart() {
        let metrics = Metrics::default();
        metrics.answered(Rpc::RankQueue, Code::InvalidArgument, Duration::ZERO, Duration::ZERO);
        let text = metrics.text().expect("all values have a text form");
        assert!(
            text.contains(r#"ranking_requests_total{rpc="RankQueue",code="InvalidArgument"} 1"#),
            "{text}"
        );
    }
}
