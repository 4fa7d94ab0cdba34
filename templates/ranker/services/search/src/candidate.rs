//! A track that fits the text, and what is known about it.
use std::cmp::Ordering;
use std::sync::Arc;

use catalogue::Track;
use features::Key;

use crate::fit::Fit;
use crate::index::Entry;

/// A track that fits the text. Candidates are ordered by track identifier.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What it is called.
    pub entry: Arc<Entry>,
    /// How well the text fits, 0 to 1: see [`crate::fit::text_fit`].
    pub text: f64,
    /// Where the words of the text stand.
    pub fit: Fit,
    /// What is known about the track.
    pub track: Track,
}

impl Candidate {
    /// The track's identifier.
    pub fn id(&self) -> &str {
        &self.entry.shown.track_id
    }

    /// The key of the track's record.
    pub fn key(&self) -> Key {
        Key::track(self.id())
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id().cmp(other.id())
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
