//! `operations`: alerts, recording rules and dashboards, and what they may rely on.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::{Policy, is_path};

/// Alerts, recording rules and dashboards, and what they may rely on.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Operations {
    /// Globs of Prometheus rule files.
    pub rules: Vec<String>,
    /// Globs of Grafana dashboards.
    pub dashboards: Vec<String>,
    /// Paths of functions and macros of the workspace whose first text argument names a metric.
    pub registrations: Vec<String>,
    /// Globs of names of metrics that other programs emit.
    pub elsewhere: Vec<String>,
    /// Labels that scraping adds to every series.
    pub target_labels: Vec<String>,
    /// Annotations of an alert that may link its runbook.
    pub runbook_annotations: Vec<String>,
    /// Whether `promtool` has to be there.
    pub promtool: Promtool,
}

/// Whether `promtool` has to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Promtool {
    /// Without it the guard could not look.
    Required,
    /// Where it is installed it is asked.
    #[default]
    WhereInstalled,
    /// It is never asked.
    Off,
}

impl Default for Operations {
    fn default() -> Operations {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Operations {
            rules: words(&["services/*/operations/*.yaml", "services/*/operations/*.yml"]),
            dashboards: words(&["services/*/operations/*.json"]),
            registrations: Vec::new(),
            elsewhere: words(&["up", "scrape_*", "ALERTS", "ALERTS_FOR_STATE"]),
            target_labels: words(&["instance", "job"]),
            runbook_annotations: words(&["runbook", "runbook_url"]),
            promtool: Promtool::default(),
        }
    }
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "operations.rules",
        "list of globs",
        "[services/*/operations/*.yaml, services/*/operations/*.yml]",
        Direction::MoreTightens,
        "Prometheus rule files: alerts and recording rules, those of objectives among them. A file without `groups` and \
         without `spec.groups` is none and is left out.",
    ),
    Key::new(
        "operations.dashboards",
        "list of globs",
        "[services/*/operations/*.json]",
        Direction::MoreTightens,
        "Dashboards of Grafana as it exports them. A file without `panels` and without `rows` is none and is left out.",
    ),
    Key::new(
        "operations.registrations",
        "list of paths",
        "[]",
        Direction::MoreLoosens,
        "Functions, methods and macros of the workspace that emit a metric which their first text argument names, as in \
         `telemetry::Metrics::counter`. Those of the crates `prometheus-client`, `prometheus`, `metrics` and \
         `opentelemetry` are known.",
    ),
    Key::new(
        "operations.elsewhere",
        "list of globs",
        "[up, scrape_*, ALERTS, ALERTS_FOR_STATE]",
        Direction::MoreLoosens,
        "Names of metrics that other programs emit, with `*` for any run of characters: `node_*`, `kube_*`.",
    ),
    Key::new(
        "operations.target_labels",
        "list of labels",
        "[instance, job]",
        Direction::MoreLoosens,
        "Labels that scraping adds to every series, such as `namespace` or `pod`.",
    ),
    Key::new(
        "operations.runbook_annotations",
        "list of annotations",
        "[runbook, runbook_url]",
        Direction::MoreLoosens,
        "Annotations of an alert of which one links its runbook: a file of this tree with a section, as in \
         `services/home/operations/runbook.md#servicedown`, or a URL, of which only the form is looked at. A URL that ends \
         in the path of a file of this tree means that file.",
    ),
    Key::new(
        "operations.promtool",
        "`required`, `where-installed` or `off`",
        "where-installed",
        Direction::Words(&["required", "where-installed", "off"]),
        "Whether `promtool check rules` is asked about the rule files. Where it is required and not installed, the guard \
         could not look.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    let operations = &policy.operations;
    for (name, globs) in [
        ("rules", &operations.rules),
        ("dashboards", &operations.dashboards),
        ("elsewhere", &operations.elsewhere),
    ] {
        for (index, glob) in globs.iter().enumerate() {
            if let Err(error) = globset::Glob::new(glob) {
                return Err(document.error_at(&format!("contracts.operations.{name}[{index}]"), error));
            }
        }
    }
    for (index, path) in operations.registrations.iter().enumerate() {
        if !is_path(path) {
            return Err(document.error_at(
                &format!("contracts.operations.registrations[{index}]"),
                "a path is written as in `telemetry::Metrics::counter`",
            ));
        }
    }
    Ok(())
}
