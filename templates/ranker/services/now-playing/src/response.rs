//! Answers for the wire.
use pipeline::Outcome;
use protocol::ranking::v1::RankQueueResponse;
use serving::wire;
use stages::Contribution;

use crate::candidate::Candidate;
use crate::query::Query;
use crate::reasons::reasons;

/// Makes an answer of what came of a ranking, and of what explains it.
pub(crate) fn encode(
    outcome: &Outcome<Query, Candidate>,
    explained: Vec<Vec<Contribution>>,
    model_version: &str,
) -> RankQueueResponse {
    let query = &outcome.query;
    let ranked = outcome.ranked.iter();
    let mut items: Vec<_> = ranked
        .map(|scored| wire::ranked_track(scored.candidate.id(), scored, reasons(query, scored)))
        .collect();
    wire::explain(&mut items, explained);
    RankQueueResponse {
        request_id: query.request_id.clone(),
        items,
        model_version: model_version.to_owned(),
        degraded: wire::degraded(outcome),
        removed: wire::removed(outcome),
        non_finite_scores: wire::non_finite(outcome),
        assignments: wire::assignments(&query.assigned),
    }
}
