//! Which units are in which arm: ranges of buckets, layers and salts.

use std::collections::BTreeMap;

use findings::{Finding, Location};

use super::file::{Arm, Experiment, ExperimentFile};
use super::{at, each};
use crate::rules::experiment_buckets_overlap::EXPERIMENT_BUCKETS_OVERLAP;
use crate::rules::experiment_out_of_range::EXPERIMENT_OUT_OF_RANGE;
use crate::rules::experiment_salt_shared::EXPERIMENT_SALT_SHARED;

/// Arms whose buckets do not exist.
pub(super) fn out_of_range(file: &ExperimentFile, experiment: &Experiment, buckets: u32) -> Vec<Finding> {
    let whole = 0..=i64::from(buckets);
    let is_wrong = |arm: &&Arm| {
        !whole.contains(&arm.buckets.start) || !whole.contains(&arm.buckets.end) || arm.buckets.is_empty()
    };
    let finding = |arm: &Arm| {
        let (from, to) = (arm.buckets.start, arm.buckets.end);
        let message = format!(
            "arm `{}` of `{}` has the buckets {from} to {to} of 0 to {buckets}",
            arm.name, experiment.name
        );
        Finding::new(&EXPERIMENT_OUT_OF_RANGE, at(&file.path, arm.at), message)
            .help(format!("write a range within 0 to {buckets}, its end behind its beginning"))
            .fact(&experiment.name)
            .fact(&arm.name)
    };
    experiment.arms.iter().filter(is_wrong).map(finding).collect()
}

/// A stretch of buckets with whose it is.
struct Stretch<'a> {
    file: &'a ExperimentFile,
    experiment: &'a Experiment,
    arm: &'a Arm,
}

/// Buckets that are in two arms, of one experiment or of two in one layer. Those of experiments that nobody is
/// assigned to are free.
pub(super) fn overlaps(files: &[ExperimentFile], buckets: u32, today: Option<&str>) -> Vec<Finding> {
    let mut layers: BTreeMap<(&str, &str), Vec<Stretch<'_>>> = BTreeMap::new();
    for (file, experiment) in each(files) {
        // The same experiment in two services is one.
        let stretches = layers.entry(layer(file, experiment)).or_default();
        let is_again = |known: &Stretch<'_>| {
            known.file.path != file.path && known.experiment.assignment() == experiment.assignment()
        };
        if !stretches.iter().any(is_again) {
            stretches.extend(experiment.arms.iter().map(|arm| Stretch { file, experiment, arm }));
        }
    }
    let mut findings = Vec::new();
    for (_, mut stretches) in layers {
        stretches.retain(|stretch| {
            stretch.arm.buckets.end <= i64::from(buckets) && !stretch.arm.buckets.is_empty()
        });
        stretches.sort_by_key(|stretch| (stretch.arm.buckets.start, stretch.arm.buckets.end));
        let mut open: Option<&Stretch<'_>> = None;
        for stretch in &stretches {
            let same = |other: &&Stretch<'_>| std::ptr::eq(other.experiment, stretch.experiment);
            let both_on =
                |other: &&Stretch<'_>| other.experiment.is_on(today) && stretch.experiment.is_on(today);
            if let Some(other) = open.filter(|other| other.arm.buckets.end > stretch.arm.buckets.start)
                && (same(&other) || both_on(&other))
            {
                findings.push(overlap(other, stretch));
            }
            // The one that reaches furthest is what the next may run into.
            let counts =
                stretch.experiment.is_on(today) || open.is_none_or(|open| !open.experiment.is_on(today));
            if counts
                && open.is_none_or(|open| {
                    open.arm.buckets.end < stretch.arm.buckets.end || !open.experiment.is_on(today)
                })
            {
                open = Some(stretch);
            }
        }
    }
    findings
}

/// Experiments of one layer share their units: those that name the same, or those of one file that have the same salt.
fn layer<'a>(file: &'a ExperimentFile, experiment: &'a Experiment) -> (&'a str, &'a str) {
    match &experiment.layer {
        Some(layer) => ("", layer),
        None => (&file.path, &experiment.salt),
    }
}

fn overlap(one: &Stretch<'_>, other: &Stretch<'_>) -> Finding {
    let from = other.arm.buckets.start;
    let to = one.arm.buckets.end.min(other.arm.buckets.end);
    let (first, second) = (&one.experiment.name, &other.experiment.name);
    let message = if std::ptr::eq(one.experiment, other.experiment) {
        format!(
            "arms `{}` and `{}` of `{second}` share the buckets {from} to {to}",
            one.arm.name, other.arm.name
        )
    } else {
        format!("`{second}` and `{first}` are in one layer and share the buckets {from} to {to}")
    };
    let place = one.arm.at.map_or(Location::file(&one.file.path), |(line, column)| {
        Location::point(&one.file.path, line, column)
    });
    Finding::new(&EXPERIMENT_BUCKETS_OVERLAP, at(&other.file.path, other.arm.at), message)
        .help("give each its own buckets, or another layer with another salt")
        .note_at(
            place,
            format!(
                "arm `{}` of `{first}` has {} to {}",
                one.arm.name, one.arm.buckets.start, one.arm.buckets.end
            ),
        )
        .fact(first)
        .fact(&one.arm.name)
        .fact(second)
        .fact(&other.arm.name)
}

/// Salts that deal the same units to experiments that know nothing of each other, and layers that are dealt by two.
pub(super) fn shared_salts(files: &[ExperimentFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut by_salt: BTreeMap<&str, (&ExperimentFile, &Experiment)> = BTreeMap::new();
    let mut by_layer: BTreeMap<&str, (&ExperimentFile, &Experiment)> = BTreeMap::new();
    for (file, experiment) in each(files) {
        let one = *by_salt.entry(&experiment.salt).or_insert((file, experiment));
        let together = match (&one.1.layer, &experiment.layer) {
            (Some(layer), Some(other)) => layer == other,
            (None, None) => one.0.path == file.path || one.1.assignment() == experiment.assignment(),
            _ => std::ptr::eq(one.1, experiment),
        };
        if !together {
            let message = format!(
                "`{}` has the salt of `{}`, so that a unit is in the same bucket of both",
                experiment.name, one.1.name
            );
            findings.push(shared(file, experiment, one, message, "give it a salt of its own"));
        }
        if let Some(layer) = &experiment.layer {
            let one = *by_layer.entry(layer).or_insert((file, experiment));
            if one.1.salt != experiment.salt {
                let message = format!(
                    "`{}` has another salt than `{}` of its layer `{layer}`, so that they do not exclude each other",
                    experiment.name, one.1.name
                );
                findings.push(shared(file, experiment, one, message, "give all of a layer one salt"));
            }
        }
    }
    findings
}

fn shared(
    file: &ExperimentFile,
    experiment: &Experiment,
    one: (&ExperimentFile, &Experiment),
    message: String,
    help: &str,
) -> Finding {
    Finding::new(&EXPERIMENT_SALT_SHARED, at(&file.path, experiment.salt_at), message)
        .help(help)
        .note_at(at(&one.0.path, one.1.salt_at), format!("`{}` has it here", one.1.name))
        .fact(&experiment.name)
        .fact(&one.1.name)
        .fact(&experiment.salt)
}
