//! What an answer shows of rows and scores, and in what that differs from the logged ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::log::{Logged, Number};
use crate::Replay;

/// What an answer shows of its items, by name.
pub(super) fn items(replay: &Replay, response: &Value) -> BTreeMap<String, Logged> {
    let mut items = BTreeMap::new();
    for item in replay.items.all(response) {
        let Some(id) = replay.id.one(item).map(text) else { continue };
        let pair = |feature: &Value| {
            Some((replay.feature.one(feature).map(text)?, Number::of(replay.value.one(feature)?)?))
        };
        let features = replay.features.as_ref().map(|path| path.all(item)).unwrap_or_default();
        let features = features.into_iter().filter_map(pair).collect();
        let score = replay.score.one(item).and_then(Number::of);
        items.entry(id).or_insert(Logged { features, score });
    }
    items
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Logged and given values of one feature.
type Column = Vec<(Option<Number>, Option<Number>)>;

/// How two runs over the same requests differ.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// One a number that differs: what is said of it.
    pub(super) told: Vec<String>,
    /// Logged and given values of features that differ somewhere, by name, over all rows.
    columns: BTreeMap<String, Column>,
    differing: BTreeSet<String>,
}

impl Differences {
    /// Adds what differs in one request. Scores count only where they are of the same model.
    pub(super) fn add(
        &mut self,
        logged: &BTreeMap<String, Logged>,
        given: &BTreeMap<String, Logged>,
        tolerance: f64,
        scores: bool,
    ) {
        for (id, was) in logged {
            let Some(is) = given.get(id) else {
                self.told.push(format!("`{id}` is not in the answer"));
                continue;
            };
            let names: BTreeSet<&String> = was.features.keys().chain(is.features.keys()).collect();
            for name in names {
                let (before, after) = (was.features.get(name).copied(), is.features.get(name).copied());
                self.columns.entry(name.clone()).or_default().push((before, after));
                let same = match (before, after) {
                    (Some(before), Some(after)) => after.is(before, tolerance),
                    // What was not logged is no promise: a feature more is the static tier's.
                    (None, _) => true,
                    (Some(_), None) => false,
                };
                if !same {
                    self.differing.insert(name.clone());
                    let after = after.map_or("not there".to_owned(), |after| after.to_string());
                    let before = before.map_or_else(String::new, |before| before.to_string());
                    self.told.push(format!("`{name}` of `{id}` is {after}, logged {before}"));
                }
            }
            let same = match (was.score, is.score) {
                (Some(before), Some(after)) => after.is(before, tolerance),
                (None, _) => true,
                (Some(_), None) => false,
            };
            if scores && !same {
                let after = is.score.map_or("not there".to_owned(), |after| after.to_string());
                let before = was.score.map_or_else(String::new, |before| before.to_string());
                self.told.push(format!("the score of `{id}` is {after}, logged {before}"));
            }
        }
    }

    /// Features that now have the values that were logged for others.
    pub(super) fn swapped(&self, tolerance: f64) -> Vec<String> {
        let takes = |one: &Column, other: &Column| {
            one.len() == other.len()
                && one.iter().zip(other).all(|((_, after), (before, _))| match (after, before) {
                    (Some(after), Some(before)) => after.is(*before, tolerance),
                    _ => false,
                })
        };
        let mut told = Vec::new();
        for name in &self.differing {
            let other = self
                .differing
                .iter()
                .find(|other| *other != name && takes(&self.columns[name], &self.columns[other.as_str()]));
            if let Some(other) = other {
                told.push(format!("`{name}` has the values that were logged for `{other}`"));
            }
        }
        told
    }
}
