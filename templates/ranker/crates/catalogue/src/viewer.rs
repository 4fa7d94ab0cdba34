//! Features of a viewer, and what they say at a time.
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use features::{Feature, Record};

/// The segment that the viewer counts to, for reports only.
pub const SEGMENT: Feature<String> = Feature::new("segment");
/// Whether the viewer must not be shown what is explicit.
pub const RESTRICTED: Feature<bool> = Feature::new("restricted");
/// How much the viewer likes artists, 0 to 1 each.
pub const ARTISTS: Feature<BTreeMap<String, f64>> = Feature::new("artists").within(0.0, 1.0);
/// How much the viewer likes genres, 0 to 1 each.
pub const GENRES: Feature<BTreeMap<String, f64>> = Feature::new("genres").within(0.0, 1.0);
/// When the viewer last heard tracks, in seconds since 1970.
pub const HEARD: Feature<BTreeMap<String, f64>> = Feature::new("heard").within(0.0, 1e11);

/// For how long a track that was heard does not come again.
const REST: Duration = Duration::from_secs(6 * 60 * 60);

/// What is known about a viewer. A viewer without a record has a profile without anything in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// Whether the viewer must not be shown what is explicit.
    pub restricted: bool,
    /// How much the viewer likes artists, 0 to 1 each.
    pub artists: BTreeMap<String, f64>,
    /// How much the viewer likes genres, 0 to 1 each.
    pub genres: BTreeMap<String, f64>,
    /// The tracks that the viewer heard within the last six hours.
    pub resting: BTreeSet<String>,
}

impl Profile {
    /// Reads a viewer's record as of the time `now`.
    pub fn read(record: &Record, now: SystemTime) -> Self {
        Self {
            restricted: RESTRICTED.read(record, now).unwrap_or(false),
            artists: ARTISTS.read(record, now).unwrap_or_default(),
            genres: GENRES.read(record, now).unwrap_or_default(),
            resting: resting(&HEARD.read(record, now).unwrap_or_default(), now),
        }
    }

    /// The genre that the viewer likes best; of several the first by name.
    pub fn favourite_genre(&self) -> Option<&str> {
        let best =
            self.genres.iter().min_by(|one, other| other.1.total_cmp(one.1).then_with(|| one.0.cmp(other.0)));
        best.map(|(genre, _)| genre.as_str())
    }
}

/// The tracks that were heard within [`REST`] before `now`.
fn resting(last_heard: &BTreeMap<String, f64>, now: SystemTime) -> BTreeSet<String> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let rests = |at: f64| (0.0..=REST.as_secs_f64()).contains(&(now - at));
    last_heard.iter().filter(|(_, at)| rests(**at)).map(|(track, _)| track.clone()).collect()
}

#[cfg(test)]
mod tests {
    use features::Value;

    use super::*;

    #[test]
    fn what_was_heard_rests_for_six_hours() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(100_000);
        let last_heard = [("now", 100_000.0), ("six", 78_400.0), ("longer", 78_399.0), ("future", 100_001.0)]
            .map(|(track, at)| (track.to_owned(), at));
        let record = Record::new(0, [("heard".to_owned(), Value::Weights(last_heard.into()))]);
        let profile = Profile::read(&record, now);
        assert_eq!(profile.resting.iter().map(String::as_str).collect::<Vec<_>>(), ["now", "six"]);
    }

    #[test]
    fn of_genres_that_are_liked_alike_the_first_by_name_is_the_favourite() {
        let genres = |weights: &[(&str, f64)]| Profile {
            genres: weights.iter().map(|(genre, weight)| ((*genre).to_owned(), *weight)).collect(),
            ..Profile::default()
        };
        assert_eq!(genres(&[]).favourite_genre(), None);
        assert_eq!(
            genres(&[("folk", 0.5), ("jazz", 0.9), ("ambient", 0.9)]).favourite_genre(),
            Some("ambient")
        );
    }
}
