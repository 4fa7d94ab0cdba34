//! A track on a shelf that may be shown, and what is known about it.
use std::cmp::Ordering;
use std::sync::Arc;

use catalogue::Track;
use features::Key;
use reward::Belief;

/// What a shelf is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Put together by people.
    Editorial,
    /// Tracks of a genre.
    Genre,
    /// Tracks of an artist.
    Artist,
    /// Tracks that the viewer heard before.
    HeardAgain,
    /// Tracks that were released lately.
    NewReleases,
    /// Tracks that are played most.
    Popular,
}

/// A shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// Its identifier, unlike that of any other shelf of the page.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// The genre, or the artist's identifier, for shelves about one.
    pub subject: Option<String>,
}

/// A track on a shelf. Candidates are ordered by track, then by shelf.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The shelf.
    pub shelf: Arc<Shelf>,
    /// The track's identifier.
    pub track_id: String,
    /// Shelf and track in one, which no other candidate has.
    place: String,
    /// What is known about the track.
    pub track: Track,
    /// What is believed about its long-term reward; `None` as long as nobody has looked, or if looking failed.
    pub belief: Option<Belief>,
}

impl Shelf {
    /// A shelf that the service retrieves.
    pub fn retrieved(kind: Kind, subject: Option<&str>) -> Arc<Self> {
        let name = match kind {
            Kind::Editorial => "editorial",
            Kind::Genre => "genre",
            Kind::Artist => "artist",
            Kind::HeardAgain => "heard-again",
            Kind::NewReleases => "new-releases",
            Kind::Popular => "popular",
        };
        let id = subject.map_or_else(|| name.to_owned(), |subject| format!("{name}-{subject}"));
        Arc::new(Self { id, kind, subject: subject.map(str::to_owned) })
    }
}

impl Candidate {
    /// A candidate of whose track nothing is known yet.
    pub fn new(shelf: &Arc<Shelf>, track_id: impl Into<String>) -> Self {
        let track_id = track_id.into();
        let place = format!("{}/{track_id}", shelf.id);
        Self { shelf: shelf.clone(), track_id, place, track: Track::default(), belief: None }
    }

    /// The track's identifier.
    pub fn id(&self) -> &str {
        &self.track_id
    }

    /// Shelf and track in one.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The key of the track's record.
    pub fn key(&self) -> Key {
        Key::track(&self.track_id)
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.track_id.cmp(&other.track_id).then_with(|| self.shelf.id.cmp(&other.shelf.id))
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
    use super::*;

    #[test]
    fn candidates_stand_by_track_and_then_by_shelf() {
        let (jazz, popular) =
            (Shelf::retrieved(Kind::Genre, Some("jazz")), Shelf::retrieved(Kind::Popular, None));
        let mut list = [
            Candidate::new(&popular, "trk-1"),
            Candidate::new(&jazz, "trk-2"),
            Candidate::new(&jazz, "trk-1"),
        ];
        list.sort();
        let order = list.each_ref().map(Candidate::place);
        assert_eq!(order, ["genre-jazz/trk-1", "popular/trk-1", "genre-jazz/trk-2"]);
    }
}
