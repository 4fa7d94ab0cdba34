//! Rank-biased overlap of lists as they stand, and with their ties.
//!
//! The crate `rbo` (0.2.7, 2022, without unsafe code) equals the oracle on lists without ties. It knows no ties, asks
//! for `anyhow` and an argument parser, and has had no release in four years, so the formula stands here.

use super::overlap::met_at;
use super::{Measure, Pair};

/// Extrapolated, in the order in which the lists stand.
pub(super) static RBO_EXTRAPOLATED: Measure<Pair> = Measure {
    id: "rbo_pkg.rbo_ext@p",
    formula: "(1-p)/p · ( Σ_{d=1..l} X(d)/d · p^d + Σ_{d=s+1..l} X(s)·(d-s)/(s·d) · p^d ) + ( (X(l) - X(s))/l + X(s)/s ) \
              · p^l, with s and l the lengths of the shorter and the longer list and X(d) the number of items common to \
              both prefixes of depth d; ties are not looked at",
    source: "Webber, Moffat and Zobel, \"A similarity measure for indefinite rankings\", TOIS 28(4), 2010, Equation 32",
    range: "0 to 1; 1 for the same list, and for two empty ones; 0 for an empty and a full one",
    undefined: "never",
    compute: |pair, with| Some(rbo_extrapolated(pair, with.p)),
};
/// The part that the ranks of both lists give.
pub(super) static RBO_TRUNCATED: Measure<Pair> = Measure {
    id: "rbo_pkg.truncated@p",
    formula: "(1-p) · Σ_{d=1..s} X(d)/d · p^(d-1); ties are not looked at",
    source: "the same paper, Equation 4 cut off at the end of the shorter list",
    range: "0 to 1 - p^s, which is what a list and itself have; 1 for two empty lists, 0 for an empty and a full one",
    undefined: "never",
    compute: |pair, with| Some(rbo_truncated(pair, with.p)),
};

/// Definition `rbo_pkg.rbo_ext@p`. `p` lies strictly between 0 and 1: the share of readers who go on to the next rank; at
/// 0.9 the first ten ranks carry 86 percent of the weight.
pub fn rbo_extrapolated(pair: &Pair, p: f64) -> f64 {
    let (a, b) = (pair.to.len(), pair.from.len());
    let (s, l) = (a.min(b), a.max(b));
    if s == 0 {
        return if l == 0 { 1.0 } else { 0.0 };
    }
    let mut common = 0_u32;
    let mut weight = 1.0;
    let mut sum = 0.0;
    for rank in 0..s {
        common += met_at(pair, rank);
        weight *= p;
        sum += f64::from(common) / (rank + 1) as f64 * weight;
    }
    let common_at_s = common;
    for rank in s..l {
        common += met_at(pair, rank);
        weight *= p;
        let d = (rank + 1) as f64;
        let unseen = f64::from(common_at_s) * (d - s as f64) / s as f64;
        sum += (f64::from(common) + unseen) / d * weight;
    }
    let tail = f64::from(common - common_at_s) / l as f64 + f64::from(common_at_s) / s as f64;
    (1.0 - p) / p * sum + tail * weight
}

/// Definition `rbo_pkg.truncated@p`.
pub fn rbo_truncated(pair: &Pair, p: f64) -> f64 {
    let s = pair.to.len().min(pair.from.len());
    if s == 0 {
        return if pair.to.len().max(pair.from.len()) == 0 { 1.0 } else { 0.0 };
    }
    let mut common = 0_u32;
    let mut weight = 1.0 - p;
    let mut sum = 0.0;
    for rank in 0..s {
        common += met_at(pair, rank);
        sum += f64::from(common) / (rank + 1) as f64 * weight;
        weight *= p;
    }
    sum
}
