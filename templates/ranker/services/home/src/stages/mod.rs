//! The stages that only this service has.

mod belief_hydrator;
mod heard_again_source;
mod page_selector;
mod prior_scorer;
mod reward_scorer;
mod shelves_source;
mod short_term_scorer;

pub(crate) use belief_hydrator::BeliefHydrator;
pub(crate) use heard_again_source::HeardAgainSource;
pub(crate) use page_selector::{PageSelector, worth};
pub(crate) use prior_scorer::prior_scorer;
pub(crate) use reward_scorer::reward_scorer;
pub(crate) use shelves_source::ShelvesSource;
pub(crate) use short_term_scorer::ShortTermScorer;
