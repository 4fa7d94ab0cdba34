//! Answers for the wire.
use pipeline::{Outcome, Scored};
use protocol::ranking::v1::{FoundTrack, SearchTracksResponse, TrackFeature};
use serving::wire;

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::profiles::RankProfile;
use crate::query::Query;
use crate::reasons::reasons;

/// The number of matches from which on they are not counted any more.
const MOST_COUNTED: usize = 10_000;

/// Makes an answer of what came of a ranking by a profile.
pub(crate) fn encode(
    outcome: &Outcome<Query, Candidate>,
    profile: &RankProfile,
    model_version: &str,
) -> SearchTracksResponse {
    let query = &outcome.query;
    SearchTracksResponse {
        request_id: query.request_id.clone(),
        items: outcome.ranked.iter().map(|scored| found(query, scored)).collect(),
        profile: profile.name.clone(),
        profile_version: profile.version.clone(),
        model_version: model_version.to_owned(),
        total_matches: wire::count(query.matches.get().copied().unwrap_or_default().min(MOST_COUNTED)),
        degraded: wire::degraded(outcome),
        removed: wire::removed(outcome),
        non_finite_scores: wire::non_finite(outcome),
        assignments: wire::assignments(&query.assigned),
    }
}

fn found(query: &Query, scored: &Scored<Candidate>) -> FoundTrack {
    let candidate = &scored.candidate;
    let shown = &candidate.entry.shown;
    let features = INPUTS.iter().filter(|_| query.with_features);
    FoundTrack {
        track_id: shown.track_id.clone(),
        score: scored.score(),
        stage_scores: wire::stage_scores(scored),
        reasons: reasons(query, candidate).into_iter().map(i32::from).collect(),
        title: shown.title.clone(),
        artist_name: shown.artist_name.clone(),
        album: shown.album.clone(),
        contributions: Vec::new(),
        features: features
            .map(|input| TrackFeature { name: input.name.to_owned(), value: (input.read)(query, candidate) })
            .collect(),
    }
}
