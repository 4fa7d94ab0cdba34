//! Where a service says its time went, read from its metrics.
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde::Serialize;
use telemetry::names;

/// The metrics are a few kilobytes.
const MAX_BYTES: u64 = 4 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Seconds that a service spent, and how often.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Spent {
    /// From request to answer.
    pub requests: Share,
    /// By stage.
    pub stages: BTreeMap<String, Share>,
}

/// A sum and a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// All seconds together.
    pub seconds: f64,
    /// How many runs they are of.
    pub runs: f64,
}

/// Reads what a service has spent since it started.
///
/// # Errors
/// An [`io::Error`] if its metrics cannot be read.
pub fn scrape(address: &str) -> io::Result<Spent> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(Spent::of(&text))
}

impl Spent {
    fn of(text: &str) -> Self {
        let mut spent = Self::default();
        for (name, label, value) in text.lines().filter_map(series) {
            match name.strip_prefix(names::REQUEST_SECONDS) {
                Some("_sum") => spent.requests.seconds += value,
                Some("_count") => spent.requests.runs += value,
                _ => {}
            }
            match name.strip_prefix(names::STAGE_SECONDS) {
                Some("_sum") => spent.stages.entry(label.to_owned()).or_default().seconds += value,
                Some("_count") => spent.stages.entry(label.to_owned()).or_default().runs += value,
                _ => {}
            }
        }
        spent
    }

    /// What was spent since an earlier time.
    #[must_use]
    pub fn since(mut self, before: &Self) -> Self {
        self.requests = self.requests.since(before.requests);
        for (stage, share) in &mut self.stages {
            *share = share.since(before.stages.get(stage).copied().unwrap_or_default());
        }
        self
    }
}

impl Share {
    /// Milliseconds of one run, in the mean.
    pub fn mean_ms(self) -> f64 {
        if self.runs > 0.0 { self.seconds / self.runs * 1e3 } else { 0.0 }
    }

    fn since(self, before: Self) -> Self {
        Self { seconds: self.seconds - before.seconds, runs: self.runs - before.runs }
    }
}

/// A line of metrics: its name, the value of its one label, and its value.
fn series(line: &str) -> Option<(&str, &str, f64)> {
    let (name, rest) = line.split_once('{')?;
    let (labels, value) = rest.split_once("} ")?;
    let label = labels.split('"').nth(1)?;
    Some((name, label, value.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use telemetry::{Code, Metrics};

    use super::*;

    #[test]
    fn what_a_service_says_is_understood() {
        let metrics = Metrics::new(Duration::from_millis(40));
        for millis in [3, 5] {
            metrics.answered("Rank", Code::Ok, Duration::from_millis(millis), Duration::ZERO);
        }
        drop(metrics.stage_timer()("model"));
        let before = Spent::of(&metrics.text().expect("all values have a text form"));
        assert_eq!(before.requests.mean_ms(), 4.0);
        assert_eq!(before.stages["model"].runs, 1.0);
        metrics.answered("Rank", Code::Ok, Duration::from_millis(20), Duration::ZERO);
        let after = Spent::of(&metrics.text().expect("all values have a text form")).since(&before);
        assert!((after.requests.mean_ms() - 20.0).abs() < 1e-9);
        assert_eq!(after.stages["model"], Share::default());
    }

    #[test]
    fn other_lines_say_nothing() {
        assert_eq!(
            Spent::of("# HELP a b\nHTTP/1.1 200 OK\nranking_stage_seconds_sum{\nx{y=\"z\"} 1\n# EOF"),
            Spent::default()
        );
    }
}
