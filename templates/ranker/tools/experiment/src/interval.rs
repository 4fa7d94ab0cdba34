//! Confidence bounds of how two arms differ.
use crate::quantiles::{normal, student};
use crate::sample::{Estimate, Spread};

/// How often the range in which a ratio lies is halved: to ten digits after the point.
const HALVINGS: usize = 40;

/// No ratio of two arms is looked for beyond this.
const MOST: f64 = 16.0;

/// An estimate and how far the truth may be off, to either side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The truth is below this with a probability of at most the level.
    pub lower: f64,
    /// The estimate.
    pub estimate: f64,
    /// The truth is above this with a probability of at most the level.
    pub upper: f64,
}

/// Bounds of `treated - factor * control`, each one-sided at the `level`. With a factor of 1 that is how the arms
/// differ; with another, whether the one is that many times the other.
///
/// Means: Welch's interval, with degrees of freedom after Satterthwaite. Shares: the square-and-add interval of Wilson's
/// limits, which is Newcombe's tenth method where the factor is 1.
pub fn contrast(treated: &Estimate, control: &Estimate, factor: f64, level: f64) -> Bounds {
    let estimate = treated.value - factor * control.value;
    let (below, above) = match (treated.spread, control.spread) {
        (Spread::Binomial { units }, Spread::Binomial { units: others }) => {
            let z = normal(1.0 - level);
            let (low, high) = wilson(treated.value, units, z);
            let (others_low, others_high) = wilson(control.value, others, z);
            let below = (treated.value - low).hypot(factor * (others_high - control.value));
            let above = (high - treated.value).hypot(factor * (control.value - others_low));
            (below, above)
        }
        _ => {
            let (error, freedom) = normal_spread(treated);
            let (others_error, others_freedom) = normal_spread(control);
            let half = welch(error, freedom, factor * others_error, others_freedom, level);
            (half, half)
        }
    };
    Bounds { lower: estimate - below, estimate, upper: estimate + above }
}

/// Bounds of `treated / control`, each one-sided at the `level`: where the bounds of [`contrast`] cross 0, as Fieller
/// found them. A bound is `None` where there is none, for control may be 0.
pub fn ratio_bounds(treated: &Estimate, control: &Estimate, level: f64) -> (Option<f64>, Option<f64>) {
    let lower = crossing(|factor| contrast(treated, control, factor, level).lower);
    let upper = crossing(|factor| contrast(treated, control, factor, level).upper);
    (lower, upper)
}

/// Where a function that falls crosses 0.
fn crossing(function: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, MOST);
    if function(low) <= 0.0 || function(high) >= 0.0 {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if function(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

/// The limits of a share, each one-sided, by Wilson's score.
fn wilson(share: f64, units: f64, z: f64) -> (f64, f64) {
    let (z2, more) = (z * z, 1.0 + z * z / units);
    let middle = (share + z2 / (2.0 * units)) / more;
    let half = z / more * (share * (1.0 - share) / units + z2 / (4.0 * units * units)).sqrt();
    (middle - half, middle + half)
}

/// Half the width of Welch's interval.
fn welch(error: f64, freedom: f64, others_error: f64, others_freedom: f64, level: f64) -> f64 {
    let (a, b) = (error * error, others_error * others_error);
    if a + b == 0.0 {
        return 0.0;
    }
    let joint_freedom = (a + b) * (a + b) / (a * a / freedom + b * b / others_freedom);
    student(1.0 - level, joint_freedom) * (a + b).sqrt()
}

fn normal_spread(estimate: &Estimate) -> (f64, f64) {
    match estimate.spread {
        Spread::Normal { standard_error, degrees_of_freedom } => (standard_error, degrees_of_freedom),
        Spread::Binomial { units } => ((estimate.value * (1.0 - estimate.value) / units).sqrt(), units - 1.0),
    }
}
