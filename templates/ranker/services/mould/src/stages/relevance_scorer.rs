//! How well a track fits, as whoever retrieved it thinks.
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::Candidate;
use crate::parts_of_score::relevance;
use crate::query::Query;

/// The relevance of a track, as the caller gave it.
pub(crate) fn relevance_scorer() -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("relevance", |_: &Query, candidate: &Candidate| relevance(candidate).contribution)
}
