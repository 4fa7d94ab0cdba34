//! The pipeline as data: which stages, in which order.
use std::sync::Arc;

use catalogue::Track;
use features::FeatureStore;
use models::Model;
use pipeline::{Pipeline, when};
use serving::{Host, Ranker};
use stages::{
    Diversity, ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, RequestSource,
    SeenFilter, TopK, UniqueMerge, exposure,
};

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::query::Query;
use crate::stages::{ContextHydrator, RadioSource, prior_scorer};

/// The name under which the service logs exposures.
const SERVICE: &str = env!("CARGO_PKG_NAME");

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
    let version = model.signature().version.clone();
    Ok(Pipeline::default()
        .watched_by(host.stage_watch())
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
        .scorer(prior_scorer())
        .selector(Diversity::new(
            "artist-diversity",
            |candidate: &Candidate| candidate.track.artist.as_deref(),
            |query: &Query| query.playing.artist.as_deref(),
            |query| query.artist_penalty,
        ))
        .selector(TopK::new(|query: &Query| query.limit))
        .effect(ExposureEffect::new(host.exposures.clone(), move |served| {
            exposure(served, SERVICE, &version, Query::asked, Candidate::id)
        })))
}

/// All that ranks by the model.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn ranker(parts: &Parts, host: &Host) -> Result<Ranker<Query, Candidate>, InputMismatch> {
    Ranker::new(build(parts, host)?, parts.model.clone(), &INPUTS)
}
