//! A track that may follow, and what is known about it.
use std::cmp::Ordering;

use catalogue::Track;
use features::Key;

/// How a candidate came to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The viewer put it into the queue.
    Viewer,
    /// The player continued the queue.
    Autoplay,
    /// The service retrieved it.
    Retrieved,
}

/// A track that may follow. Candidates are ordered by track identifier, then by origin, the viewer's own first.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The track's identifier.
    pub track_id: String,
    /// How it came to be a candidate.
    pub origin: Origin,
    /// What is known about the track.
    pub track: Track,
}

impl Candidate {
    /// A candidate of which nothing is known yet.
    pub fn new(track_id: impl Into<String>, origin: Origin) -> Self {
        Self { track_id: track_id.into(), origin, track: Track::default() }
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
        self.track_id.cmp(&other.track_id).then_with(|| self.origin.cmp(&other.origin))
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
    fn candidates_stand_by_track_and_the_viewers_own_choice_first() {
        let mut list = [
            Candidate::new("trk-2", Origin::Viewer),
            Candidate::new("trk-1", Origin::Retrieved),
            Candidate::new("trk-1", Origin::Viewer),
            Candidate::new("trk-10", Origin::Autoplay),
        ];
        list.sort();
        let order: Vec<_> = list.iter().map(|candidate| (candidate.id(), candidate.origin)).collect();
        assert_eq!(
            order,
            [
                ("trk-1", Origin::Viewer),
                ("trk-1", Origin::Retrieved),
                ("trk-10", Origin::Autoplay),
                ("trk-2", Origin::Viewer)
            ]
        );
    }
}
