//! The pipeline as data: which stages, in which order.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use catalogue::Track;
use experiments::{Exposure, Shown};
use features::FeatureStore;
use pipeline::{Pipeline, Served};
use serving::Host;
use stages::{ExplicitFilter, ExposureEffect, FeatureHydrator, RequestSource, SeenFilter, TopK, UniqueMerge};

use crate::candidate::Candidate;
use crate::config::Own;
use crate::query::Query;
use crate::stages::{PopularityScorer, RelevanceScorer, ViewerHydrator};

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
        .watched_by(host.metrics.stage_timer())
        .query_hydrator(ViewerHydrator::new(store.clone()))
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
        .scorer(RelevanceScorer)
        .scorer(PopularityScorer::new(own))
        .selector(TopK::new(|query: &Query| query.limit))
        .effect(ExposureEffect::new(host.exposures.clone(), exposure))
}

fn exposure(served: &Served<'_, Query, Candidate>) -> Exposure {
    let query = served.query;
    let since_1970 = query.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Exposure {
        at_ms: since_1970.as_secs() * 1000 + u64::from(since_1970.subsec_millis()),
        service: SERVICE.to_owned(),
        request_id: query.request_id.clone(),
        unit: query.viewer_id.clone(),
        arms: query.assigned.iter().map(|a| (a.experiment.clone(), a.arm.clone())).collect(),
        model_version: String::new(),
        degraded: served.degraded.iter().map(|degraded| degraded.stage.to_owned()).collect(),
        shown: served
            .ranked
            .iter()
            .map(|scored| Shown { id: scored.candidate.track_id.clone(), score: scored.score() })
            .collect(),
    }
}
