//! Quantiles and tails of distributions, from `statrs`.
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};

/// The number that a standard normal variable is below with this probability, which is between 0 and 1.
pub(crate) fn normal(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// From this many degrees of freedom on, the quantile of Student's distribution is expanded around the normal one.
/// `statrs` loses digits there: with a million it is off by 6e-5, which is far more than the two distributions differ.
const MANY: f64 = 1e3;

/// The number that a variable of Student's distribution is below with this probability, which is between 0 and 1;
/// infinite where there are no degrees of freedom.
pub(crate) fn student(probability: f64, degrees_of_freedom: f64) -> f64 {
    if degrees_of_freedom >= MANY {
        return near_normal(normal(probability), degrees_of_freedom);
    }
    StudentsT::new(0.0, 1.0, degrees_of_freedom)
        .map_or(f64::INFINITY, |distribution| distribution.inverse_cdf(probability))
}

/// Abramowitz and Stegun 26.7.5, up to the third power; the fourth adds less than 1e-10 of it from a thousand on.
fn near_normal(z: f64, degrees_of_freedom: f64) -> f64 {
    let (z2, part) = (z * z, 1.0 / degrees_of_freedom);
    let first = (z2 + 1.0) / 4.0;
    let second = ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let third = (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    z * (1.0 + part * (first + part * (second + part * third)))
}

/// The probability that a chi-squared variable is above a number; 1 where there are no degrees of freedom.
pub(crate) fn chi_squared_tail(number: f64, degrees_of_freedom: f64) -> f64 {
    ChiSquared::new(degrees_of_freedom).map_or(1.0, |distribution| distribution.sf(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: f64, theirs: f64) {
        assert!((ours / theirs - 1.0).abs() < 1e-9, "{ours} is not {theirs}");
    }

    /// By `norm.ppf`, `t.ppf` and `chi2.sf` of SciPy 1.17.
    #[test]
    fn they_are_those_of_scipy_from_few_units_to_a_hundred_million() {
        for (probability, number) in
            [(0.95, 1.6448536269514722), (0.975, 1.959963984540054), (0.9999, 3.719016485455709)]
        {
            check(normal(probability), number);
        }
        let quantiles = [
            (0.999, 1.5, 52.18443000899263),
            (0.975, 3.7, 2.8675207071911895),
            (0.9875, 198.0, 2.2585761678625453),
            (0.999, 999.0, 3.098410361753312),
            (0.999, 1001.0, 3.0983939824913977),
            (0.99999, 2500.0, 4.273088684236653),
            (0.995, 1e4, 2.5763210466685282),
            (0.975, 1e6, 1.959966356814107),
            (0.975, 1e8, 1.9599640082627663),
        ];
        for (probability, degrees_of_freedom, number) in quantiles {
            check(student(probability, degrees_of_freedom), number);
        }
        let tails = [
            (3.84, 1.0, 0.05004352124870519),
            (12.5, 2.0, 0.0019304541362277095),
            (100.0, 1.0, 1.5239706048320995e-23),
            (700.0, 4.0, 3.4852862290889247e-150),
            (0.001, 3.0, 0.9999915920809419),
        ];
        for (number, degrees_of_freedom, probability) in tails {
            check(chi_squared_tail(number, degrees_of_freedom), probability);
        }
        assert_eq!(student(0.975, 0.0), f64::INFINITY);
        assert!((chi_squared_tail(0.0, 0.0) - 1.0).abs() < 1e-12);
    }
}
