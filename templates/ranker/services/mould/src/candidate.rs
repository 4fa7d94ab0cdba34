//! A track to rank, and what is known about it.
use std::cmp::Ordering;

use catalogue::Track;
use features::Key;

/// A track to rank. Candidates are ordered by track identifier, then by relevance, the highest first.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The track's identifier.
    pub track_id: String,
    /// How well it fits, 0 to 1.
    pub relevance: f64,
    /// What is known about the track.
    pub track: Track,
}

impl Candidate {
    /// A candidate of which nothing is known yet.
    pub fn new(track_id: impl Into<String>, relevance: f64) -> Self {
        Self { track_id: track_id.into(), relevance, track: Track::default() }
    }

    /// The track's identifier.
    pub fn id(&self) -> &str {
        &self.track_id
    }

    /// The key of the track's record.
    pub fn key(&self) -> Key {
        Key::track(&self.track_id)
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.track_id.cmp(&other.track_id).then_with(|| other.relevance.total_cmp(&self.relevance))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_stand_by_track_and_the_most_relevant_first() {
        let mut list = [("b", 0.1), ("a", 0.2), ("b", 0.9), ("a", 0.2)].map(|(id, r)| Candidate::new(id, r));
        list.sort();
        let order = list.each_ref().map(|candidate| (candidate.id(), candidate.relevance));
        assert_eq!(order, [("a", 0.2), ("a", 0.2), ("b", 0.9), ("b", 0.1)]);
    }
}
