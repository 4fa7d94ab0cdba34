//! Numbers that nothing can be made of.

/// A number that is refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RewardError {
    /// A number is not finite, or not in the range in which it makes sense.
    #[error("{what} is {got}, not between {low} and {high}")]
    Range {
        /// What the number is.
        what: &'static str,
        /// The number.
        got: f64,
        /// The lowest number that is taken.
        low: f64,
        /// The highest number that is taken.
        high: f64,
    },
    /// An outcome is of a period that there is not.
    #[error("period {0} is none of the {count}", count = crate::PERIODS.len())]
    Period(usize),
    /// An outcome has more days than its period.
    #[error("{days} days of a period of {length}")]
    Days {
        /// The days of the outcome.
        days: u64,
        /// The days of its period.
        length: u64,
    },
}

/// Refuses a number that is not within a range; one that is not finite never is.
pub(crate) fn within(what: &'static str, got: f64, low: f64, high: f64) -> Result<f64, RewardError> {
    if (low..=high).contains(&got) { Ok(got) } else { Err(RewardError::Range { what, got, low, high }) }
}
