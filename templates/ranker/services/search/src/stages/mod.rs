//! The stages that only this service has.

mod genre_filter;
mod index_source;
mod popularity_scorer;
mod rerank_cut;
mod text_scorer;
mod viewer_hydrator;

pub(crate) use genre_filter::GenreFilter;
pub(crate) use index_source::IndexSource;
pub(crate) use popularity_scorer::PopularityScorer;
pub(crate) use rerank_cut::RerankCut;
pub(crate) use text_scorer::TextScorer;
pub(crate) use viewer_hydrator::ViewerHydrator;
