//! What is believed about the long-term reward, and what it is worth to find out more.
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::Candidate;
use crate::query::Query;

/// The mean of the belief and a capped bonus for its variance. Where nobody could look, no candidate has anything of it, so
/// that the short term decides.
pub(crate) fn reward_scorer() -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("reward", |query: &Query, candidate: &Candidate| {
        candidate.belief.as_ref().map_or(0.0, |belief| query.blend.long_term(belief))
    })
}
