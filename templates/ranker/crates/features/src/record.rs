//! What is known about one thing.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::value::Value;

/// What is known about one thing, and since when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When the values were computed, in seconds since 1970, where [`times`](Self::times) says nothing else.
    pub at: u64,
    /// Values by feature name. A feature that is not here is missing.
    pub values: BTreeMap<String, Value>,
    /// When single values were computed, in seconds since 1970, by feature name.
    pub times: BTreeMap<String, u64>,
}

impl Record {
    /// Values that were all computed at the same time, in seconds since 1970.
    pub fn new(at: u64, values: impl Into<BTreeMap<String, Value>>) -> Self {
        Self { at, values: values.into(), times: BTreeMap::new() }
    }

    /// How old a feature's value is at a time; zero if it is from its future.
    pub fn age(&self, name: &str, now: SystemTime) -> Duration {
        let at = self.times.get(name).copied().unwrap_or(self.at);
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at));
        at.and_then(|at| now.duration_since(at).ok()).unwrap_or_default()
    }
}
