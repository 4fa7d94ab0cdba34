//! Answers for the wire.
use pipeline::{Outcome, Scored, StageError};
use protocol::ranking::v1::{
    Assignment, DegradeCause, DegradedStage, RankQueueResponse, RankedTrack, RemovedCandidates, StageScore,
};

use crate::candidate::Candidate;
use crate::query::Query;
use crate::reasons::reasons;

/// Makes an answer of what came of a ranking.
pub(crate) fn encode(outcome: &Outcome<Query, Candidate>, model_version: &str) -> RankQueueResponse {
    let query = &outcome.query;
    RankQueueResponse {
        request_id: query.request_id.clone(),
        items: outcome.ranked.iter().map(|scored| ranked(query, scored)).collect(),
        model_version: model_version.to_owned(),
        degraded: outcome
            .degraded
            .iter()
            .map(|degraded| DegradedStage {
                stage: degraded.stage.to_owned(),
                cause: cause(&degraded.error).into(),
            })
            .collect(),
        removed: outcome
            .removed_by
            .iter()
            .map(|removed| RemovedCandidates {
                stage: removed.stage.to_owned(),
                count: count(removed.candidates.len()),
            })
            .collect(),
        non_finite_scores: count(outcome.non_finite.len()),
        assignments: query
            .assigned
            .iter()
            .map(|assigned| Assignment { experiment: assigned.experiment.clone(), arm: assigned.arm.clone() })
            .collect(),
    }
}

fn ranked(query: &Query, scored: &Scored<Candidate>) -> RankedTrack {
    RankedTrack {
        track_id: scored.candidate.track_id.clone(),
        score: scored.score(),
        stage_scores: scored
            .parts()
            .iter()
            .map(|part| StageScore { stage: part.stage.to_owned(), score: part.score })
            .collect(),
        reasons: reasons(query, scored).into_iter().map(i32::from).collect(),
    }
}

fn cause(error: &StageError) -> DegradeCause {
    match error {
        StageError::Timeout => DegradeCause::Timeout,
        StageError::Dependency(_) => DegradeCause::Dependency,
        StageError::Length { .. } => DegradeCause::Length,
    }
}

/// Counts are bounded by the number of candidates, far below what the wire can carry.
fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
