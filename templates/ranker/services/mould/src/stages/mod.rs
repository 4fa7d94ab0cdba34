//! The stages that only this service has.

mod popularity_scorer;

pub(crate) use popularity_scorer::popularity;
