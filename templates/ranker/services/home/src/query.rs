//! A request as the stages see it, and what the service adds to it.
use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use catalogue::Profile;
use experiments::Assigned;
use reward::Blend;
use stages::Asked;

use crate::candidate::Candidate;

/// A request, decoded and valid, with all that stages need to know about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The request's identifier.
    pub request_id: String,
    /// Who looks.
    pub viewer_id: String,
    /// Whether the request asks for nothing explicit.
    pub no_explicit: bool,
    /// The tracks on the request's shelves; empty if shelves are to be retrieved.
    pub given: Vec<Candidate>,
    /// Whether the request has shelves, be there tracks on them or not.
    pub has_shelves: bool,
    /// How many shelves to answer with at most.
    pub shelf_limit: usize,
    /// How many tracks to answer with on a shelf at most.
    pub item_limit: usize,
    /// When the request came in, by the service's clock.
    pub now: SystemTime,
    /// The arms of the experiments that the viewer is in.
    pub assigned: Vec<Assigned>,
    /// How the short term and the long term make one score.
    pub blend: Blend,
    /// What a track loses for each better one of its artist that is on the page.
    pub artist_penalty: f64,
    /// Who looks; `None` as long as nobody has looked it up, or if looking failed.
    pub profile: Option<Profile>,
    /// When the viewer last heard tracks, in seconds since 1970.
    pub history: BTreeMap<String, f64>,
    /// The tracks that the viewer has just heard.
    pub heard: BTreeSet<String>,
}

impl Query {
    /// What the log of exposures says of it.
    pub fn asked(&self) -> Asked<'_> {
        Asked { request_id: &self.request_id, unit: &self.viewer_id, at: self.now, assigned: &self.assigned }
    }

    /// Adds what is known about who looks.
    pub(crate) fn know(&mut self, profile: Profile, history: BTreeMap<String, f64>) {
        self.heard.clone_from(&profile.resting);
        self.profile = Some(profile);
        self.history = history;
    }

    /// Whether nothing explicit may be ranked: by request, by profile, or because nobody knows the profile.
    pub fn restricted(&self) -> bool {
        self.no_explicit || self.profile.as_ref().is_none_or(|profile| profile.restricted)
    }

    /// Days since the viewer last heard a track, if the viewer did; none if that is in the future.
    pub fn days_since_heard(&self, track_id: &str) -> Option<f64> {
        let now = self.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        Some(((now - self.history.get(track_id)?) / 86_400.0).max(0.0))
    }
}
