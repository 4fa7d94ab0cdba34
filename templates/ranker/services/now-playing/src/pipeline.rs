//! The pipeline as data: which stages, in which order.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use catalogue::Track;
use experiments::{Exposure, Shown};
use features::FeatureStore;
use models::Model;
use pipeline::{Pipeline, Served, when};
use serving::Host;
use stages::{
    Diversity, ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, RequestSource,
    SeenFilter, TopK, UniqueMerge,
};

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::query::Query;
use crate::stages::{ContextHydrator, PriorScorer, RadioSource};

/// The name under which the service logs exposures.
const SERVICE: &str = "now-playing";

/// What the stages stand on.
#[derive(Clone)]
pub struct Parts {
    /// Where features are kept.
    pub store: Arc<dyn FeatureStore>,
    /// What scores.
    pub model: Arc<dyn Model>,
    /// Deals retrieved tracks.
    pub seed: u64,
}

/// Puts the pipeline together.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn build(parts: &Parts, host: &Host) -> Result<Pipeline<Query, Candidate>, InputMismatch> {
    let Parts { store, model, seed } = parts.clone();
    let model_version = model.signature().version.clone();
    Ok(Pipeline::default()
        .watched_by(host.metrics.stage_timer())
        .query_hydrator(ContextHydrator::new(store.clone()))
        .source(RequestSource::new("queue", |query: &Query| &query.queue))
        .source(when(
            "the request has no candidates",
            |query: &Query| query.queue.is_empty(),
            RadioSource::new(store.clone(), seed),
        ))
        .merge_by(UniqueMerge::new(Candidate::id))
        .hydrator(FeatureHydrator::new(
            store,
            Candidate::key,
            |query: &Query, record| Track::read(record, query.now),
            |candidate, track| candidate.track = track,
        ))
        .filter_by(SeenFilter::new(|query: &Query| &query.heard, Candidate::id))
        .filter_by(ExplicitFilter::new(Query::restricted, |candidate: &Candidate| candidate.track.explicit))
        .scorer(ModelScorer::new(model, &INPUTS)?)
        .scorer(PriorScorer)
        .selector(Diversity::new(
            "artist-diversity",
            |candidate: &Candidate| candidate.track.artist.as_deref(),
            |query: &Query| query.playing.artist.as_deref(),
            |query| query.artist_penalty,
        ))
        .selector(TopK::new(|query: &Query| query.limit))
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
            .map(|scored| Shown { id: scored.candidate.track_id.clone(), score: scored.score() })
            .collect(),
    }
}
