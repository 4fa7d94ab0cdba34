//! What is left of the time that the caller granted.
use std::time::Duration;

/// Says how much time is left for one ranking.
///
/// The runner asks before each stage and hands the stage what is left. It has no clock of its own.
pub trait Budget: Send + Sync {
    /// The time left until an answer is due; zero once it is overdue.
    fn remaining(&self) -> Duration;
}

impl<F: Fn() -> Duration + Send + Sync> Budget for F {
    fn remaining(&self) -> Duration {
        self()
    }
}
