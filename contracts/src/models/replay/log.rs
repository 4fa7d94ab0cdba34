//! A replay set: logged requests, each with the rows that the model was told and the scores that it gave.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many requests a set may have.
const MAX_ROWS: usize = 10_000;

/// A replay set, as JSON lines: a head, then a request a line.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// SHA-256 of the artefact that gave the scores.
    pub(crate) sha256: String,
    pub(crate) rows: Vec<Row>,
}

/// One request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// Unique in the set.
    pub(crate) id: String,
    /// Proto JSON.
    pub(crate) request: Value,
    /// What the answer had of each item, by its name.
    pub(crate) items: BTreeMap<String, Logged>,
    /// Its line in the file, from 1.
    #[serde(skip)]
    pub(crate) line: u32,
}

/// What the answer had of an item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logged {
    /// What the model was told; empty where the answer does not show it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) features: BTreeMap<String, Number>,
    /// What the model gave; `None` for an item that it was not asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) score: Option<Number>,
}

/// A number of proto JSON, which writes `"NaN"` and `"Infinity"` as texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "gatefold.replay")]
    version: u32,
    sha256: String,
}

impl Log {
    /// Reads a set. The error names the line.
    pub(crate) fn read(text: &str) -> Result<Log, (u32, String)> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let (_, head) = lines.next().ok_or((1, "it is empty".to_owned()))?;
        let head: Head = serde_json::from_str(head).map_err(|error| (1, error.to_string()))?;
        if head.version != 1 {
            return Err((1, "only version 1 of the format is known".to_owned()));
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut ids = std::collections::BTreeSet::new();
        for (line, text) in lines {
            let mut row: Row = serde_json::from_str(text).map_err(|error| (line, error.to_string()))?;
            if !ids.insert(row.id.clone()) || row.id.contains('`') || row.id.chars().any(char::is_control) {
                return Err((
                    line,
                    format!("{:?} is no name of a request, or that of an earlier one", row.id),
                ));
            }
            if rows.len() >= MAX_ROWS {
                return Err((line, format!("it has more than {MAX_ROWS} requests")));
            }
            row.line = line;
            rows.push(row);
        }
        if rows.is_empty() {
            return Err((1, "it has no requests".to_owned()));
        }
        if !rows.iter().any(Row::compares) {
            return Err((1, "none of its requests has an item with a feature or a score".to_owned()));
        }
        Ok(Log { sha256: head.sha256, rows })
    }

    /// The file's text.
    pub(crate) fn text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(&Head { version: 1, sha256: self.sha256.clone() })?;
        text.push('\n');
        for row in &self.rows {
            text.push_str(&serde_json::to_string(row)?);
            text.push('\n');
        }
        Ok(text)
    }
}

impl Row {
    /// Whether a run over it compares a number.
    pub(crate) fn compares(&self) -> bool {
        self.items.values().any(|item| item.score.is_some() || !item.features.is_empty())
    }

    /// Whether it asks what another row asks and promises all that it does, within a tolerance as of [`Number::is`].
    pub(crate) fn promises(&self, other: &Row, tolerance: f64, scores: bool) -> bool {
        let same = |now: Option<&Number>, then: &Number| now.is_some_and(|now| now.is(*then, tolerance));
        self.request == other.request
            && other.items.iter().all(|(id, then)| {
                self.items.get(id).is_some_and(|now| {
                    (!scores || then.score.iter().all(|score| same(now.score.as_ref(), score)))
                        && then.features.iter().all(|(name, value)| same(now.features.get(name), value))
                })
            })
    }
}

impl Number {
    /// Reads a number of proto JSON.
    pub(crate) fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Number(number) => number.as_f64().map(Number),
            // 64-bit integers are texts, too.
            Value::String(text) => text.parse().ok().map(Number),
            Value::Bool(flag) => Some(Number(f64::from(u8::from(*flag)))),
            _ => None,
        }
    }

    /// Whether it is another one, within a tolerance that is a share of the logged number or absolute, whichever is more.
    pub(crate) fn is(self, logged: Number, tolerance: f64) -> bool {
        let (Number(given), Number(logged)) = (self, logged);
        given == logged
            || given.is_nan() && logged.is_nan()
            || (given - logged).abs() <= tolerance * logged.abs().max(1.0)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            number if number.is_nan() => serializer.serialize_str("NaN"),
            f64::INFINITY => serializer.serialize_str("Infinity"),
            f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            number => serializer.serialize_f64(number),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Number::of(&value).ok_or_else(|| serde::de::Error::custom(format_args!("{value} is no number")))
    }
}
