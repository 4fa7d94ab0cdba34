//! The file of an approval.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Deltas, EMERGENCY_DAYS};
use crate::PolicyError;
use crate::today::parse_date;

/// The version of the format.
const VERSION: u32 = 1;

/// One finding that an approval accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Id of the rule.
    pub rule: String,
    /// See [`findings::Finding::fingerprint`].
    pub fingerprint: String,
    /// Digest of what the base has; empty where it has nothing.
    pub base: String,
    /// Digest of what head has; empty where it has nothing.
    pub head: String,
    /// What was found, for whoever reads the file.
    pub message: String,
    /// Where the finding is about many things, which of them are accepted; then these bind, and not the two digests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deltas: Option<Deltas>,
}

/// The file as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "gatefold-approval", deserialize_with = "version")]
    pub(super) version: u32,
    /// The root's path from the repository's, empty where they are the same: what was accepted in one workspace is
    /// accepted in no other, though it reads alike.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) workspace: String,
    pub(super) findings: Vec<Accepted>,
    #[serde(deserialize_with = "said")]
    pub(super) reason: String,
    #[serde(deserialize_with = "said")]
    pub(super) by: String,
    #[serde(deserialize_with = "date", serialize_with = "write_date")]
    pub(super) date: Date,
    #[serde(
        default,
        deserialize_with = "optional_date",
        serialize_with = "write_optional_date",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) until: Option<Date>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) emergency: bool,
}

impl File {
    pub(super) const VERSION: u32 = VERSION;
}

/// Reads the file and what must hold between its parts.
pub(super) fn read(path: &str, text: &str) -> Result<File, PolicyError> {
    let file: File = crate::yaml(path, text)?;
    let refuse = |message: &str| Err(PolicyError::new(path, format!("failed to read the file: {message}")));
    if file.findings.is_empty() {
        return refuse("it accepts no finding");
    }
    if !file.emergency {
        return Ok(file);
    }
    let last = file.date.saturating_add((EMERGENCY_DAYS - 1).days());
    match file.until {
        None => refuse("an emergency needs `until`"),
        Some(until) if until > last => {
            refuse(&format!("an emergency of {} ends on {last} at the latest", file.date))
        }
        Some(_) => Ok(file),
    }
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        VERSION => Ok(VERSION),
        other => Err(de::Error::custom(format_args!("the format {other} is not known, only {VERSION}"))),
    }
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() { Err(de::Error::custom("nothing is said here")) } else { Ok(text) }
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    let error = || de::Error::custom(format_args!("`{text}` is no date such as `2027-01-31`"));
    parse_date(&text).ok_or_else(error)
}

fn optional_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    date(deserializer).map(Some)
}

fn write_date<S: serde::Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

fn write_optional_date<S: serde::Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date),
        None => serializer.serialize_none(),
    }
}
