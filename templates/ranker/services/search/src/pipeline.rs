//! The pipeline of a rank profile as data: which stages, in which order.
use std::sync::Arc;

use catalogue::{Profile, Track};
use features::FeatureStore;
use models::Model;
use pipeline::Pipeline;
use serving::{Host, Ranker};
use stages::{
    ExplicitFilter, ExposureEffect, FeatureHydrator, InputMismatch, ModelScorer, TopK, ViewerHydrator,
    exposure,
};

use crate::candidate::Candidate;
use crate::index::Index;
use crate::inputs::INPUTS;
use crate::profiles::{FirstPhase, RankProfile, SecondPhase};
use crate::query::Query;
use crate::stages::{GenreFilter, IndexSource, RerankCut, popularity_scorer, text_scorer};

/// The name under which the service logs exposures.
const SERVICE: &str = env!("CARGO_PKG_NAME");

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
    let FirstPhase { text, popularity } = profile.first_phase;
    let mut pipeline = Pipeline::default()
        .watched_by(host.stage_watch())
        .query_hydrator(ViewerHydrator::new(
            store.clone(),
            |query: &Query| &query.viewer_id,
            |query, record| Profile::read(record, query.now),
            |query, profile| query.viewer = Some(profile),
        ))
        .source(IndexSource::new(index, profile.boosts, profile.matches))
        .hydrator(FeatureHydrator::new(
            store,
            Candidate::key,
            |query: &Query, record| Track::read(record, query.now),
            |candidate, track| candidate.track = track,
        ))
        .filter_by(ExplicitFilter::new(Query::restricted, |candidate: &Candidate| candidate.track.explicit))
        .filter_by(GenreFilter)
        .scorer(text_scorer(text))
        .scorer(popularity_scorer(popularity));
    // Of a profile that ranks without a model it is empty.
    let mut version = String::new();
    if let Some(SecondPhase { model: named, rerank }) = &profile.second_phase {
        expect_model(profile, named, model.as_ref())?;
        version.clone_from(&model.signature().version);
        pipeline = pipeline.cut(RerankCut::new(*rerank)).rescorer(ModelScorer::new(model, &INPUTS)?);
    }
    Ok(pipeline
        .selector(TopK::new(|query: &Query| query.limit))
        .effect(ExposureEffect::new(host.exposures.clone(), move |served| {
            exposure(served, SERVICE, &version, Query::asked, Candidate::id)
        })))
}

/// All that ranks by a profile: by its model, or without one.
///
/// # Errors
/// Those of [`build`].
pub fn ranker(
    parts: &Parts,
    profile: &RankProfile,
    host: &Host,
) -> Result<Ranker<Query, Candidate>, BuildError> {
    let pipeline = build(parts, profile, host)?;
    Ok(match profile.second_phase {
        Some(_) => Ranker::new(pipeline, parts.model.clone(), &INPUTS)?,
        None => Ranker::without_model(pipeline),
    })
}

fn expect_model(profile: &RankProfile, named: &str, model: &dyn Model) -> Result<(), BuildError> {
    let there = &model.signature().name;
    if there == named {
        return Ok(());
    }
    Err(BuildError::Model { profile: profile.name.clone(), named: named.to_owned(), model: there.clone() })
}
