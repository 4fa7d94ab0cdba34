//! What is known about one thing.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::value::Value;

/// What is known about one thing, and since when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When the values were computed, in seconds since 1970.
    pub at: u64,
    /// Values by feature name. A feature that is not here is missing.
    pub values: BTreeMap<String, Value>,
}

impl Record {
    /// How old the values are at a time; zero if they are from its future.
    pub fn age(&self, now: SystemTime) -> Duration {
        let at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.at));
        at.and_then(|at| now.duration_since(at).ok()).unwrap_or_default()
    }
}
