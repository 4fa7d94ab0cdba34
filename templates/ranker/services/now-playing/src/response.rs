//! Answers for the wire.
use pipeline::Outcome;
use protocol::ranking::v1::RankQueueResponse;
use serving::wire;

use crate::candidate::Candidate;
use crate::query::Query;
use crate::reasons::reasons;

/// Makes an answer of what came of a ranking.
pub(crate) fn encode(outcome: &Outcome<Query, Candidate>, model_version: &str) -> RankQueueResponse {
    let query = &outcome.query;
    let ranked = outcome.ranked.iter();
    RankQueueResponse {
        request_id: query.request_id.clone(),
        items: ranked
            .map(|scored| wire::ranked_track(scored.candidate.id(), scored, reasons(query, scored)))
            .collect(),
        model_version: model_version.to_owned(),
        degraded: wire::degraded(outcome),
        removed: wire::removed(outcome),
        non_finite_scores: wire::non_finite(outcome),
        assignments: wire::assignments(&query.assigned),
    }
}
