//! One score out of a prediction for the short term and a belief about the long term.
use crate::belief::Belief;
use crate::error::{RewardError, within};

/// How much the short term counts, and how much it is worth not to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blend {
    weight: f64,
    curiosity: f64,
    cap: f64,
}

impl Default for Blend {
    /// A likelihood counts half, a standard deviation a third, and all of them together no more than one return in sixty
    /// days.
    fn default() -> Self {
        Self { weight: 0.5, curiosity: 0.3, cap: 0.02 }
    }
}

impl Blend {
    /// A blend in which a prediction counts `weight` times, and each standard deviation of a belief is worth
    /// `curiosity`, but all of them together at most `cap`.
    ///
    /// The bonus lets tracks be tried of which little is known, and the cap keeps a track of which nothing is known
    /// from outranking one that is known to be good.
    ///
    /// # Errors
    /// [`RewardError::Range`] if one of the three is not between 0 and 1e6.
    pub fn new(weight: f64, curiosity: f64, cap: f64) -> Result<Self, RewardError> {
        Ok(Self {
            weight: within("the weight", weight, 0.0, 1e6)?,
            curiosity: within("the curiosity", curiosity, 0.0, 1e6)?,
            cap: within("the cap", cap, 0.0, 1e6)?,
        })
    }

    /// The same blend with another cap, which is brought between 0 and 1e6; one that is not a number changes nothing.
    #[must_use]
    pub fn capped_at(self, cap: f64) -> Self {
        Self { cap: if cap.is_nan() { self.cap } else { cap.clamp(0.0, 1e6) }, ..self }
    }

    /// What a prediction, such as the likelihood of a stream, counts. What is not finite stays so, for the pipeline to
    /// drop; a finite one stays finite.
    pub fn short_term(&self, prediction: f64) -> f64 {
        if prediction.is_finite() {
            (prediction * self.weight).clamp(f64::MIN / 2.0, f64::MAX / 2.0)
        } else {
            f64::NAN
        }
    }

    /// What it is worth to find out more: `min(cap, curiosity sqrt(variance))`.
    pub fn bonus(&self, belief: &Belief) -> f64 {
        (self.curiosity * belief.variance().sqrt()).min(self.cap)
    }

    /// What a belief counts: its mean and the bonus.
    pub fn long_term(&self, belief: &Belief) -> f64 {
        belief.mean() + self.bonus(belief)
    }

    /// The score: `weight prediction + mean + bonus(variance)`.
    pub fn score(&self, prediction: f64, belief: &Belief) -> f64 {
        self.short_term(prediction) + self.long_term(belief)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_blend_nothing_are_refused() {
        assert!(Blend::new(0.5, 0.3, 0.05).is_ok());
        for (weight, curiosity, cap) in [(-0.1, 0.3, 0.1), (0.5, f64::NAN, 0.1), (0.5, 0.3, f64::INFINITY)] {
            assert!(Blend::new(weight, curiosity, cap).is_err());
        }
    }

    #[test]
    fn a_score_is_the_sum_that_the_formula_says() {
        let blend = Blend::new(0.5, 0.25, 0.05).expect("the numbers are right");
        let belief = |variance| Belief::new(0.125, variance).expect("it is a belief");
        assert_eq!(blend.score(0.5, &belief(0.0064)), 0.25 + 0.125 + 0.02);
        assert_eq!(blend.score(0.5, &belief(0.09)), 0.25 + 0.125 + 0.05, "0.075 is more than the cap");
    }

    #[test]
    fn another_cap_is_brought_into_its_range() {
        let blend = Blend::new(0.5, 1e3, 0.05).expect("the numbers are right");
        let belief = Belief::new(0.0, 1e6).expect("it is a belief");
        for (cap, bonus) in [(0.01, 0.01), (-1.0, 0.0), (f64::INFINITY, 1e6), (f64::NAN, 0.05)] {
            assert_eq!(blend.capped_at(cap).bonus(&belief), bonus);
        }
    }

    #[test]
    fn a_prediction_that_is_no_number_gives_no_number() {
        let blend = Blend::new(0.5, 0.25, 0.05).expect("the numbers are right");
        for prediction in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!blend.short_term(prediction).is_finite());
        }
    }
}
