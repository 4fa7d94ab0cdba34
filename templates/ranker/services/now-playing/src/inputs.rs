//! What the model is told: one definition of each number, for serving and for training.
//!
//! Only sums, products and quotients, so that the numbers are the same to the last bit on every machine.
use catalogue::measures::{affinity, distance, flag, novelty, popularity, same};
use stages::ModelInput;

use crate::candidate::{Candidate, Origin};
use crate::query::Query;

/// The inputs of the model, in the order of its signature.
pub static INPUTS: [ModelInput<Query, Candidate>; 14] = [
    input("popularity", |_, c| popularity(c.track.plays)),
    input("completion", |_, c| c.track.completion),
    input("skips", |_, c| c.track.skips),
    input("novelty", |_, c| novelty(c.track.age_days)),
    input("energy_distance", |q, c| distance(q.playing.energy, c.track.energy, 1.0)),
    input("tempo_distance", |q, c| distance(q.playing.tempo, c.track.tempo, 60.0)),
    input("valence_distance", |q, c| distance(q.playing.valence, c.track.valence, 1.0)),
    input("same_artist", |q, c| same(q.playing.artist.as_ref(), c.track.artist.as_ref())),
    input("same_genre", |q, c| same(q.playing.genre.as_ref(), c.track.genre.as_ref())),
    input("artist_affinity", |q, c| {
        affinity(q.profile.as_ref().map(|profile| &profile.artists), c.track.artist.as_ref())
    }),
    input("genre_affinity", |q, c| {
        affinity(q.profile.as_ref().map(|profile| &profile.genres), c.track.genre.as_ref())
    }),
    input("session_energy_distance", |q, c| distance(session_energy(q), c.track.energy, 1.0)),
    input("genre_skips", genre_skips),
    input("queued_by_viewer", |_, c| Some(flag(c.origin == Origin::Viewer))),
];

const fn input(
    name: &'static str,
    read: fn(&Query, &Candidate) -> Option<f64>,
) -> ModelInput<Query, Candidate> {
    ModelInput { name, read }
}

/// The mean energy of what the viewer heard in this session and did not skip.
fn session_energy(query: &Query) -> Option<f64> {
    let liked = query.session.iter().filter(|heard| !heard.skipped).filter_map(|heard| heard.track.energy);
    let (sum, count) = liked.fold((0.0, 0.0), |(sum, count), energy| (sum + energy, count + 1.0));
    if count > 0.0 { Some(sum / count) } else { None }
}

/// The share of the session's skipped tracks that are of the candidate's genre.
fn genre_skips(query: &Query, candidate: &Candidate) -> Option<f64> {
    let genre = candidate.track.genre.as_ref()?;
    let skipped = query.session.iter().filter(|heard| heard.skipped);
    let (of_genre, all) = skipped.fold((0.0, 0.0), |(of_genre, all), heard| {
        (of_genre + flag(heard.track.genre.as_ref() == Some(genre)), all + 1.0)
    });
    Some(if all > 0.0 { of_genre / all } else { 0.0 })
}
