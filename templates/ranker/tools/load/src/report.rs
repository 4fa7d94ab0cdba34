//! What a run showed, for people and as JSON.
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::drive::Run;
use crate::scrape::Spent;

/// What a run showed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    service: String,
    rate: u32,
    candidates: Option<usize>,
    /// Requests that were answered, and by how many a second.
    answers: u64,
    throughput: f64,
    /// Milliseconds from when a request was due to its answer.
    latency_ms: Latency,
    errors: u64,
    errors_by_code: BTreeMap<String, u64>,
    degraded: u64,
    /// How much later than due the generator sent a request, at most, in milliseconds.
    sent_late_ms: f64,
    /// Milliseconds of one request in the mean, as the service says.
    service_ms: f64,
    stages_ms: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Latency {
    p50: f64,
    p90: f64,
    p99: f64,
    #[serde(rename = "p99.9")]
    p999: f64,
    max: f64,
}

impl Report {
    /// A report of what was measured here and what the service said of itself.
    pub fn new(service: &str, rate: u32, candidates: Option<usize>, run: Run, spent: Spent) -> Self {
        let at = |quantile| run.micros.value_at_quantile(quantile) as f64 / 1e3;
        let requests = spent.requests.runs.max(1.0);
        Self {
            service: service.to_owned(),
            rate,
            candidates,
            answers: run.micros.len(),
            throughput: run.micros.len() as f64 / run.took.as_secs_f64(),
            latency_ms: Latency {
                p50: at(0.5),
                p90: at(0.9),
                p99: at(0.99),
                p999: at(0.999),
                max: run.micros.max() as f64 / 1e3,
            },
            errors: run.refused.values().sum(),
            errors_by_code: run.refused,
            degraded: run.degraded,
            sent_late_ms: run.late.as_secs_f64() * 1e3,
            service_ms: spent.requests.mean_ms(),
            stages_ms: spent
                .stages
                .into_iter()
                .map(|(name, share)| (name, share.seconds / requests * 1e3))
                .collect(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, rate, answers, throughput, errors, degraded, sent_late_ms, service_ms, .. } =
            self;
        let Latency { p50, p90, p99, p999, max } = &self.latency_ms;
        let candidates =
            self.candidates.map(|number| format!(" with {number} candidates")).unwrap_or_default();
        writeln!(f, "{service}: {rate} requests a second{candidates}")?;
        writeln!(f, "  answers     {answers}, {throughput:.1} a second; {degraded} degraded")?;
        write!(f, "  errors      {errors}")?;
        for (code, number) in &self.errors_by_code {
            write!(f, ", {code} {number}")?;
        }
        writeln!(f)?;
        writeln!(f, "  latency ms  p50 {p50:.2}  p90 {p90:.2}  p99 {p99:.2}  p99.9 {p999:.2}  max {max:.2}")?;
        writeln!(f, "  sent late   {sent_late_ms:.2} ms at most")?;
        writeln!(f, "  where the time goes, in ms of a request in the mean, as the service says:")?;
        let mut stages: Vec<_> = self.stages_ms.iter().collect();
        stages.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        for (stage, ms) in stages {
            writeln!(f, "    {ms:>7.3}  {stage}")?;
        }
        write!(f, "    {service_ms:>7.3}  the whole request; hydrators and sources run side by side")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hdrhistogram::Histogram;

    use super::*;
    use crate::scrape::Share;

    fn report() -> Report {
        let mut micros = Histogram::new(3).expect("three digits are fine");
        (1..=1000).for_each(|number| micros.record(number * 10).expect("the number fits"));
        let run = Run {
            micros,
            took: Duration::from_secs(2),
            refused: [("Unavailable".to_owned(), 3)].into(),
            degraded: 5,
            late: Duration::from_micros(250),
        };
        let share = |seconds, runs| Share { seconds, runs };
        let stages = [("model".to_owned(), share(1.5, 1000.0)), ("radio".to_owned(), share(0.5, 1000.0))];
        let spent = Spent { requests: share(3.0, 1003.0), stages: stages.into() };
        Report::new("home", 500, Some(200), run, spent)
    }

    #[test]
    fn people_read_what_matters() {
        let text = report().to_string();
        for part in [
            "home: 500 requests a second with 200 candidates\n",
            "  answers     1000, 500.0 a second; 5 degraded\n",
            "  errors      3, Unavailable 3\n",
            "  latency ms  p50 5.00  p90 9.01  p99 9.90  p99.9 9.99  max 10.01\n",
            "      1.496  model\n      0.499  radio\n      2.991  the whole request",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn programs_read_all_of_it() {
        let json = serde_json::to_value(report()).expect("a report is JSON");
        assert_eq!(json["latency_ms"]["p99.9"], 9.991);
        assert_eq!(json["errors_by_code"]["Unavailable"], 3);
        assert_eq!(json["sent_late_ms"], 0.25);
    }
}
