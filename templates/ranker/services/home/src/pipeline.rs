//! The pipeline as data: which stages, in which order.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use catalogue::Track;
use experiments::{Exposure, Shown};
use features::FeatureStore;
use models::Model;
use pipeline::{Pipeline, Served, when};
use reward::Blend;
use serving::Host;
use stages::{
    ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, RequestSource, SeenFilter,
    UniqueMerge,
};

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::query::Query;
use crate::stages::{
    BeliefHydrator, HeardAgainSource, PageSelector, PriorScorer, RewardScorer, ShelvesSource,
    ShortTermScorer, ViewerHydrator,
};

/// The name under which the service logs exposures.
const SERVICE: &str = "home";

/// What the stages stand on.
#[derive(Clone)]
pub struct Parts {
    /// Where features and beliefs are kept.
    pub store: Arc<dyn FeatureStore>,
    /// What scores the short term.
    pub model: Arc<dyn Model>,
    /// How the short term and the long term make one score.
    pub blend: Blend,
    /// Deals the tracks of shelves that are long.
    pub seed: u64,
}

/// Puts the pipeline together.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn build(parts: &Parts, host: &Host) -> Result<Pipeline<Query, Candidate>, InputMismatch> {
    let Parts { store, model, seed, .. } = parts.clone();
    let model_version = model.signature().version.clone();
    let without_shelves = |query: &Query| !query.has_shelves;
    const CONDITION: &str = "the request has no shelves";
    Ok(Pipeline::default()
        .watched_by(host.metrics.stage_timer())
        .query_hydrator(ViewerHydrator::new(store.clone()))
        .source(RequestSource::new("given", |query: &Query| &query.given))
        .source(when(CONDITION, without_shelves, ShelvesSource::new(store.clone(), seed)))
        .source(when(CONDITION, without_shelves, HeardAgainSource))
        .merge_by(UniqueMerge::new(Candidate::place))
        .hydrator(FeatureHydrator::new(
            store.clone(),
            Candidate::key,
            |query: &Query, record| Track::read(record, query.now),
            |candidate, track| candidate.track = track,
        ))
        .hydrator(BeliefHydrator::new(store))
        .filter_by(SeenFilter::new(|query: &Query| &query.heard, Candidate::id))
        .filter_by(ExplicitFilter::new(Query::restricted, |candidate: &Candidate| candidate.track.explicit))
        .scorer(ShortTermScorer::new(ModelScorer::new(model, &INPUTS)?))
        .scorer(RewardScorer)
        .scorer(PriorScorer)
        .selector(PageSelector)
        .effect(ExposureEffect::new(host.exposures.clone(), move |served| exposure(served, &model_version))))
}

fn exposure(served: &Served<'_, Query, Candidate>, model_version: &str) -> Exposure {
    let query = served.query;
    let since_1970 = query.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Exposure {
        at_ms: since_1970.as_secs() * 1000 + u64::from(since_1970.subsec_millis()),
        service: SERVICE.to_owned(),
        request_id: query.request_id.clone(),
        unit: query.viewer_id.clone(),
        arms: query.assigned.iter().map(|a| (a.experiment.clone(), a.arm.clone())).collect(),
        model_version: model_version.to_owned(),
        degraded: served.degraded.iter().map(|degraded| degraded.stage.to_owned()).collect(),
        shown: served
            .ranked
            .iter()
            .map(|scored| Shown { id: scored.candidate.place().to_owned(), score: scored.score() })
            .collect(),
    }
}
