//! Answers for the wire.
use pipeline::{Outcome, Scored};
use protocol::ranking::v1::{RankShelvesResponse, RankedShelf, ShelfKind};
use serving::wire;

use crate::candidate::{Candidate, Kind};
use crate::query::Query;
use crate::reasons::reasons;
use crate::stages::worth;

/// Makes an answer of what came of a ranking.
pub(crate) fn encode(outcome: &Outcome<Query, Candidate>, model_version: &str) -> RankShelvesResponse {
    let query = &outcome.query;
    let shelves = outcome.ranked.chunk_by(|one, other| one.candidate.shelf.id == other.candidate.shelf.id);
    RankShelvesResponse {
        request_id: query.request_id.clone(),
        shelves: shelves.filter_map(|items| shelf(query, items)).collect(),
        model_version: model_version.to_owned(),
        degraded: wire::degraded(outcome),
        removed: wire::removed(outcome),
        non_finite_scores: wire::non_finite(outcome),
        assignments: wire::assignments(&query.assigned),
    }
}

fn shelf(query: &Query, items: &[Scored<Candidate>]) -> Option<RankedShelf> {
    let shelf = &items.first()?.candidate.shelf;
    Some(RankedShelf {
        shelf_id: shelf.id.clone(),
        kind: kind(shelf.kind).into(),
        subject: shelf.subject.clone().unwrap_or_default(),
        score: worth(items.iter().map(Scored::score)),
        items: items
            .iter()
            .map(|scored| {
                let candidate = &scored.candidate;
                wire::ranked_track(candidate.id(), scored, reasons(query, candidate))
            })
            .collect(),
    })
}

fn kind(kind: Kind) -> ShelfKind {
    match kind {
        Kind::Editorial => ShelfKind::Editorial,
        Kind::Genre => ShelfKind::Genre,
        Kind::Artist => ShelfKind::Artist,
        Kind::HeardAgain => ShelfKind::HeardAgain,
        Kind::NewReleases => ShelfKind::NewReleases,
        Kind::Popular => ShelfKind::Popular,
    }
}
