//! The features that the service reads, and the schemas that its data is held to.
use std::collections::BTreeMap;
use std::time::Duration;

use features::{Entity, Feature, Schema};

const DAY: u64 = 24 * 60 * 60;

/// Features of a track.
pub mod track {
    use super::{DAY, Duration, Feature};

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
}

/// Features of a viewer.
pub mod viewer {
    use super::{BTreeMap, Feature};

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
}

/// Features of a shelf.
pub mod shelf {
    use super::Feature;

    /// The shelf that is there for those of whom nothing is known.
    pub const POPULAR: &str = "popular";
    /// The tracks on the shelf.
    pub const TRACKS: Feature<Vec<String>> = Feature::new("tracks");
}

/// What the service's data is held to when it is read.
pub fn schemas() -> Vec<Schema> {
    vec![
        Schema {
            entity: Entity::Track,
            features: vec![
                track::ARTIST.declare(),
                track::GENRE.declare(),
                track::EXPLICIT.declare(),
                track::RELEASED.declare(),
                track::ENERGY.declare(),
                track::TEMPO.declare(),
                track::VALENCE.declare(),
                track::PLAYS.declare(),
                track::COMPLETION.declare(),
                track::SKIPS.declare(),
            ],
        },
        Schema {
            entity: Entity::Viewer,
            features: vec![
                viewer::SEGMENT.declare(),
                viewer::RESTRICTED.declare(),
                viewer::ARTISTS.declare(),
                viewer::GENRES.declare(),
                viewer::HEARD.declare(),
            ],
        },
        Schema { entity: Entity::Shelf, features: vec![shelf::TRACKS.declare()] },
    ]
}
