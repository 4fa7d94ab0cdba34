//! The code that deals units into buckets: the same for as long as an experiment runs.

use std::collections::BTreeSet;

use findings::{Finding, Location};
use policy::POLICY_FILE;
use source::{Change, Code, Wording};

use super::each;
use super::file::ExperimentFile;
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;
use crate::rules::unreadable_experiments::UNREADABLE_EXPERIMENTS;
use crate::{Codes, Experiments};

/// How many experiments a message names.
const NAMED: usize = 3;

/// What `buckets_in` names that the code does not have, so that nobody would see it change.
pub(super) fn unnamed(code: &Code, policy: &Experiments) -> Vec<Finding> {
    let missing = policy.buckets_in.iter().filter(|path| code.wording(path).is_none());
    let finding = |path: &String| {
        let message = format!(
            "`contracts.experiments.buckets_in` names `{path}`, and the code has no such function or constant"
        );
        Finding::new(&UNREADABLE_EXPERIMENTS, Location::file(POLICY_FILE), message)
            .help("name the item by its path from its package, as in `experiments::bucket`")
            .fact(path)
    };
    missing.map(finding).collect()
}

/// Everything that `buckets_in` names and that says something else than at the base, while experiments run that head
/// still has. What is gone is told by [`unnamed`], and one that goes under another of the names is the same.
pub(super) fn changed(
    change: &Change,
    codes: Codes<'_>,
    policy: &Experiments,
    before: &[ExperimentFile],
    after: &[ExperimentFile],
    today: Option<&str>,
) -> Vec<Finding> {
    let kept: BTreeSet<&str> = each(after).map(|(_, experiment)| experiment.name.as_str()).collect();
    let running: BTreeSet<&str> = each(before)
        .filter(|(_, old)| old.is_running(today) && kept.contains(old.name.as_str()))
        .map(|(_, old)| old.name.as_str())
        .collect();
    if policy.buckets_in.is_empty() || running.is_empty() || !crate::codes::touched(change) {
        return Vec::new();
    }
    let head = (codes.head)();
    let Some(base) = (codes.base)() else { return Vec::new() };
    let shown: Vec<String> = running.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = running.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let verb = if running.len() == 1 { "runs" } else { "run" };
    let running = format!("{}{more} {verb}", shown.join(", "));
    let finding = |path: &String| {
        let (old, new) = (base.wording(path)?, head.wording(path)?);
        if old.text == new.text {
            return None;
        }
        let Wording { place, text } = new;
        Some(
            Finding::new(
                &EXPERIMENT_RERANDOMISED,
                place,
                format!("{running}, and `{path}`, which says in which bucket a unit is, says something else"),
            )
            .help(
                "put it back until the experiments are over, or leave it to them and deal new ones by a function of \
                 another name",
            )
            .note_at_base(old.place, "it was here")
            .fact(path)
            .judged(old.text, text),
        )
    };
    policy.buckets_in.iter().filter_map(finding).collect()
}
