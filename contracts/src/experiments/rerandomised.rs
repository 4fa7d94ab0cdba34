//! Running experiments whose units a change deals anew.

use std::collections::{BTreeMap, BTreeSet};

use findings::Finding;
use source::Change;

use super::file::{Experiment, ExperimentFile};
use super::{at, dealing, each, read, served, unread};
use crate::rules::experiment_rerandomised::EXPERIMENT_RERANDOMISED;
use crate::{Codes, Error, Experiments, globs};

/// Every experiment that runs at the base and in which units change their arm, now or as soon as it begins again, also
/// under another name; code by which all units are dealt otherwise; and every experiment that runs on where nothing reads it. To end one is free, to take units in or to let
/// them go as well.
///
/// # Errors
/// A glob makes no sense.
pub(crate) fn rerandomised(
    change: &Change,
    codes: Codes<'_>,
    policy: &Experiments,
    today: Option<&str>,
) -> Result<Vec<Finding>, Error> {
    let Some(base) = &change.base else { return Ok(Vec::new()) };
    let (after, _) = read(&change.head, policy)?;
    if !globs::touched(change, &policy.files)? {
        return Ok(dealing::changed(change, codes, policy, &after, &after, today));
    }
    let (before, _) = read(base, policy)?;
    let (mut findings, mut fresh, mut kept) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (file, experiment) in each(&after) {
        let Some((old_file, old)) = old(change, &before, file, experiment) else {
            fresh.push((file, experiment));
            continue;
        };
        kept.insert((old_file.path.as_str(), old.name.as_str()));
        // Another salt deals nobody anew while the experiment is off, and everybody as soon as it is on again.
        let deals = experiment.is_on(today) || old.salt != experiment.salt;
        if let Some(how) = moved(old, experiment).filter(|_| old.is_running(today) && deals) {
            let message = format!("`{}` runs, and {how}", experiment.name);
            findings.push(finding(change, file, experiment, old, message));
        } else if old.is_running(today) && experiment.is_on(today) {
            findings.extend(served::otherwise(change, file, experiment, old));
        }
    }
    let gone = each(&before).filter(|(file, old)| {
        old.is_running(today) && !kept.contains(&(file.path.as_str(), old.name.as_str()))
    });
    for (old_file, old) in gone {
        let takes_over = |(file, experiment): &&(&ExperimentFile, &Experiment)| {
            let is_beside =
                change.base_path(&file.path) == old_file.path || folder(&file.path) == folder(&old_file.path);
            experiment.is_on(today) && (old.name == experiment.name || is_beside && old.is_like(experiment))
        };
        let how = fresh.iter().filter(takes_over).find_map(|(file, experiment)| {
            let how = moved(old, experiment)?;
            let message =
                format!("`{}` runs and is gone, `{}` is much like it, and {how}", old.name, experiment.name);
            Some(finding(change, file, experiment, old, message))
        });
        findings.extend(how);
    }
    findings.extend(dealing::changed(change, codes, policy, &before, &after, today));
    findings.extend(unread::unread(change, policy, &before, &after, today)?);
    Ok(findings)
}

fn finding(
    change: &Change,
    file: &ExperimentFile,
    experiment: &Experiment,
    old: &Experiment,
    message: String,
) -> Finding {
    let place = if old.salt == experiment.salt {
        experiment.arms.first().and_then(|arm| arm.at)
    } else {
        experiment.salt_at
    };
    Finding::new(&EXPERIMENT_RERANDOMISED, at(&file.path, place.or(experiment.at)), message)
        .help(
            "put it back, or stop this experiment and begin another, with a name and a salt of its own, once \
             nobody is in its arms",
        )
        .note_at_base(at(change.base_path(&file.path), old.at), format!("it was {}", said(old)))
        .fact(&experiment.name)
        .judged(old.assignment(), experiment.assignment())
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The experiment of the same name at the base: in the same file, or in the one that it may have come from.
fn old<'a>(
    change: &Change,
    before: &'a [ExperimentFile],
    file: &ExperimentFile,
    experiment: &Experiment,
) -> Option<(&'a ExperimentFile, &'a Experiment)> {
    let path = change.base_path(&file.path);
    let named = |(_, old): &(&ExperimentFile, &Experiment)| old.name == experiment.name;
    let mut all: Vec<_> = each(before).filter(named).collect();
    all.sort_by_key(|(old, _)| old.path != path);
    all.first().filter(|(old, _)| old.path == path || !change.head.contains(&old.path)).copied()
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
