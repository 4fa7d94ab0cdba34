//! Features of a shelf.
use features::Feature;

/// The shelf that is there for those of whom nothing is known.
pub const POPULAR: &str = "popular";
/// The shelf of what was released lately, the latest first.
pub const NEW: &str = "new";
/// The tracks on the shelf. A genre's shelf has the genre's name, an artist's the artist's identifier.
pub const TRACKS: Feature<Vec<String>> = Feature::new("tracks");
