//! Stages that choose from the ranked list.
use crate::scored::Scored;
use crate::split::Split;

/// Chooses from the ranked list. The first selector is handed the list in rank order; each leaves it in rank order.
pub trait Selector<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// Parts what goes on, in rank order, from what is taken out.
    fn select(&self, query: &Q, ranked: Vec<Scored<C>>) -> Split<Scored<C>>;
}
