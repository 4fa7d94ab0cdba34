//! The Bayesian filter that keeps a belief.
use crate::belief::Belief;
use crate::error::{RewardError, within};
use crate::evidence::Evidence;
use crate::period::DAYS;

/// How beliefs begin, what an outcome tells, and how fast it is forgotten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filter {
    prior: Belief,
    noise: f64,
    kept_per_day: f64,
}

impl Default for Filter {
    /// Beliefs begin at five returns in sixty days, give or take six; listeners differ by twelve; half of what is known
    /// is forgotten after about half a year.
    fn default() -> Self {
        Self { prior: Belief::near(0.08, 0.01), noise: 0.04, kept_per_day: 0.996 }
    }
}

impl Filter {
    /// A filter whose beliefs begin at `prior`, for listeners whose rewards vary by `noise` (a variance) around the
    /// track's, and that keeps a share `kept_per_day` of what is known from one day to the next.
    ///
    /// # Errors
    /// [`RewardError::Range`] if the noise is not between 1e-6 and 1e6, or the share not between 0 and 1.
    pub fn new(prior: Belief, noise: f64, kept_per_day: f64) -> Result<Self, RewardError> {
        Ok(Self {
            prior,
            noise: within("the noise", noise, 1e-6, 1e6)?,
            kept_per_day: within("the share that is kept", kept_per_day, 0.0, 1.0)?,
        })
    }

    /// What is believed of a track of which nothing is known.
    pub fn prior(&self) -> Belief {
        self.prior
    }

    /// What is believed after outcomes.
    ///
    /// A listener's part of the reward in a period of share `w` is taken to be normal around `w` times the track's
    /// reward, with variance `s² w`, `s²` being the noise. Parts whose shares sum up to `n` and in which listeners came
    /// back on `d` of sixty days each are then one observation `d / 60 / n` of the reward, with variance `s² / n`. Told in
    /// parts, an outcome weighs as much as told at once.
    #[must_use]
    pub fn learn(&self, belief: Belief, evidence: &Evidence) -> Belief {
        let whole = evidence.whole();
        if whole > 0.0 {
            observe(belief, evidence.days() / DAYS as f64 / whole, self.noise / whole)
        } else {
            belief
        }
    }

    /// What is left of a belief after some days without news.
    ///
    /// Tastes change, so that what was learnt long ago says less about today: the distance to the prior shrinks by a
    /// constant factor a day, `m' = m0 + k (m - m0)` and `P' = P0 + k² (P - P0)`. That is the Ornstein-Uhlenbeck process
    /// whose lasting distribution is the prior, so that a variance never grows beyond that of a track of which nothing
    /// was ever known.
    #[must_use]
    pub fn forget(&self, belief: Belief, days: u64) -> Belief {
        let kept = power(self.kept_per_day, days);
        let toward = |from: f64, to: f64, kept: f64| to * (1.0 - kept) + from * kept;
        Belief::near(
            toward(belief.mean(), self.prior.mean(), kept),
            toward(belief.variance(), self.prior.variance(), kept * kept),
        )
    }
}

/// What is believed after one observation of the reward with a noise of a known variance: the update of a Kalman filter
/// that is told the state itself, `K = P / (P + R)`, `m' = m + K (y - m)`, `P' = (1 - K) P`.
///
/// An observation that is not finite, or a variance that is not above zero, says nothing and changes nothing.
#[must_use]
pub fn observe(belief: Belief, observed: f64, variance: f64) -> Belief {
    if !observed.is_finite() || !variance.is_finite() || variance <= 0.0 {
        return belief;
    }
    let gain = belief.variance() / (belief.variance() + variance);
    // As a mean of the two, because the difference of two finite numbers need not be one.
    Belief::near(belief.mean() * (1.0 - gain) + observed * gain, belief.variance() * (1.0 - gain))
}

/// A number to the power of a whole one, by squaring: the same to the last bit on every machine.
fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= base;
        }
        base *= base;
        exponent /= 2;
    }
    result
}
