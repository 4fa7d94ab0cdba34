//! What many play is what many mean.
use catalogue::measures;
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::Candidate;
use crate::query::Query;

/// How popular a track is, times the `usual` weight, save where an experiment says otherwise. What nobody knows the plays of is
/// worth nothing here.
pub(crate) fn popularity_scorer(usual: f64) -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("popularity", move |query: &Query, candidate: &Candidate| {
        let weight = query.popularity_weight.unwrap_or(usual);
        weight * measures::popularity(candidate.track.plays).unwrap_or(0.0)
    })
}
