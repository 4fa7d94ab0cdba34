//! What a replay set says without a service: whether it is of this model, has what the base has of it, and is within the
//! ranges of training.

use std::collections::BTreeMap;

use findings::{Finding, Location};
use source::Tree;

use super::log::{Log, Row};
use crate::Replay;
use crate::models::subject::{Subject, unreadable};
use crate::rules::feature_out_of_range::FEATURE_OUT_OF_RANGE;
use crate::rules::replay_shortened::REPLAY_SHORTENED;
use crate::rules::stale_replay::STALE_REPLAY;

/// Looks at the replay sets of a model.
pub(crate) fn check(subject: &Subject<'_>, tree: &Tree) -> Vec<Finding> {
    subject.model.replay.iter().flat_map(|replay| check_set(subject, tree, &replay.file)).collect()
}

fn check_set(subject: &Subject<'_>, tree: &Tree, file: &str) -> Vec<Finding> {
    let unread = |place: Option<Location>, fault: &str| vec![unreadable(subject.name, place, fault)];
    if !tree.contains(file) {
        return unread(None, &format!("its replay set `{file}` is not there"));
    }
    let log = match tree.text(file) {
        Ok(text) => Log::read(&text),
        Err(error) => return unread(Some(Location::file(file)), &error.to_string()),
    };
    let log = match log {
        Ok(log) => log,
        Err((line, fault)) => {
            let place = Location::point(file, line, 1);
            return unread(Some(place), &format!("its replay set cannot be read: {fault}"));
        }
    };
    let mut findings = out_of_range(subject, file, &log);
    if subject.digest().is_some_and(|digest| digest != log.sha256) {
        findings.push(
            Finding::new(
                &STALE_REPLAY,
                Location::point(file, 1, 1),
                format!("the replay set of `{}` was recorded with another model", subject.name),
            )
            .help(format!("run `cargo xtask contracts record {}`", subject.name))
            .fact(subject.name),
        );
    }
    findings
}

/// The replay sets of a model that is the base's, which do not have all of the rows that they have there, or ask or promise
/// something else in one. One that head does not have, or that cannot be read, is found otherwise.
pub(crate) fn shortened(subject: &Subject<'_>, base: &Tree, head: &Tree) -> Vec<Finding> {
    let read = |tree: &Tree, file: &str| Log::read(&tree.text(file).ok()?).ok();
    let of_set = |replay: &Replay| {
        let file = &replay.file;
        let (was, is) = (read(base, file)?, read(head, file)?);
        // Scores of another model may become those of this one.
        let scores = was.sha256 == is.sha256;
        let kept: BTreeMap<&str, &Row> = is.rows.iter().map(|row| (row.id.as_str(), row)).collect();
        let gone: Vec<&Row> = was.rows.iter().filter(|row| !kept.contains_key(row.id.as_str())).collect();
        let changed: Vec<&Row> = was
            .rows
            .iter()
            .filter(|row| {
                kept.get(row.id.as_str()).is_some_and(|is| !is.promises(row, replay.tolerance, scores))
            })
            .collect();
        let (first, those, what) = match (gone.first(), changed.first()) {
            (Some(first), _) => (first, gone.len(), if gone.len() == 1 { "is gone" } else { "are gone" }),
            (None, Some(first)) if changed.len() == 1 => (first, 1, "promises something else"),
            (None, Some(first)) => (first, changed.len(), "promise something else"),
            (None, None) => return None,
        };
        let (all, name) = (was.rows.len(), subject.name);
        let message =
            format!("{those} of {all} logged requests to `{name}` {what}, the first of them `{}`", first.id);
        Some(
            Finding::new(&REPLAY_SHORTENED, Location::file(file), message)
                .help("leave the rows as they are and add others, or have the change approved")
                .fact(name)
                .judged(base.read(file).unwrap_or_default(), head.read(file).unwrap_or_default()),
        )
    };
    subject.model.replay.iter().filter_map(of_set).collect()
}

/// The logged values of a feature.
#[derive(Default)]
struct Seen {
    all: u64,
    /// Those outside of training's range.
    outside: u64,
    /// The first of these, and its line.
    first: Option<(f64, u32)>,
}

/// Logged values that training did not see, one finding a feature.
fn out_of_range(subject: &Subject<'_>, file: &str, log: &Log) -> Vec<Finding> {
    let Some(said) = subject.said() else { return Vec::new() };
    let ranges = said.features.iter().filter_map(|feature| Some((feature.name.as_str(), feature.range?)));
    let ranges: BTreeMap<&str, (f64, f64)> = ranges.collect();
    let mut seen: BTreeMap<&str, Seen> = BTreeMap::new();
    for row in &log.rows {
        for (name, value) in row.items.values().flat_map(|item| &item.features) {
            let Some((name, (least, most))) = ranges.get_key_value(name.as_str()) else { continue };
            let seen = seen.entry(name).or_default();
            seen.all += 1;
            // What stands for a missing value is no value of training.
            let missing = value.0.is_nan()
                || subject
                    .signature
                    .as_ref()
                    .and_then(|signature| signature.missing(name))
                    .is_some_and(|(missing, _)| missing as f32 == value.0 as f32);
            // Values went through `f32`.
            let slack = f64::from(f32::EPSILON) * least.abs().max(most.abs());
            if !missing && !(least - slack..=most + slack).contains(&value.0) {
                seen.outside += 1;
                seen.first.get_or_insert((value.0, row.line));
            }
        }
    }
    let finding = |(name, Seen { all, outside, first }): (&str, Seen)| {
        let (value, line) = first?;
        let (least, most) = ranges[name];
        Some(
            Finding::new(
                &FEATURE_OUT_OF_RANGE,
                Location::point(file, line, 1),
                format!(
                    "{outside} of {all} values of `{name}` are outside of training's {least} to {most}, such as {value}"
                ),
            )
            .help("look for another unit or transform than in training")
            .fact(subject.name)
            .fact(name),
        )
    };
    seen.into_iter().filter_map(finding).collect()
}
