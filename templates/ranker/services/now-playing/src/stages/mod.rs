//! The stages that only this service has.

mod context_hydrator;
mod prior_scorer;
mod radio_source;

pub(crate) use context_hydrator::ContextHydrator;
pub(crate) use prior_scorer::prior_scorer;
pub(crate) use radio_source::RadioSource;
