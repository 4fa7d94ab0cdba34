//! The metrics that the Rust code of a tree registers: names, kinds, labels, and what labels may be.

mod arguments;
mod declared;
mod registrations;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{Code, FileInfo};
use declared::Declared;
use registrations::{Labelled, Registration, Registrations, Text, WORDS, registrations};

/// What the code registers with a library of metrics.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Every registration whose name is known, by file and position. A name may be there several times.
    pub metrics: Vec<Metric>,
    /// Prefixes that registries put before names; `None` where one is computed.
    pub prefixes: BTreeSet<Option<String>>,
    /// Labels that registries put on all that they have.
    pub labels: BTreeSet<String>,
    /// Registrations whose name is computed.
    pub unread: Vec<MetricSite>,
}

/// A metric, as it is registered at one place.
#[derive(Clone, Debug)]
pub struct Metric {
    /// With its unit, without prefixes of registries and without the suffix of its kind.
    pub name: String,
    /// How it becomes series.
    pub kind: MetricKind,
    /// The labels of its series.
    pub labels: MetricLabels,
    /// Where it is registered.
    pub site: MetricSite,
}

/// The labels of a series, and the values of each; `None` where they are not known.
pub type MetricLabels = Option<BTreeMap<String, Option<BTreeSet<String>>>>;

/// How a metric becomes series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// `NAME_total`: a counter of OpenMetrics.
    Counter,
    /// `NAME`: a gauge, and a counter of the crate `prometheus`.
    Plain,
    /// `NAME_bucket`, `NAME_sum` and `NAME_count`.
    Histogram,
    /// `NAME_info`.
    Info,
    /// Not known: any of them.
    Open,
    /// Not known, and an exporter may put a unit behind the name.
    OpenWithUnit,
}

/// Where a metric is registered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricSite {
    /// Path of the file.
    pub file: String,
    /// Line of the call.
    pub line: u32,
    /// Column of that, in characters.
    pub column: u32,
}

impl Code {
    /// What the code registers with the crates `prometheus-client`, `prometheus`, `metrics` and `opentelemetry`, tests left
    /// out, and by the functions, methods and macros at the paths `own`, whose first text argument is a name.
    pub fn metrics(&self, own: &[String]) -> Metrics {
        let own_words: Vec<&str> = own.iter().filter_map(|path| path.rsplit("::").next()).collect();
        let may_register = |path: &str| {
            let text = self.text(path);
            text.is_some_and(|text| WORDS.iter().chain(&own_words).any(|word| text.contains(word)))
        };
        let wanted = |file: &FileInfo| !file.is_test() && !file.foreign && may_register(&file.path);
        let files = self.each_file(&wanted, &|file| registrations(file, self.names(), own));
        let found: Vec<Registrations> = files.into_iter().map(|(_, found)| found).collect();
        let declared = Declared::of(self, &asked(&found));
        let mut metrics = Metrics::default();
        for found in found {
            metrics.prefixes.extend(found.prefixes);
            metrics.labels.extend(found.labels);
            for registration in found.metrics {
                let name = match &registration.name {
                    Text::Literal(name) => Some(name.clone()),
                    Text::Constant(path) => declared.texts.get(path).cloned(),
                    Text::Computed => None,
                };
                match name {
                    Some(name) => metrics.metrics.push(metric(name, registration, &declared)),
                    // A registry of something else may have a method of the same name.
                    None if registration.kind != MetricKind::Open => metrics.unread.push(registration.site),
                    None => {}
                }
            }
        }
        metrics
    }
}

fn metric(name: String, registration: Registration, declared: &Declared) -> Metric {
    let name = match registration.kind {
        // An exporter writes what Prometheus does not allow in a name as `_`.
        MetricKind::OpenWithUnit => {
            name.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':', "_")
        }
        _ => name,
    };
    let name = registration.unit.map_or(name.clone(), |unit| format!("{name}_{unit}"));
    let labels = match &registration.labels {
        Labelled::With(labels) => Some(labels.iter().map(|label| (label.clone(), None)).collect()),
        Labelled::By(path) => declared.labels(path),
        Labelled::Open => None,
    };
    Metric { name, kind: registration.kind, labels, site: registration.site }
}

/// The paths that registrations leave open.
fn asked(found: &[Registrations]) -> BTreeSet<String> {
    let metrics = found.iter().flat_map(|found| &found.metrics);
    let asked = metrics.flat_map(|metric| {
        let name = match &metric.name {
            Text::Constant(path) => Some(path.clone()),
            _ => None,
        };
        let labels = match &metric.labels {
            Labelled::By(path) => Some(path.clone()),
            _ => None,
        };
        name.into_iter().chain(labels)
    });
    asked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cache, Tree};

    /// Every metric as a line: name, kind, labels with their values.
    fn metrics(files: &[(&str, &str)]) -> Vec<String> {
        let code = Code::read(&Tree::from_memory(files.iter().copied()), &Cache::off());
        let labels = |labels: &MetricLabels| match labels {
            None => "?".to_owned(),
            Some(labels) => labels
                .iter()
                .map(|(label, values)| match values {
                    None => format!("{label} "),
                    Some(values) => {
                        format!("{label}={} ", values.iter().cloned().collect::<Vec<_>>().join("|"))
                    }
                })
                .collect(),
        };
        let metrics = code.metrics(&[]).metrics;
        metrics
            .iter()
            .map(|it| format!("{} {:?} {}", it.name, it.kind, labels(&it.labels)).trim().to_owned())
            .collect()
    }

    #[test]
    fn what_no_build_has_and_what_never_runs_emits_nothing() {
        let one = "prometheus::register_int_counter!(\"a\", \"h\")";
        for (code, emits) in [
            (format!("fn f() {{ {one}; }}"), true),
            (format!("#[cfg(any())] fn f() {{ {one}; }}"), false),
            (format!("#[cfg(false)] fn f() {{ {one}; }}"), false),
            (format!("#[cfg(not(all()))] mod m {{ fn f() {{ {one}; }} }}"), false),
            (format!("#[cfg(all(unix, any()))] fn f() {{ {one}; }}"), false),
            (format!("#[cfg(not(any()))] fn f() {{ {one}; }}"), true),
            (format!("#[cfg(any(unix, any()))] fn f() {{ {one}; }}"), true),
            (format!("#[cfg(feature = \"metrics\")] fn f() {{ {one}; }}"), true),
            (format!("struct S; impl S {{ #[cfg(any())] fn f() {{ {one}; }} }}"), false),
            (format!("fn f() {{ #[cfg(any())] {{ {one}; }} }}"), false),
            (format!("fn f() {{ #[cfg(any())] let a = {one}; }}"), false),
            (format!("fn f() {{ #[cfg(any())] {one}; }}"), false),
            (format!("fn f() {{ if false {{ {one}; }} }}"), false),
            (format!("fn f() {{ if (false) && g() {{ {one}; }} }}"), false),
            (format!("fn f() {{ while false {{ {one}; }} }}"), false),
            (format!("fn f() {{ if false {{}} else {{ {one}; }} }}"), true),
            (format!("fn f() {{ if false || g() {{ {one}; }} }}"), true),
        ] {
            let cargo = "[package]\nname = \"t\"\n[dependencies]\nprometheus = \"0.14\"\n";
            let found = metrics(&[("Cargo.toml", cargo), ("src/lib.rs", &code)]);
            assert_eq!(!found.is_empty(), emits, "{code}");
        }
    }

    #[test]
    fn names_and_labels_are_followed_through_files_and_aliases() {
        let found = metrics(&[
            ("Cargo.toml", "[package]\nname = \"t\"\n[dependencies]\nprometheus-client = \"0.24\"\n"),
            ("src/lib.rs", "mod labels;\nmod names;\nmod metrics;\n"),
            ("src/names.rs", "pub const REQUESTS: &str = \"requests\";\npub const AGE: &str = \"age\";\n"),
            (
                "src/labels.rs",
                "use prometheus_client::encoding::*;
                #[derive(EncodeLabelValue)] pub enum Code { Ok, Bad }
                #[derive(EncodeLabelSet)] pub struct Of { pub rpc: &'static str, pub r#type: Code }
                #[derive(EncodeLabelSet)] pub struct Flat { #[prometheus(flatten)] pub of: Of }",
            ),
            (
                "src/metrics.rs",
                "use prometheus_client::metrics::{counter::Counter as C, family::Family, gauge::Gauge, histogram::Histogram};
                use crate::{labels::{Flat, Of}, names};
                pub struct Metrics { requests: Family<Of, C>, age: Gauge<f64, std::sync::atomic::AtomicU64>, flat: Family<Flat, C> }
                impl Metrics {
                    fn register(&self, all: &mut prometheus_client::registry::Registry) {
                        all.register(names::REQUESTS, \"help\", self.requests.clone());
                        all.register(names::AGE, \"help\", self.age.clone());
                        all.register(\"flat\", \"help\", self.flat.clone());
                        let took: Family<Of, Histogram> = make();
                        all.register(\"took\", \"help\", took.clone());
                        all.register(&format!(\"{}\", 1), \"help\", took.clone());
                    }
                }
                #[test] fn f() { prometheus::register_int_counter!(\"tested\", \"help\"); }",
            ),
        ]);
        assert_eq!(
            found,
            [
                "requests Counter rpc type=Bad|Ok",
                "age Plain",
                "flat Counter ?",
                "took Histogram rpc type=Bad|Ok"
            ]
        );
    }
}
