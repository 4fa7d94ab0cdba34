//! How well the typed text fits.
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::Candidate;
use crate::query::Query;

/// How well the text fits a track, times `weight`: all that is left where the store and the model fail.
pub(crate) fn text_scorer(weight: f64) -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("text", move |_: &Query, candidate: &Candidate| weight * candidate.text)
}
