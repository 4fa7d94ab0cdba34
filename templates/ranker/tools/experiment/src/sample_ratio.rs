//! Whether arms have as many units as they should.
use serde::Serialize;

use crate::quantiles::chi_squared_tail;

/// Below this probability the sizes of the arms are no accident. Units come by the thousand, so that real faults have
/// probabilities far below it, and a report that is looked at every day for a year gives a false alarm once in six years.
pub const MISMATCH: f64 = 0.0005;

/// Sizes of arms, held against what was configured: Pearson's chi-squared test of goodness of fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SampleRatio {
    /// The test's statistic.
    pub chi_squared: f64,
    /// One less than there are arms.
    pub degrees_of_freedom: u64,
    /// How probable sizes as far off or farther are, if nothing is wrong.
    pub p_value: f64,
    /// Whether that is too improbable to be believed.
    pub mismatch: bool,
}

impl SampleRatio {
    /// Tests sizes of arms, each with its share of the buckets.
    pub fn of(arms: &[(u64, u32)]) -> Self {
        let units: u64 = arms.iter().map(|(units, _)| units).sum();
        let buckets: u32 = arms.iter().map(|(_, buckets)| buckets).sum();
        let part = |&(observed, share): &(u64, u32)| {
            let expected = units as f64 * f64::from(share) / f64::from(buckets);
            let off = observed as f64 - expected;
            if expected == 0.0 { 0.0 } else { off * off / expected }
        };
        let chi_squared: f64 = arms.iter().map(part).sum();
        let degrees_of_freedom = (arms.len() as u64).saturating_sub(1);
        let p_value = chi_squared_tail(chi_squared, degrees_of_freedom as f64);
        Self { chi_squared, degrees_of_freedom, p_value, mismatch: p_value < MISMATCH }
    }
}
