//! Exact bounds of a share, after Clopper and Pearson.
//!
//! The quantile of the beta distribution is found here: that of `statrs` 0.19.1, which is kept up and otherwise the
//! crate to take, does not end for 0 of 100,000,000 (Newton's method of algorithm AS 64 without a limit) and misses
//! the bound of 0 of 1,000,000 in the fourth digit, since its integral stops after 140 steps.

use std::f64::consts::PI;

/// The share of all requests that is exceeded with probability `1 - confidence` at most, where `changed` `of` the
/// requests asked did change: the one-sided upper bound of Clopper and Pearson, "The use of confidence or fiducial
/// limits illustrated in the case of the binomial", Biometrika 26(4), 1934.
///
/// It is the quantile `confidence` of Beta(changed + 1, of - changed); with none changed `1 - (1 - confidence)^(1/of)`,
/// at 95 percent about `3 / of`, which is the rule of three. The two-sided interval at 95 percent is
/// [`lower_bound`] and this at 0.975 each.
///
/// Between 0 and 1; 1 where nothing was asked, all changed, or `confidence` is not strictly between 0 and 1, since
/// then nothing is known.
pub fn upper_bound(changed: u64, of: u64, confidence: f64) -> f64 {
    if changed >= of || !is_confidence(confidence) {
        return 1.0;
    }
    quantile(changed as f64 + 1.0, (of - changed) as f64, confidence)
}

/// The share of all requests that is fallen short of with probability `1 - confidence` at most: the one-sided lower
/// bound, see [`upper_bound`]. It is the quantile `1 - confidence` of Beta(changed, of - changed + 1).
///
/// Between 0 and 1; 0 where nothing was asked, none changed, or `confidence` is not strictly between 0 and 1.
pub fn lower_bound(changed: u64, of: u64, confidence: f64) -> f64 {
    if changed == 0 || of == 0 || !is_confidence(confidence) {
        return 0.0;
    }
    // Turned round, so that what is near one is found as precisely as what is near zero.
    1.0 - upper_bound(of.saturating_sub(changed), of, confidence)
}

fn is_confidence(confidence: f64) -> bool {
    confidence > 0.0 && confidence < 1.0
}

/// The share below which a variable of Beta(a, b) falls with that probability, by halving: slow, and sure to end.
fn quantile(a: f64, b: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high || high - low < 1e-16 {
            return middle;
        }
        if cumulative(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that a variable of Beta(a, b) is at most `x`, for 0 < x < 1: the continued fraction 8.17.22 of the
/// NIST Digital Library of Mathematical Functions on the side where it converges fast.
fn cumulative(a: f64, b: f64, x: f64) -> f64 {
    if x <= (a + 1.0) / (a + b + 2.0) {
        density(a, b, x) * fraction(a, b, x) / a
    } else {
        1.0 - density(b, a, 1.0 - x) * fraction(b, a, 1.0 - x) / b
    }
}

/// x^a (1-x)^b / B(a, b), with Stirling's formula divided out, so that the large terms cancel before they are rounded.
fn density(a: f64, b: f64, x: f64) -> f64 {
    let all = a + b;
    let away = x * all - a;
    let exponent = a * (away / a).ln_1p() + b * (-away / b).ln_1p();
    (a * b / (2.0 * PI * all)).sqrt() * (exponent + stirling(all) - stirling(a) - stirling(b)).exp()
}

/// What Stirling's formula lacks: ln Γ(z) - (z - 1/2) ln z + z - ln(2π)/2, for z ≥ 1.
fn stirling(z: f64) -> f64 {
    let mut z = z;
    let mut lacking = 0.0;
    while z < 16.0 {
        lacking += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let square = z * z;
    let series = 1.0 / 1680.0 - 1.0 / (1188.0 * square);
    let series = 1.0 / 1260.0 - series / square;
    let series = 1.0 / 360.0 - series / square;
    lacking + (1.0 / 12.0 - series / square) / z
}

/// The continued fraction by the method of Lentz. Its length grows with the root of the larger parameter.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const LONGEST: u32 = 1_000_000;
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / kept(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..LONGEST {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / kept(1.0 + term * d);
            c = kept(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= f64::EPSILON * value.abs() {
            break;
        }
    }
    value
}
