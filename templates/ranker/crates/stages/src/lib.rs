//! The stages that ranking services share.
//!
//! A stage knows nothing of a service's query and candidate: the service hands it functions that read them.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod deal;
mod diversity;
mod explainer;
mod explicit_filter;
mod exposure;
mod exposure_effect;
mod feature_hydrator;
mod function_scorer;
mod model_input;
mod model_scorer;
mod read;
mod request_source;
mod seen_filter;
mod top_k;
mod unique_merge;
mod viewer_hydrator;

pub use deal::deal;
pub use diversity::Diversity;
pub use explainer::{Contribution, Explainer};
pub use explicit_filter::ExplicitFilter;
pub use exposure::{Asked, exposure};
pub use exposure_effect::{EXPOSURE, ExposureEffect};
pub use feature_hydrator::FeatureHydrator;
pub use function_scorer::FunctionScorer;
pub use model_input::{InputMismatch, ModelInput};
pub use model_scorer::ModelScorer;
pub use read::read;
pub use request_source::RequestSource;
pub use seen_filter::SeenFilter;
pub use top_k::TopK;
pub use unique_merge::UniqueMerge;
pub use viewer_hydrator::ViewerHydrator;
