//! What many play is what many mean.
use catalogue::measures;

use crate::candidate::Candidate;
use crate::query::Query;

/// How popular a track is, times the `usual` weight, save where an experiment says otherwise. What nobody knows the plays of is
/// worth nothing here.
pub(crate) fn popularity(usual: f64, query: &Query, candidate: &Candidate) -> f64 {
    let weight = query.popularity_weight.unwrap_or(usual);
    weight * measures::popularity(candidate.track.plays).unwrap_or(0.0)
}
