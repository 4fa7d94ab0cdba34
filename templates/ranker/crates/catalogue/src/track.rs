//! Features of a track, and what they say at a time.
use std::time::{Duration, SystemTime};

use features::{Feature, Record};

use crate::DAY;

/// The artist's identifier.
pub const ARTIST: Feature<String> = Feature::new("artist");
/// The genre, which is also the name of its shelf.
pub const GENRE: Feature<String> = Feature::new("genre");
/// Whether the track is marked as explicit.
pub const EXPLICIT: Feature<bool> = Feature::new("explicit");
/// The day of release, counted from 1970-01-01.
pub const RELEASED: Feature<f64> = Feature::new("released").within(-40_000.0, 100_000.0);
/// How driving the track sounds, 0 to 1.
pub const ENERGY: Feature<f64> = Feature::new("energy").within(0.0, 1.0);
/// Beats a minute.
pub const TEMPO: Feature<f64> = Feature::new("tempo").within(20.0, 300.0);
/// How cheerful the track sounds, 0 to 1.
pub const VALENCE: Feature<f64> = Feature::new("valence").within(0.0, 1.0);
/// Plays within the last seven days.
pub const PLAYS: Feature<f64> =
    Feature::new("plays").within(0.0, 1e12).fresh_for(Duration::from_secs(14 * DAY));
/// The share of plays that reached the end, 0 to 1.
pub const COMPLETION: Feature<f64> = Feature::new("completion").within(0.0, 1.0);
/// The share of plays that were skipped within the first ten seconds, 0 to 1.
pub const SKIPS: Feature<f64> = Feature::new("skips").within(0.0, 1.0);

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

impl Track {
    /// Reads a track's record as of the time `now`.
    pub fn read(record: &Record, now: SystemTime) -> Self {
        let days_now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / DAY;
        Self {
            artist: ARTIST.read(record, now),
            genre: GENRE.read(record, now),
            explicit: EXPLICIT.read(record, now),
            age_days: RELEASED.read(record, now).map(|day| (days_now as f64 - day).max(0.0)),
            energy: ENERGY.read(record, now),
            tempo: TEMPO.read(record, now),
            valence: VALENCE.read(record, now),
            plays: PLAYS.read(record, now),
            completion: COMPLETION.read(record, now),
            skips: SKIPS.read(record, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use features::Value;

    use super::*;

    #[test]
    fn a_release_in_the_future_is_new_and_not_older_than_new() {
        let record = Record::new(0, [("released".to_owned(), Value::Number(20_000.0))]);
        let read =
            |day: u64| Track::read(&record, SystemTime::UNIX_EPOCH + Duration::from_secs(day * DAY)).age_days;
        assert_eq!(read(20_010), Some(10.0));
        assert_eq!(read(19_990), Some(0.0));
    }

    #[test]
    fn plays_that_are_too_old_are_missing() {
        let record = Record::new(0, [("plays".to_owned(), Value::Number(5.0))]);
        let read =
            |day: u64| Track::read(&record, SystemTime::UNIX_EPOCH + Duration::from_secs(day * DAY)).plays;
        assert_eq!((read(14), read(15)), (Some(5.0), None));
    }
}
