//! What a file says once for all that is promised in it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use service::Span;

use super::Profile;

/// The deadline of a call for which the file names none.
const DEADLINE: Duration = Duration::from_secs(1);

/// The terms of all promises of one file.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// The gRPC service with its package.
    pub(crate) service: String,
    /// Which service of the policy's `services` is asked.
    pub(crate) target: String,
    /// Which statuses count where gRPC and a library differ.
    pub(crate) profile: Profile,
    /// What holds for calls that do not say otherwise.
    pub(crate) defaults: Defaults,
}

/// What holds for calls that do not say otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Defaults {
    deadline: Option<Span>,
    metadata: BTreeMap<String, String>,
}

impl Terms {
    /// The full name of a method, as in `ranking.v1.NowPlaying/RankQueue`.
    pub(crate) fn method(&self, rpc: &str) -> String {
        format!("{}/{rpc}", self.service)
    }

    /// How long a call may take that has this deadline of its own.
    pub(crate) fn deadline(&self, own: Option<Span>) -> Duration {
        own.or(self.defaults.deadline).map_or(DEADLINE, |span| span.0)
    }

    /// The metadata of a call: the defaults, and what it sets itself.
    pub(crate) fn metadata(&self, own: &BTreeMap<String, String>) -> Vec<(String, String)> {
        let mut metadata = self.defaults.metadata.clone();
        metadata.extend(own.clone());
        metadata.into_iter().collect()
    }
}
