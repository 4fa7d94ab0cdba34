//! Which files hold approved rankings, by the policy and by nothing else of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{both_forms, rankings};

/// The section `golden` as far as it says where approved rankings stand. For whoever answers while somebody types: a
/// whole [`Policy`](super::Policy) compiles every invariant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Recorded {
    corpora: BTreeMap<String, Place>,
}

/// Where a corpus keeps them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    service: String,
    rankings: Option<String>,
}

impl Recorded {
    /// Whether approved rankings of any corpus may stand at a path from the root, as JSON or as a snapshot of insta.
    pub fn at(&self, path: &str) -> bool {
        let places = self.corpora.iter().map(|(name, place)| {
            let service = if place.service.is_empty() { name } else { &place.service };
            rankings(service, place.rankings.as_deref())
        });
        places.flat_map(both_forms).any(|recording| recording == path)
    }
}
