//! The stages that only this service has.

mod popularity_scorer;
mod relevance_scorer;
mod viewer_hydrator;

pub(crate) use popularity_scorer::PopularityScorer;
pub(crate) use relevance_scorer::RelevanceScorer;
pub(crate) use viewer_hydrator::ViewerHydrator;
