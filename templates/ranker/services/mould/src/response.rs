//! Answers for the wire.
use pipeline::{Outcome, Scored};
use protocol::ranking::v1::{MouldRankResponse, Reason};
use serving::wire;
use stages::Contribution;

use crate::candidate::Candidate;
use crate::config::Own;
use crate::parts_of_score::{age, plays, relevance};
use crate::query::Query;

const POPULAR_PLAYS: f64 = 20_000.0;
const NEW_DAYS: f64 = 30.0;

/// Makes an answer of what came of a ranking.
pub(crate) fn encode(outcome: &Outcome<Query, Candidate>, own: Own) -> MouldRankResponse {
    let ranked = outcome.ranked.iter();
    let mut items: Vec<_> =
        ranked.map(|scored| wire::ranked_track(scored.candidate.id(), scored, reasons(scored))).collect();
    if outcome.query.explain {
        wire::explain(&mut items, outcome.ranked.iter().map(|scored| parts(own, &outcome.query, scored)));
    }
    MouldRankResponse {
        request_id: outcome.query.request_id.clone(),
        items,
        degraded: wire::degraded(outcome),
        removed: wire::removed(outcome),
        non_finite_scores: wire::non_finite(outcome),
        assignments: wire::assignments(&outcome.query.assigned),
    }
}

/// What each feature did to the score of a ranked track.
fn parts(own: Own, query: &Query, scored: &Scored<Candidate>) -> Vec<Contribution> {
    let candidate = &scored.candidate;
    vec![relevance(candidate), plays(own, candidate), age(query, candidate)]
}

/// What speaks for a ranked track, strongest first.
fn reasons(scored: &Scored<Candidate>) -> impl Iterator<Item = Reason> {
    let track = &scored.candidate.track;
    [
        (Reason::Popular, track.plays.is_some_and(|plays| plays >= POPULAR_PLAYS)),
        (Reason::NewRelease, track.age_days.is_some_and(|days| days <= NEW_DAYS)),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_a_track_is_said_and_nothing_of_what_nobody_knows() {
        let mut candidate = Candidate::new("t", 0.5);
        assert_eq!(reasons(&Scored::new(candidate.clone())).count(), 0);
        (candidate.track.plays, candidate.track.age_days) = (Some(POPULAR_PLAYS), Some(NEW_DAYS));
        let all: Vec<_> = reasons(&Scored::new(candidate)).collect();
        assert_eq!(all, [Reason::Popular, Reason::NewRelease]);
    }
}
