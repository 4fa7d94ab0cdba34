//! A request as the stages see it, and what the service adds to it.
use std::collections::BTreeSet;
use std::time::SystemTime;

use catalogue::Profile;
use experiments::Assigned;
use stages::Asked;

use crate::candidate::Candidate;

/// A request, decoded and valid, with all that stages need to know about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The request's identifier.
    pub request_id: String,
    /// For whom.
    pub viewer_id: String,
    /// Whether the request asks for nothing explicit.
    pub no_explicit: bool,
    /// The candidates of the request.
    pub candidates: Vec<Candidate>,
    /// How many tracks to answer with at most.
    pub limit: usize,
    /// Whether to answer with what each feature did to a score.
    pub explain: bool,
    /// When the request came in, by the service's clock.
    pub now: SystemTime,
    /// The arms of the experiments that the viewer is in.
    pub assigned: Vec<Assigned>,
    /// What a track that is released today gains.
    pub novelty: f64,
    /// For whom; `None` as long as nobody has looked, or if looking failed.
    pub profile: Option<Profile>,
}

impl Query {
    /// What the log of exposures says of it.
    pub fn asked(&self) -> Asked<'_> {
        Asked { request_id: &self.request_id, unit: &self.viewer_id, at: self.now, assigned: &self.assigned }
    }

    /// Whether nothing explicit may be ranked: by request, by profile, or because nobody knows the profile.
    pub fn restricted(&self) -> bool {
        self.no_explicit || self.profile.as_ref().is_none_or(|profile| profile.restricted)
    }

    /// The tracks that the viewer has just heard.
    pub fn heard(&self) -> &BTreeSet<String> {
        static NOTHING: BTreeSet<String> = BTreeSet::new();
        self.profile.as_ref().map_or(&NOTHING, |profile| &profile.resting)
    }
}
