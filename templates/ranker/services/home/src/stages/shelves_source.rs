//! The shelves that are there for a viewer: favourite genres and artists, new and popular tracks.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use catalogue::{Profile, shelf};
use features::{FeatureStore, Key};
use pipeline::{OnFailure, Source, StageError};
use stages::{deal, read};

use crate::candidate::{Candidate, Kind, Shelf};
use crate::query::Query;

/// Genres with a shelf of their own at most.
const GENRES: usize = 4;
/// Artists with a shelf of their own at most.
const ARTISTS: usize = 3;
/// Tracks of a shelf that are looked at.
const TRACKS: usize = 60;

/// Fetches the tracks on the viewer's shelves, in one read. Of a long shelf each viewer is dealt another part each day.
/// Who likes nothing yet, or is not known, has the new and the popular tracks.
pub(crate) struct ShelvesSource {
    store: Arc<dyn FeatureStore>,
    seed: u64,
}

impl ShelvesSource {
    pub(crate) fn new(store: Arc<dyn FeatureStore>, seed: u64) -> Self {
        Self { store, seed }
    }
}

#[async_trait]
impl Source<Query, Candidate> for ShelvesSource {
    fn name(&self) -> &'static str {
        "shelves"
    }

    fn on_failure(&self) -> OnFailure {
        // What the viewer heard before is no page; the caller has something better to show.
        OnFailure::Fail
    }

    async fn fetch(&self, query: &Query, within: Duration) -> Result<Vec<Candidate>, StageError> {
        let shelves = shelves(query.profile.as_ref());
        let keys: Vec<_> = shelves.iter().map(|(_, name)| Key::shelf(name)).collect();
        let records = read(&*self.store, &keys, within).await?;
        let day = query.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400;
        let mut candidates = Vec::new();
        for ((shelf, _), record) in shelves.iter().zip(records.iter()) {
            let tracks = record.as_ref().and_then(|record| shelf::TRACKS.read(record, query.now));
            let dealt = deal(tracks.unwrap_or_default(), TRACKS, self.seed, &query.viewer_id, day);
            candidates.extend(dealt.into_iter().map(|track| Candidate::new(shelf, track)));
        }
        Ok(candidates)
    }
}

/// The shelves for a viewer, each with the name that its record has.
fn shelves(profile: Option<&Profile>) -> Vec<(Arc<Shelf>, String)> {
    let about = |kind, subjects: Vec<&String>| {
        let shelf = move |subject: &String| (Shelf::retrieved(kind, Some(subject)), subject.clone());
        subjects.into_iter().map(shelf).collect::<Vec<_>>()
    };
    let mut shelves = Vec::new();
    if let Some(profile) = profile {
        shelves.extend(about(Kind::Genre, favourites(&profile.genres, GENRES)));
        shelves.extend(about(Kind::Artist, favourites(&profile.artists, ARTISTS)));
    }
    for (kind, name) in [(Kind::NewReleases, shelf::NEW), (Kind::Popular, shelf::POPULAR)] {
        shelves.push((Shelf::retrieved(kind, None), name.to_owned()));
    }
    shelves
}

/// The names that weigh most; of names that weigh the same, the first.
fn favourites(weights: &BTreeMap<String, f64>, count: usize) -> Vec<&String> {
    let mut names: Vec<_> = weights.iter().filter(|(_, weight)| **weight > 0.0).collect();
    names.sort_by(|one, other| other.1.total_cmp(one.1).then_with(|| one.0.cmp(other.0)));
    names.into_iter().take(count).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(profile: Option<&Profile>) -> Vec<String> {
        shelves(profile).into_iter().map(|(shelf, _)| shelf.id.clone()).collect()
    }

    #[test]
    fn whoever_is_not_known_has_what_is_new_and_what_is_popular() {
        assert_eq!(ids(None), ["new-releases", "popular"]);
        assert_eq!(ids(Some(&Profile::default())), ["new-releases", "popular"]);
    }

    #[test]
    fn the_favourite_genres_and_artists_have_shelves_of_their_own() {
        let weights =
            |list: &[(&str, f64)]| list.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
        let profile = Profile {
            genres: weights(&[
                ("folk", 0.4),
                ("jazz", 0.9),
                ("soul", 0.4),
                ("pop", 0.5),
                ("indie", 0.4),
                ("metal", 0.0),
            ]),
            artists: weights(&[("art-1", 0.2), ("art-2", 0.0)]),
            ..Profile::default()
        };
        assert_eq!(
            ids(Some(&profile)),
            [
                "genre-jazz",
                "genre-pop",
                "genre-folk",
                "genre-indie",
                "artist-art-1",
                "new-releases",
                "popular"
            ]
        );
    }
}
