//! What is believed about the reward of a track.
use crate::error::{RewardError, within};

const LARGEST: f64 = 1e6;
const SMALLEST_VARIANCE: f64 = 1e-12;

/// A belief about the reward of a track: a mean and a variance, both finite, the variance above zero.
///
/// The reward is the share of the [`DAYS`](crate::DAYS) after a first stream on which a listener comes back. A mean may
/// lie a little outside 0 to 1: what few and early outcomes say is not bounded by what is possible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    mean: f64,
    variance: f64,
}

impl Belief {
    /// A belief.
    ///
    /// # Errors
    /// [`RewardError::Range`] if the mean is not between -1e6 and 1e6 or the variance not between 1e-12 and 1e6.
    pub fn new(mean: f64, variance: f64) -> Result<Self, RewardError> {
        Ok(Self {
            mean: within("the mean", mean, -LARGEST, LARGEST)?,
            variance: within("the variance", variance, SMALLEST_VARIANCE, LARGEST)?,
        })
    }

    /// What the reward is expected to be.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// How far the reward may be from that: its expected squared distance.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// A belief of numbers that are known to be in range but for rounding.
    pub(crate) fn near(mean: f64, variance: f64) -> Self {
        Self { mean: mean.clamp(-LARGEST, LARGEST), variance: variance.clamp(SMALLEST_VARIANCE, LARGEST) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_belief_is_refused() {
        let cases = [
            (f64::NAN, 0.1, "the mean is NaN, not between -1000000 and 1000000"),
            (f64::INFINITY, 0.1, "the mean is inf, not between -1000000 and 1000000"),
            (1e7, 0.1, "the mean is 10000000, not between -1000000 and 1000000"),
            (0.1, f64::NAN, "the variance is NaN, not between 0.000000000001 and 1000000"),
            (0.1, f64::INFINITY, "the variance is inf, not between 0.000000000001 and 1000000"),
            (0.1, 0.0, "the variance is 0, not between 0.000000000001 and 1000000"),
            (0.1, -1.0, "the variance is -1, not between 0.000000000001 and 1000000"),
        ];
        for (mean, variance, problem) in cases {
            assert_eq!(Belief::new(mean, variance).expect_err(problem).to_string(), problem);
        }
    }
}
