//! What a record is about.
use std::fmt;

/// A kind of thing that has features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A track of the catalogue.
    Track,
    /// A viewer.
    Viewer,
    /// A list of tracks that belong together, such as a genre.
    Shelf,
}

impl Entity {
    /// All kinds, in the order in which their files are read.
    pub const ALL: [Self; 3] = [Self::Track, Self::Viewer, Self::Shelf];

    /// The name of the file that holds its records.
    pub fn file(self) -> &'static str {
        match self {
            Self::Track => "tracks.jsonl",
            Self::Viewer => "viewers.jsonl",
            Self::Shelf => "shelves.jsonl",
        }
    }

    /// The name in keys and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Viewer => "viewer",
            Self::Shelf => "shelf",
        }
    }
}

/// The thing that a record is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What kind of thing.
    pub entity: Entity,
    /// Which one.
    pub id: String,
}

impl Key {
    /// The key of a track.
    pub fn track(id: impl Into<String>) -> Self {
        Self { entity: Entity::Track, id: id.into() }
    }

    /// The key of a viewer.
    pub fn viewer(id: impl Into<String>) -> Self {
        Self { entity: Entity::Viewer, id: id.into() }
    }

    /// The key of a shelf.
    pub fn shelf(id: impl Into<String>) -> Self {
        Self { entity: Entity::Shelf, id: id.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.entity.name(), self.id)
    }
}
