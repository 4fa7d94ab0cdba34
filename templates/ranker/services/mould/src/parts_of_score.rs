//! What a score is made of: each feature by name, and what it adds.
use catalogue::measures::{novelty, popularity};
use stages::Contribution;

use crate::candidate::Candidate;
use crate::config::Own;
use crate::query::Query;

/// What the caller's relevance adds to a candidate's score.
pub(crate) fn relevance(candidate: &Candidate) -> Contribution {
    weighted("relevance", 1.0, Some(candidate.relevance))
}

/// What a candidate's plays add to its score.
pub(crate) fn plays(own: Own, candidate: &Candidate) -> Contribution {
    weighted("popularity", own.popularity, popularity(candidate.track.plays))
}

/// What a candidate's age adds to its score, where the query says so.
pub(crate) fn age(query: &Query, candidate: &Candidate) -> Contribution {
    weighted("novelty", query.novelty, novelty(candidate.track.age_days))
}

/// A score is a sum, so that without a feature it loses exactly what the feature adds. What is missing adds nothing.
fn weighted(feature: &'static str, weight: f64, value: Option<f64>) -> Contribution {
    let (missing, value) = (value.is_none(), value.unwrap_or(0.0));
    Contribution { feature, value, missing, contribution: weight * value }
}
