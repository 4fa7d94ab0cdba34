//! Running experiments whose units a change deals anew.

use std::collections::{BTreeMap, BTreeSet};

use findings::Finding;
use source::Change;

use super::file::{Experiment, ExperimentFile};
use super::{at, each, read};
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;
use crate::{Error, Experiments};

/// Every experiment that runs on both sides and in which units change their arm. To end one is free, to take units in
/// or to let them go as well.
///
/// # Errors
/// A glob makes no sense.
pub(crate) fn rerandomised(
    change: &Change,
    policy: &Experiments,
    today: Option<&str>,
) -> Result<Vec<Finding>, Error> {
    let Some(base) = &change.base else { return Ok(Vec::new()) };
    let ((before, _), (after, _)) = (read(base, policy)?, read(&change.head, policy)?);
    let findings = each(&after).filter_map(|(file, experiment)| {
        let old = old(change, &before, file, experiment)?;
        let runs = old.is_running(today) && experiment.is_running(today);
        let how = moved(old, experiment).filter(|_| runs)?;
        let place = if old.salt == experiment.salt {
            experiment.arms.first().and_then(|arm| arm.at)
        } else {
            experiment.salt_at
        };
        Some(
            Finding::new(
                &EXPERIMENT_RERANDOMISED,
                at(&file.path, place.or(experiment.at)),
                format!("`{}` runs, and {how}", experiment.name),
            )
            .help("put it back, or stop this experiment and begin another with a name and a salt of its own")
            .note_at_base(at(change.base_path(&file.path), old.at), format!("it was {}", said(old)))
            .fact(&experiment.name)
            .judged(old.assignment(), experiment.assignment()),
        )
    });
    Ok(findings.collect())
}

/// The experiment of the same name at the base: in the same file, or in the one that it may have come from.
fn old<'a>(
    change: &Change,
    before: &'a [ExperimentFile],
    file: &ExperimentFile,
    experiment: &Experiment,
) -> Option<&'a Experiment> {
    let path = change.base_path(&file.path);
    let named = |(_, old): &(&ExperimentFile, &Experiment)| old.name == experiment.name;
    let mut all: Vec<_> = each(before).filter(named).collect();
    all.sort_by_key(|(old, _)| old.path != path);
    all.first().filter(|(old, _)| old.path == path || !change.head.contains(&old.path)).map(|(_, old)| *old)
}

/// How units change their arm; `None` where none does.
fn moved(old: &Experiment, new: &Experiment) -> Option<String> {
    if old.salt != new.salt {
        return Some(format!("its salt is now `{}`, which deals all units anew", new.salt));
    }
    // Between two ends of ranges nothing changes.
    let ends = old.arms.iter().chain(&new.arms).flat_map(|arm| [arm.buckets.start, arm.buckets.end]);
    let ends: Vec<i64> = ends.collect::<BTreeSet<_>>().into_iter().collect();
    let mut moves: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for stretch in ends.windows(2) {
        if let (Some(from), Some(to)) = (old.arm_of(stretch[0]), new.arm_of(stretch[0]))
            && from != to
        {
            let count = moves.entry((from, to)).or_default();
            *count = count.saturating_add(stretch[1].saturating_sub(stretch[0]));
        }
    }
    let moves: Vec<String> = moves
        .iter()
        .map(|((from, to), count)| {
            let buckets = if *count == 1 { "bucket" } else { "buckets" };
            format!("{count} {buckets} from arm `{from}` to `{to}`")
        })
        .collect();
    (!moves.is_empty()).then(|| format!("its units change their arm: {}", moves.join(", ")))
}

fn said(experiment: &Experiment) -> String {
    let arms: Vec<String> = experiment
        .arms
        .iter()
        .map(|arm| format!("`{}` {} to {}", arm.name, arm.buckets.start, arm.buckets.end))
        .collect();
    format!("salt `{}`, arms {}", experiment.salt, arms.join(", "))
}
