//! Models: what they are promised to take and give, and the engines that run them.
//!
//! A [`Signature`] is the promise, a file beside the model that a review can read; a [`Model`] keeps it, and does not
//! start if the artefact says otherwise.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod artefact;
mod background;
mod lightgbm_model;
mod load_error;
mod matrix;
mod model;
mod open_inference;
mod signature;
mod tract_model;
mod wrong_answer;

pub use lightgbm_model::LightGbmModel;
pub use load_error::LoadError;
pub use matrix::Matrix;
pub use model::{Model, ModelError};
pub use open_inference::{Headers, OpenInferenceModel};
pub use signature::{Dimension, FeatureSpec, Signature, TensorSpec};
pub use tract_model::TractModel;
pub use wrong_answer::WrongAnswer;
