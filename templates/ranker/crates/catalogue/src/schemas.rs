//! What the data is held to when it is read.
use features::{Entity, Schema};

use crate::{shelf, track, viewer};

/// The schemas of tracks, viewers and shelves.
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
