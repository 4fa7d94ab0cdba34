//! The stages that only this service has.

mod popularity_scorer;
mod relevance_scorer;

pub(crate) use popularity_scorer::popularity_scorer;
pub(crate) use relevance_scorer::relevance_scorer;
