//! Stages that make one list of what the sources fetched.
use crate::split::Split;

/// Makes one list of what the sources fetched, for instance one candidate of several that are the same thing.
pub trait Merge<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// Parts what goes on from what is taken out. Which of several equals goes on must not depend on their order.
    fn merge(&self, query: &Q, fetched: Vec<C>) -> Split<C>;
}
