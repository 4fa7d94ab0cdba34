//! The series that the code emits, under the names by which Prometheus knows them.

use std::collections::{BTreeMap, BTreeSet};

use source::{Metric, MetricKind as Kind, MetricLabels, MetricSite, Metrics};

/// What the code registers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Emitted {
    /// By name as registered.
    metrics: BTreeMap<String, Metric>,
    prefixes: BTreeSet<Option<String>>,
    labels: BTreeSet<String>,
    /// Registrations whose name is computed.
    pub(crate) unread: Vec<MetricSite>,
}

/// First words of names that programs of all makers have.
const EVERYBODYS: [&str; 14] = [
    "app", "cache", "client", "db", "grpc", "http", "job", "process", "queue", "request", "requests", "rpc",
    "server", "tokio",
];

/// What stands behind a metric's name in those of its series.
const SUFFIXES: [&str; 7] = ["", "_total", "_bucket", "_sum", "_count", "_created", "_info"];

impl Emitted {
    /// What the code registers, by name.
    pub(crate) fn of(found: Metrics) -> Emitted {
        let Metrics { metrics, prefixes, labels, unread } = found;
        let mut emitted = Emitted { metrics: BTreeMap::new(), prefixes, labels, unread };
        metrics.into_iter().for_each(|metric| emitted.add(metric));
        emitted
    }

    /// One that is registered at several places has what each of them says.
    fn add(&mut self, metric: Metric) {
        let name = metric.name.clone();
        match self.metrics.get_mut(&name) {
            None => drop(self.metrics.insert(name, metric)),
            Some(known) => {
                if known.kind != metric.kind {
                    known.kind = Kind::Open;
                }
                known.labels = known.labels.take().zip(metric.labels).map(|(one, other)| united(one, other));
            }
        }
    }

    /// How many metrics there are.
    pub(crate) fn len(&self) -> usize {
        self.metrics.len()
    }

    /// The labels of a series, if the code emits it: known ones, or any.
    pub(crate) fn series(&self, series: &str) -> Option<MetricLabels> {
        let (metric, suffix) = self.metric_of(series)?;
        let mut labels = metric.labels.clone();
        if let Some(labels) = &mut labels {
            labels.extend(self.labels.iter().map(|label| (label.clone(), None)));
            match suffix {
                "_bucket" => drop(labels.insert("le".to_owned(), None)),
                "" if metric.kind == Kind::Histogram => drop(labels.insert("quantile".to_owned(), None)),
                _ => {}
            }
        }
        Some(labels)
    }

    /// Whether a series that the code emits is one of these, or may be.
    pub(crate) fn has_one(&self, is_one: impl Fn(&str) -> bool) -> bool {
        let open = |metric: &Metric| metric.kind == Kind::OpenWithUnit;
        if !self.unread.is_empty() || self.prefixes.contains(&None) || self.metrics.values().any(open) {
            return true;
        }
        let prefixes = self.prefixes.iter().flatten().map(|prefix| format!("{prefix}_"));
        let prefixes: Vec<String> = std::iter::once(String::new()).chain(prefixes).collect();
        self.metrics.iter().any(|(name, metric)| {
            let suffixes = SUFFIXES.iter().filter(|suffix| has(metric.kind, suffix));
            suffixes
                .into_iter()
                .any(|suffix| prefixes.iter().any(|prefix| is_one(&format!("{prefix}{name}{suffix}"))))
        })
    }

    /// Where the metric of a series is registered.
    pub(crate) fn site(&self, series: &str) -> Option<&MetricSite> {
        self.metric_of(series).map(|(metric, _)| &metric.site)
    }

    fn metric_of(&self, series: &str) -> Option<(&Metric, &'static str)> {
        let computed = self.prefixes.contains(&None);
        let prefixes = self.prefixes.iter().flatten();
        let bare = prefixes.filter_map(|prefix| series.strip_prefix(prefix.as_str())?.strip_prefix('_'));
        for series in std::iter::once(series).chain(bare) {
            for suffix in SUFFIXES {
                let Some(name) = series.strip_suffix(suffix) else { continue };
                if let Some(metric) = self.metrics.get(name).filter(|metric| has(metric.kind, suffix)) {
                    return Some((metric, suffix));
                }
            }
        }
        let loose = |(name, metric): &(&String, &Metric)| {
            (metric.kind == Kind::OpenWithUnit && series.starts_with(name.as_str()))
                || (computed && series.contains(name.as_str()))
        };
        self.metrics.iter().find(loose).map(|(_, metric)| (metric, "_"))
    }

    /// Whether a name looks like one of the code's: it begins with the word with which one of them does, unless
    /// everybody's do, or is nearly the same.
    pub(crate) fn is_like_ours(&self, series: &str) -> bool {
        let word = |name: &str| name.split(['_', ':', '.']).next().unwrap_or_default().to_owned();
        let own = word(series);
        if EVERYBODYS.contains(&own.as_str()) {
            return self.nearest(series).is_some();
        }
        let prefixes = self.prefixes.iter().flatten();
        let begins = self.metrics.keys().chain(prefixes).any(|name| word(name) == own);
        begins || self.nearest(series).is_some()
    }

    /// The series that was probably meant: a letter away for each six that it has, four at most.
    pub(crate) fn nearest(&self, series: &str) -> Option<String> {
        let limit = (series.len() / 6).clamp(1, 4);
        let all = self.metrics.iter().flat_map(|(name, metric)| series_of(metric.kind, name));
        all.filter(|name| name.len().abs_diff(series.len()) <= limit)
            .map(|name| (distance(&name, series, limit), name))
            .filter(|(distance, _)| *distance <= limit)
            .min()
            .map(|(_, name)| name)
    }
}

/// Whether a metric of this kind has series with this suffix.
fn has(kind: Kind, suffix: &str) -> bool {
    match kind {
        Kind::Counter => ["_total", "_created"].contains(&suffix),
        Kind::Plain => suffix.is_empty(),
        // A native histogram has no suffix.
        Kind::Histogram => ["", "_bucket", "_sum", "_count", "_created"].contains(&suffix),
        Kind::Info => suffix == "_info",
        Kind::Open | Kind::OpenWithUnit => true,
    }
}

fn series_of(kind: Kind, name: &str) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        Kind::Counter => &["_total"],
        Kind::Histogram => &["_bucket", "_sum", "_count"],
        Kind::Info => &["_info"],
        Kind::Plain | Kind::Open | Kind::OpenWithUnit => &[""],
    };
    suffixes.iter().map(|suffix| format!("{name}{suffix}")).collect()
}

fn united(
    mut one: BTreeMap<String, Option<BTreeSet<String>>>,
    other: BTreeMap<String, Option<BTreeSet<String>>>,
) -> BTreeMap<String, Option<BTreeSet<String>>> {
    for (label, values) in other {
        let known = one.entry(label).or_insert_with(|| Some(BTreeSet::new()));
        *known = known.take().zip(values).map(|(known, values)| &known | &values);
    }
    one
}

/// Levenshtein's distance, or something above the limit.
pub(crate) fn distance(one: &str, other: &str, limit: usize) -> usize {
    let other: Vec<char> = other.chars().take(256).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().take(256).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (at, other) in other.iter().enumerate() {
            let cost = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = cost.min(diagonal + 1).min(row[at] + 1);
        }
        if row.iter().all(|cost| *cost > limit) {
            return limit + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emitted(metrics: &[(&str, Kind)]) -> Emitted {
        let mut emitted = Emitted::default();
        for (name, kind) in metrics {
            let site = MetricSite { file: "a.rs".to_owned(), line: 1, column: 1 };
            emitted.add(Metric {
                name: (*name).to_owned(),
                kind: *kind,
                labels: Some(BTreeMap::new()),
                site,
            });
        }
        emitted
    }

    #[test]
    fn a_metric_is_known_by_the_suffixes_of_its_kind() {
        let emitted =
            emitted(&[("c", Kind::Counter), ("g", Kind::Plain), ("h", Kind::Histogram), ("i", Kind::Info)]);
        for (series, expected) in [
            ("c_total", true),
            ("c", false),
            ("g", true),
            ("g_total", false),
            ("h_bucket", true),
            ("h_sum", true),
            ("h_total", false),
            ("i_info", true),
            ("i", false),
            ("x", false),
        ] {
            assert_eq!(emitted.series(series).is_some(), expected, "{series}");
        }
    }

    #[test]
    fn a_registrys_prefix_stands_before_the_name() {
        let mut emitted = emitted(&[("c", Kind::Counter)]);
        emitted.prefixes.insert(Some("app".to_owned()));
        assert!(emitted.series("app_c_total").is_some());
        assert!(emitted.series("other_c_total").is_none());
        emitted.prefixes.insert(None);
        assert!(emitted.series("other_c_total").is_some(), "a computed prefix may be any");
    }

    #[test]
    fn what_was_meant_is_a_few_letters_away() {
        let emitted = emitted(&[
            ("ranking_requests", Kind::Counter),
            ("up_x", Kind::Plain),
            ("http_requests", Kind::Counter),
        ]);
        assert_eq!(emitted.nearest("ranking_request_total").as_deref(), Some("ranking_requests_total"));
        assert_eq!(emitted.nearest("ranking_replies_total"), None);
        assert_eq!(emitted.nearest("go_x"), None);
        for (name, expected) in [
            ("ranking_anything", true),
            ("node_load1", false),
            // Everybody counts requests of HTTP.
            ("http_server_duration_seconds", false),
            ("http_request_total", true),
        ] {
            assert_eq!(emitted.is_like_ours(name), expected, "{name}");
        }
    }
}
