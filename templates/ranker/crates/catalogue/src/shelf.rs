//! Features of a shelf.
use features::Feature;

/// The shelf that is there for those of whom nothing is known.
pub const POPULAR: &str = "popular";
/// The tracks on the shelf.
pub const TRACKS: Feature<Vec<String>> = Feature::new("tracks");
