//! What the model is told: one definition of each number, for serving and for training.
//!
//! Only sums, products and quotients, so that the numbers are the same to the last bit on every machine.
use catalogue::measures::{affinity, novelty, popularity};
use stages::ModelInput;

use crate::candidate::Candidate;
use crate::query::Query;

/// The inputs of the model, in the order of its signature.
pub static INPUTS: [ModelInput<Query, Candidate>; 12] = [
    input("text", |_, c| Some(c.text)),
    input("title_share", |_, c| Some(c.fit.title)),
    input("artist_share", |_, c| Some(c.fit.artist)),
    input("whole_title", |_, c| Some(c.fit.whole_title)),
    input("title_rest", |_, c| Some(c.fit.title_rest)),
    input("other_version", |_, c| Some(c.fit.other_version)),
    input("popularity", |_, c| popularity(c.track.plays)),
    input("completion", |_, c| c.track.completion),
    input("skips", |_, c| c.track.skips),
    input("novelty", |_, c| novelty(c.track.age_days)),
    input("artist_affinity", |q, c| affinity(q.viewer.as_ref().map(|v| &v.artists), c.track.artist.as_ref())),
    input("genre_affinity", |q, c| affinity(q.viewer.as_ref().map(|v| &v.genres), c.track.genre.as_ref())),
];

const fn input(
    name: &'static str,
    read: fn(&Query, &Candidate) -> Option<f64>,
) -> ModelInput<Query, Candidate> {
    ModelInput { name, read }
}
