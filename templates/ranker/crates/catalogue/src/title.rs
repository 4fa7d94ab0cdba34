//! What a track is called, by the track's identifier: the texts that a full-text index is built of.
use features::{Entity, Feature, Schema};

/// The title of the track.
pub const TITLE: Feature<String> = Feature::new("title");
/// The name of the artist.
pub const ARTIST_NAME: Feature<String> = Feature::new("artist_name");
/// The title of the album.
pub const ALBUM: Feature<String> = Feature::new("album");

/// The schema of titles. It stands apart from the others, since no store serves titles.
pub fn schema() -> Schema {
    Schema { entity: Entity::Title, features: vec![TITLE.declare(), ARTIST_NAME.declare(), ALBUM.declare()] }
}
