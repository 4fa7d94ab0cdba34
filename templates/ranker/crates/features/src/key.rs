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
    /// What a track is called; only a full-text index asks for it.
    Title,
    /// What is believed about the long-term reward of a track; its identifier is the track's.
    Belief,
}

impl Entity {
    /// All kinds, in the order in which their files are read.
    pub const ALL: [Self; 5] = [Self::Track, Self::Viewer, Self::Shelf, Self::Title, Self::Belief];

    /// The name of the file that holds its records.
    pub fn file(self) -> &'static str {
        match self {
            Self::Track => "tracks.jsonl",
            Self::Viewer => "viewers.jsonl",
            Self::Shelf => "shelves.jsonl",
            Self::Title => "titles.jsonl",
            Self::Belief => "beliefs.jsonl",
        }
    }

    /// The name in keys and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Viewer => "viewer",
            Self::Shelf => "shelf",
            Self::Title => "title",
            Self::Belief => "belief",
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

    /// The key of what is believed about a track.
    pub fn belief(track_id: impl Into<String>) -> Self {
        Self { entity: Entity::Belief, id: track_id.into() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.entity.name(), self.id)
    }
}
