//! A request as the stages see it, and what the service adds to it.
use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::SystemTime;

use catalogue::Profile;
use experiments::Assigned;
use stages::Asked;

/// A request, decoded and valid, with all that stages need to know about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The request's identifier.
    pub request_id: String,
    /// Who searches.
    pub viewer_id: String,
    /// Whether the request asks for nothing explicit.
    pub no_explicit: bool,
    /// The folded words of what was typed, each once.
    pub words: Vec<String>,
    /// The genres to which the answer is limited; none if it is not.
    pub genres: BTreeSet<String>,
    /// How many tracks to answer with at most.
    pub limit: usize,
    /// Whether to answer with features.
    pub with_features: bool,
    /// When the request came in, by the service's clock.
    pub now: SystemTime,
    /// The arms of the experiments that the viewer is in.
    pub assigned: Vec<Assigned>,
    /// What popularity is worth, where an experiment says so.
    pub popularity_weight: Option<f64>,
    /// Who searches; `None` as long as nobody has looked, or if looking failed.
    pub viewer: Option<Profile>,
    /// How many tracks fit, as the index says.
    pub matches: OnceLock<usize>,
}

impl Query {
    /// What the log of exposures says of it.
    pub fn asked(&self) -> Asked<'_> {
        Asked { request_id: &self.request_id, unit: &self.viewer_id, at: self.now, assigned: &self.assigned }
    }

    /// Whether nothing explicit may be ranked: by request, by profile, or because nobody knows the profile.
    pub fn restricted(&self) -> bool {
        self.no_explicit || self.viewer.as_ref().is_none_or(|viewer| viewer.restricted)
    }
}
