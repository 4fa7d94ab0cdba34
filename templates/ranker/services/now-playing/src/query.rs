//! A request as the stages see it, and what the service adds to it.
use std::collections::BTreeSet;
use std::time::SystemTime;

use catalogue::{Profile, Track};
use experiments::Assigned;
use stages::Asked;

use crate::candidate::Candidate;

/// A request, decoded and valid, with all that stages need to know about it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The request's identifier.
    pub request_id: String,
    /// Who listens.
    pub viewer_id: String,
    /// Whether the request asks for nothing explicit.
    pub no_explicit: bool,
    /// The track that is playing.
    pub playing_id: String,
    /// The candidates of the request; empty if they are to be retrieved.
    pub queue: Vec<Candidate>,
    /// What was heard in this session, oldest first.
    pub session: Vec<SessionTrack>,
    /// How many tracks to answer with at most.
    pub limit: usize,
    /// When the request came in, by the service's clock.
    pub now: SystemTime,
    /// The arms of the experiments that the viewer is in.
    pub assigned: Vec<Assigned>,
    /// What a track loses for each better one of its artist.
    pub artist_penalty: f64,
    /// Tracks that must not come again: at first those of the request, then also those that the viewer has just heard.
    pub heard: BTreeSet<String>,
    /// Who listens; `None` as long as nobody has looked, or if looking failed.
    pub profile: Option<Profile>,
    /// What is known about the track that is playing.
    pub playing: Track,
}

/// A track heard earlier in the session.
#[derive(Debug, Clone, Default)]
pub struct SessionTrack {
    /// The track's identifier.
    pub track_id: String,
    /// Whether the viewer skipped it.
    pub skipped: bool,
    /// What is known about it.
    pub track: Track,
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
}
