//! What speaks for a track beside the text, for people.
use protocol::ranking::v1::Reason;

use crate::candidate::Candidate;
use crate::query::Query;

const LIKED: f64 = 0.5;
const POPULAR_PLAYS: f64 = 20_000.0;
const NEW_DAYS: f64 = 30.0;

/// What speaks for a found track, strongest first.
pub(crate) fn reasons(query: &Query, candidate: &Candidate) -> Vec<Reason> {
    let (track, viewer) = (&candidate.track, query.viewer.as_ref());
    let likes = |weight: Option<f64>| weight.is_some_and(|weight| weight >= LIKED);
    let artist = || viewer?.artists.get(track.artist.as_ref()?).copied();
    let genre = || viewer?.genres.get(track.genre.as_ref()?).copied();
    [
        (Reason::FavouriteArtist, likes(artist())),
        (Reason::FavouriteGenre, likes(genre())),
        (Reason::Popular, track.plays.is_some_and(|plays| plays >= POPULAR_PLAYS)),
        (Reason::NewRelease, track.age_days.is_some_and(|days| days <= NEW_DAYS)),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
    .collect()
}
