//! All that ranks by one model.
use std::sync::Arc;

use models::Model;
use pipeline::Pipeline;
use stages::{Explainer, InputMismatch, ModelInput};

/// All that ranks by one model, so that a request has one model for the whole of its answer, whatever is loaded meanwhile.
pub struct Ranker<Q: 'static, C: 'static> {
    pub(crate) pipeline: Pipeline<Q, C>,
    pub(crate) explainer: Option<Explainer<Q, C>>,
    model_version: String,
}

impl<Q, C> Ranker<Q, C> {
    /// Ranks by a pipeline, and explains its model, whose features are exactly these inputs, in this order.
    ///
    /// # Errors
    /// An [`InputMismatch`] if they are not.
    pub fn new(
        pipeline: Pipeline<Q, C>,
        model: Arc<dyn Model>,
        inputs: &'static [ModelInput<Q, C>],
    ) -> Result<Self, InputMismatch> {
        let model_version = model.signature().version.clone();
        Ok(Self { pipeline, explainer: Some(Explainer::new(model, inputs)?), model_version })
    }

    /// Ranks by a pipeline that asks no model: there is nothing to explain, and the version is empty.
    pub fn without_model(pipeline: Pipeline<Q, C>) -> Self {
        Self { pipeline, explainer: None, model_version: String::new() }
    }

    /// The version of the model.
    pub fn model_version(&self) -> &str {
        &self.model_version
    }
}
