//! The pipeline as data: which stages, in which order.
use std::sync::Arc;

use catalogue::{Profile, Track};
use features::FeatureStore;
use pipeline::Pipeline;
use serving::Host;
use stages::{
    ExplicitFilter, ExposureEffect, FeatureHydrator, RequestSource, SeenFilter, TopK, UniqueMerge,
    ViewerHydrator, exposure,
};

use crate::candidate::Candidate;
use crate::config::Own;
use crate::query::Query;
use crate::stages::{popularity_scorer, relevance_scorer};

/// The name under which the service logs exposures.
const SERVICE: &str = env!("CARGO_PKG_NAME");

/// What the stages stand on.
#[derive(Clone)]
pub struct Parts {
    /// Where features are kept.
    pub store: Arc<dyn FeatureStore>,
    /// What only this service has to be told.
    pub own: Own,
}

/// Puts the pipeline together.
pub fn build(parts: &Parts, host: &Host) -> Pipeline<Query, Candidate> {
    let Parts { store, own } = parts.clone();
    Pipeline::default()
        .watched_by(host.stage_watch())
        .query_hydrator(ViewerHydrator::new(
            store.clone(),
            |query: &Query| &query.viewer_id,
            |query, record| Profile::read(record, query.now),
            |query, profile| query.profile = Some(profile),
        ))
        .source(RequestSource::new("candidates", |query: &Query| &query.candidates))
        .merge_by(UniqueMerge::new(Candidate::id))
        .hydrator(FeatureHydrator::new(
            store,
            Candidate::key,
            |query: &Query, record| Track::read(record, query.now),
            |candidate, track| candidate.track = track,
        ))
        .filter_by(SeenFilter::new(Query::heard, Candidate::id))
        .filter_by(ExplicitFilter::new(Query::restricted, |candidate: &Candidate| candidate.track.explicit))
        .scorer(relevance_scorer())
        .scorer(popularity_scorer(own))
        .selector(TopK::new(|query: &Query| query.limit))
        .effect(ExposureEffect::new(host.exposures.clone(), |served| {
            exposure(served, SERVICE, "", Query::asked, Candidate::id)
        }))
}
