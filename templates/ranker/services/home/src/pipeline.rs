//! The pipeline as data: which stages, in which order.
use std::sync::Arc;

use catalogue::{Profile, Track, viewer};
use features::FeatureStore;
use models::Model;
use pipeline::{Pipeline, when};
use reward::Blend;
use serving::{Host, Ranker};
use stages::{
    ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, RequestSource, SeenFilter,
    UniqueMerge, ViewerHydrator, exposure,
};

use crate::candidate::Candidate;
use crate::inputs::INPUTS;
use crate::query::Query;
use crate::stages::{
    BeliefHydrator, HeardAgainSource, PageSelector, ShelvesSource, ShortTermScorer, prior_scorer,
    reward_scorer,
};

/// The name under which the service logs exposures.
const SERVICE: &str = env!("CARGO_PKG_NAME");

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
    let version = model.signature().version.clone();
    let without_shelves = |query: &Query| !query.has_shelves;
    const CONDITION: &str = "the request has no shelves";
    Ok(Pipeline::default()
        .watched_by(host.stage_watch())
        .query_hydrator(ViewerHydrator::new(
            store.clone(),
            |query: &Query| &query.viewer_id,
            |query, record| (Profile::read(record, query.now), viewer::HEARD.read(record, query.now)),
            |query, (profile, history)| query.know(profile, history.unwrap_or_default()),
        ))
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
        .scorer(reward_scorer())
        .scorer(prior_scorer())
        .selector(PageSelector)
        .effect(ExposureEffect::new(host.exposures.clone(), move |served| {
            exposure(served, SERVICE, &version, Query::asked, Candidate::place)
        })))
}

/// All that ranks by the model.
///
/// # Errors
/// An [`InputMismatch`] if the model does not take what the service has.
pub fn ranker(parts: &Parts, host: &Host) -> Result<Ranker<Query, Candidate>, InputMismatch> {
    Ranker::new(build(parts, host)?, parts.model.clone(), &INPUTS)
}
