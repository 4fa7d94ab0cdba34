//! What came of a ranking, in the messages that all answers share.
use experiments::Assigned;
use pipeline::{Outcome, Scored, StageError};
use protocol::ranking::v1::{
    Assignment, DegradeCause, DegradedStage, FeatureContribution, RankedTrack, Reason, RemovedCandidates,
    StageScore,
};
use stages::Contribution;

/// A track at its place in the answer.
pub fn ranked_track<C>(
    track_id: &str,
    scored: &Scored<C>,
    reasons: impl IntoIterator<Item = Reason>,
) -> RankedTrack {
    RankedTrack {
        track_id: track_id.to_owned(),
        score: scored.score(),
        stage_scores: stage_scores(scored),
        reasons: reasons.into_iter().map(i32::from).collect(),
        features: Vec::new(),
    }
}

/// Puts what explains them into the tracks of an answer, of which there may be none.
pub fn explain<'a>(
    items: impl IntoIterator<Item = &'a mut RankedTrack>,
    explained: impl IntoIterator<Item = Vec<Contribution>>,
) {
    for (item, contributions) in items.into_iter().zip(explained) {
        item.features = contributions.into_iter().map(feature).collect();
    }
}

/// What one feature did to a score.
pub fn feature(of: Contribution) -> FeatureContribution {
    let Contribution { feature, value, missing, contribution } = of;
    FeatureContribution { feature: feature.to_owned(), value, missing, contribution }
}

/// What each stage added to a score, in pipeline order.
pub fn stage_scores<C>(scored: &Scored<C>) -> Vec<StageScore> {
    let parts = scored.parts().iter();
    parts.map(|part| StageScore { stage: part.stage.to_owned(), score: part.score }).collect()
}

/// The stages that were done without, in pipeline order.
pub fn degraded<Q, C>(outcome: &Outcome<Q, C>) -> Vec<DegradedStage> {
    let stages = outcome.degraded.iter();
    stages
        .map(|degraded| DegradedStage {
            stage: degraded.stage.to_owned(),
            cause: cause(&degraded.error).into(),
        })
        .collect()
}

/// How many candidates each stage took out, in pipeline order.
pub fn removed<Q, C>(outcome: &Outcome<Q, C>) -> Vec<RemovedCandidates> {
    let stages = outcome.removed_by.iter();
    stages
        .map(|removed| RemovedCandidates {
            stage: removed.stage.to_owned(),
            count: count(removed.candidates.len()),
        })
        .collect()
}

/// How many candidates were dropped because their score was not a finite number.
pub fn non_finite<Q, C>(outcome: &Outcome<Q, C>) -> u32 {
    count(outcome.non_finite.len())
}

/// The arms under which an answer was made, by experiment.
pub fn assignments(assigned: &[Assigned]) -> Vec<Assignment> {
    let wire = |assigned: &Assigned| Assignment {
        experiment: assigned.experiment.clone(),
        arm: assigned.arm.clone(),
    };
    assigned.iter().map(wire).collect()
}

/// A number of candidates, which is bounded far below what the wire can carry.
pub fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn cause(error: &StageError) -> DegradeCause {
    match error {
        StageError::Timeout => DegradeCause::Timeout,
        StageError::Dependency(_) => DegradeCause::Dependency,
        StageError::Length { .. } => DegradeCause::Length,
    }
}
