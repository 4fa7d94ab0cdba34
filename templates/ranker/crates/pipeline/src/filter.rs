//! Stages that take candidates out, one by one.

/// Takes out candidates. Filters run in their order and cannot fail: what a filter needs, a hydrator has read, and a
/// filter decides what a missing value means.
pub trait Filter<Q, C>: Send + Sync {
    /// The stage's name.
    fn name(&self) -> &'static str;

    /// Whether the candidate stays.
    fn keep(&self, query: &Q, candidate: &C) -> bool;
}
