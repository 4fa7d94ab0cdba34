//! A track that may follow, and what is known about it.
use std::cmp::Ordering;
use std::time::SystemTime;

use features::{Key, Record};

use crate::catalogue::track;

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

/// What is known about a track; what is missing is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Track {
    /// The artist's identifier.
    pub artist: Option<String>,
    /// The genre.
    pub genre: Option<String>,
    /// Whether it is marked as explicit.
    pub explicit: Option<bool>,
    /// Days since the release.
    pub age_days: Option<f64>,
    /// How driving it sounds, 0 to 1.
    pub energy: Option<f64>,
    /// Beats a minute.
    pub tempo: Option<f64>,
    /// How cheerful it sounds, 0 to 1.
    pub valence: Option<f64>,
    /// Plays within the last seven days.
    pub plays: Option<f64>,
    /// The share of plays that reached the end.
    pub completion: Option<f64>,
    /// The share of plays that were skipped.
    pub skips: Option<f64>,
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

impl Track {
    /// Reads a track's record as of the time `now`.
    pub fn read(record: &Record, now: SystemTime) -> Self {
        let days_now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400;
        Self {
            artist: track::ARTIST.read(record, now),
            genre: track::GENRE.read(record, now),
            explicit: track::EXPLICIT.read(record, now),
            age_days: track::RELEASED.read(record, now).map(|day| (days_now as f64 - day).max(0.0)),
            energy: track::ENERGY.read(record, now),
            tempo: track::TEMPO.read(record, now),
            valence: track::VALENCE.read(record, now),
            plays: track::PLAYS.read(record, now),
            completion: track::COMPLETION.read(record, now),
            skips: track::SKIPS.read(record, now),
        }
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
    use std::time::Duration;

    use features::Value;

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

    #[test]
    fn a_release_in_the_future_is_new_and_not_older_than_new() {
        let record = Record { at: 0, values: [("released".to_owned(), Value::Number(20_000.0))].into() };
        let read = |day: u64| {
            Track::read(&record, SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400)).age_days
        };
        assert_eq!(read(20_010), Some(10.0));
        assert_eq!(read(19_990), Some(0.0));
    }

    #[test]
    fn plays_that_are_too_old_are_missing() {
        let record = Record { at: 0, values: [("plays".to_owned(), Value::Number(5.0))].into() };
        let read =
            |day: u64| Track::read(&record, SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400)).plays;
        assert_eq!((read(14), read(15)), (Some(5.0), None));
    }
}
