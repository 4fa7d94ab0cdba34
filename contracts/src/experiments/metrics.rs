//! The metrics by which experiments are judged, and where they are listed.

use std::collections::BTreeSet;

use findings::Finding;
use policy::PolicyError;
use serde_json::Value;
use source::Tree;

use super::file::ExperimentFile;
use super::{at, each};
use crate::operations::distance;
use crate::rules::experiment_metric_unknown::EXPERIMENT_METRIC_UNKNOWN;
use crate::{Error, Experiments, globs};

/// Metrics of experiments that are listed nowhere.
///
/// # Errors
/// A glob makes no sense, or a file that lists metrics cannot be read.
pub(super) fn unknown(
    tree: &Tree,
    files: &[ExperimentFile],
    policy: &Experiments,
) -> Result<Vec<Finding>, Error> {
    let Some(lists) = &policy.metrics else { return Ok(Vec::new()) };
    let known = listed(tree, lists)?;
    let mut findings = Vec::new();
    for (file, experiment) in each(files) {
        for metric in experiment.metrics.iter().filter(|metric| !known.contains(&metric.name)) {
            let near = known.iter().find(|known| distance(known, &metric.name, 2) <= 2);
            let help = match near {
                Some(near) => format!("write `{near}`, or list the metric with what counts"),
                None if lists.is_empty() => {
                    "name in `contracts.experiments.metrics` the files that list metrics".to_owned()
                }
                None => format!("list it in one of `{}` with what counts", lists.join("`, `")),
            };
            let message = format!(
                "`{}` is judged by `{}`, which no outcome is known to tell of",
                experiment.name, metric.name
            );
            findings.push(
                Finding::new(&EXPERIMENT_METRIC_UNKNOWN, at(&file.path, metric.at), message)
                    .help(help)
                    .fact(&experiment.name)
                    .fact(&metric.name),
            );
        }
    }
    Ok(findings)
}

fn listed(tree: &Tree, lists: &[String]) -> Result<BTreeSet<String>, Error> {
    let globs = globs::set(lists)?;
    let mut known = BTreeSet::new();
    for path in tree.paths().filter(|path| globs.is_match(path)) {
        let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()))?;
        let value: Value = policy::yaml(path, &text)?;
        known.extend(names(&value));
    }
    Ok(known)
}

/// The keys of a map, or the items of a list: names, or maps with `name`.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => match map.get("metrics") {
            Some(within @ (Value::Object(_) | Value::Array(_))) => names(within),
            _ => map.keys().cloned().collect(),
        },
        Value::Array(list) => {
            let name = |item: &Value| item.as_str().or_else(|| item["name"].as_str()).map(str::to_owned);
            list.iter().filter_map(name).collect()
        }
        _ => Vec::new(),
    }
}
