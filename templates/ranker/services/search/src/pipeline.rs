//! The pipeline of a rank profile as data: which stages, in which order.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use catalogue::Track;
use experiments::{Exposure, Shown};
use features::FeatureStore;
use models::Model;
use pipeline::{Pipeline, Served};
use serving::Host;
use stages::{Explainer, ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, TopK};

use crate::candidate::Candidate;
use crate::index::Index;
use crate::inputs::INPUTS;
use crate::profiles::{RankProfile, SecondPhase};
use crate::query::Query;
use crate::stages::{GenreFilter, IndexSource, PopularityScorer, RerankCut, TextScorer, ViewerHydrator};

/// The name under which the service logs exposures.
const SERVICE: &str = "search";

/// What the stages stand on.
#[derive(Clone)]
pub struct Parts {
    /// What finds tracks.
    pub index: Arc<dyn Index>,
    /// Where features are kept.
    pub store: Arc<dyn FeatureStore>,
    /// What scores in the second phase.
    pub model: Arc<dyn Model>,
}

/// A profile that the model cannot rank.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It names another model.
    #[error("profile `{profile}` ranks by model `{named}`, the service has `{model}`")]
    Model {
        /// The profile's name.
        profile: String,
        /// The model that it names.
        named: String,
        /// The model that is there.
        model: String,
    },
    /// The model does not take what the service has.
    #[error(transparent)]
    Inputs(#[from] InputMismatch),
}

/// Puts the pipeline of a profile together.
///
/// # Errors
/// A [`BuildError`] if the profile names another model than the service has, or the model takes something else than the
/// service has.
pub fn build(
    parts: &Parts,
    profile: &RankProfile,
    host: &Host,
) -> Result<Pipeline<Query, Candidate>, BuildError> {
    let Parts { index, store, model } = parts.clone();
    let version = model_version(parts, profile);
    let mut pipeline = Pipeline::default()
        .watched_by(host.metrics.stage_timer())
        .query_hydrator(ViewerHydrator::new(store.clone()))
        .source(IndexSource::new(index, profile.boosts, profile.matches))
        .hydrator(FeatureHydrator::new(
            store,
            Candidate::key,
            |query: &Query, record| Track::read(record, query.now),
            |candidate, track| candidate.track = track,
        ))
        .filter_by(ExplicitFilter::new(Query::restricted, |candidate: &Candidate| candidate.track.explicit))
        .filter_by(GenreFilter)
        .scorer(TextScorer::new(profile.first_phase.text))
        .scorer(PopularityScorer::new(profile.first_phase.popularity));
    if let Some(SecondPhase { model: named, rerank }) = &profile.second_phase {
        expect_model(profile, named, model.as_ref())?;
        pipeline = pipeline.cut(RerankCut::new(*rerank)).rescorer(ModelScorer::new(model, &INPUTS)?);
    }
    Ok(pipeline
        .selector(TopK::new(|query: &Query| query.limit))
        .effect(ExposureEffect::new(host.exposures.clone(), move |served| exposure(served, &version))))
}

/// The version of the model by which a profile ranks; empty if it ranks without.
pub(crate) fn model_version(parts: &Parts, profile: &RankProfile) -> String {
    match profile.second_phase {
        Some(_) => parts.model.signature().version.clone(),
        None => String::new(),
    }
}

/// Explains what the model of a profile thinks of the tracks; nothing if it ranks without.
pub(crate) fn explainer(
    parts: &Parts,
    profile: &RankProfile,
) -> Result<Option<Explainer<Query, Candidate>>, InputMismatch> {
    let model = profile.second_phase.as_ref().map(|_| parts.model.clone());
    model.map(|model| Explainer::new(model, &INPUTS)).transpose()
}

fn expect_model(profile: &RankProfile, named: &str, model: &dyn Model) -> Result<(), BuildError> {
    let there = &model.signature().name;
    if there == named {
        return Ok(());
    }
    Err(BuildError::Model { profile: profile.name.clone(), named: named.to_owned(), model: there.clone() })
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
            .map(|scored| Shown { id: scored.candidate.id().to_owned(), score: scored.score() })
            .collect(),
    }
}
