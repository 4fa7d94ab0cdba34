//! What the model is told: one definition of each number, for serving and for training.
use catalogue::measures::{affinity, flag, novelty, popularity};
use stages::ModelInput;

use crate::candidate::{Candidate, Kind};
use crate::query::Query;

/// The inputs of the model, in the order of its signature.
pub static INPUTS: [ModelInput<Query, Candidate>; 11] = [
    input("popularity", |_, c| popularity(c.track.plays)),
    input("completion", |_, c| c.track.completion),
    input("skips", |_, c| c.track.skips),
    input("novelty", |_, c| novelty(c.track.age_days)),
    input("energy", |_, c| c.track.energy),
    input("valence", |_, c| c.track.valence),
    input("artist_affinity", |q, c| {
        affinity(q.profile.as_ref().map(|profile| &profile.artists), c.track.artist.as_ref())
    }),
    input("genre_affinity", |q, c| {
        affinity(q.profile.as_ref().map(|profile| &profile.genres), c.track.genre.as_ref())
    }),
    input("familiarity", familiarity),
    input("shelf_affinity", shelf_affinity),
    input("chosen_by_people", |_, c| Some(flag(c.shelf.kind == Kind::Editorial))),
];

const fn input(
    name: &'static str,
    read: fn(&Query, &Candidate) -> Option<f64>,
) -> ModelInput<Query, Candidate> {
    ModelInput { name, read }
}

/// How lately the viewer heard the track: 1 just now, half of it a day ago, 0 never.
fn familiarity(query: &Query, candidate: &Candidate) -> Option<f64> {
    query.profile.as_ref()?;
    Some(query.days_since_heard(&candidate.track_id).map_or(0.0, |days| 1.0 / (1.0 + days)))
}

/// How much the viewer likes what the shelf is about; missing for shelves that are about no genre and no artist.
fn shelf_affinity(query: &Query, candidate: &Candidate) -> Option<f64> {
    let profile = query.profile.as_ref()?;
    let weights = match candidate.shelf.kind {
        Kind::Genre => &profile.genres,
        Kind::Artist => &profile.artists,
        Kind::Editorial | Kind::HeardAgain | Kind::NewReleases | Kind::Popular => return None,
    };
    affinity(Some(weights), candidate.shelf.subject.as_ref())
}
