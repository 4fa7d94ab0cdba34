//! Estimates, bounds and p-values are those of SciPy.
//!
//! `testdata/scipy.jsonl` holds what SciPy 1.17 says of samples that were dealt at random, by these formulas:
//!
//! - mean: `ttest_ind(arm, factor * control, equal_var=False).confidence_interval(1 - 2 * level)`
//! - ratio: the same of `r + (sums - r * counts) / counts.mean()`, with `r = sums.mean() / counts.mean()`
//! - proportion: `binomtest(k, n).proportion_ci(1 - 2 * level, "wilson")` of each arm, squared and added with the factor
//! - sizes: `chisquare(units, units.sum() * buckets / buckets.sum())`
#![expect(
    clippy::print_stderr,
    reason = "how near the numbers come is shown to whoever asks with --nocapture"
)]

use experiment::{Sample, SampleRatio, UnitTotal, contrast};
use experiments::Kind;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Case {
    Mean(Interval),
    Ratio(Interval),
    Proportion(Interval),
    Sizes { units: Vec<u64>, buckets: Vec<u32>, statistic: f64, p: f64 },
}

/// Units as their sum and count of outcomes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interval {
    arm: Vec<(f64, u64)>,
    control: Vec<(f64, u64)>,
    factor: f64,
    level: f64,
    estimate: f64,
    lower: f64,
    upper: f64,
}

/// How far two numbers are apart, as a share of the larger, or of 1 if both are smaller than that.
fn apart(one: f64, other: f64) -> f64 {
    (one - other).abs() / one.abs().max(other.abs()).max(1.0)
}

fn sample(units: &[(f64, u64)]) -> Sample {
    let mut sample = Sample::default();
    units.iter().for_each(|&(sum, count)| sample.add(UnitTotal { sum, count, any: sum != 0.0 }));
    sample
}

fn of_interval(kind: Kind, case: &Interval) -> f64 {
    let estimate = |units| sample(units).estimate(kind).expect("the sample says something");
    let bounds = contrast(&estimate(&case.arm), &estimate(&case.control), case.factor, case.level);
    let pairs = [(bounds.estimate, case.estimate), (bounds.lower, case.lower), (bounds.upper, case.upper)];
    pairs.into_iter().map(|(ours, theirs)| apart(ours, theirs)).fold(0.0, f64::max)
}

#[test]
fn the_numbers_are_those_of_scipy() {
    let mut farthest = [("mean", 0.0, 0), ("ratio", 0.0, 0), ("proportion", 0.0, 0), ("sizes", 0.0, 0)];
    for line in include_str!("../testdata/scipy.jsonl").lines() {
        let (index, apart) = match serde_json::from_str(line).expect("the line is a case") {
            Case::Mean(case) => (0, of_interval(Kind::Mean, &case)),
            Case::Ratio(case) => (1, of_interval(Kind::Ratio, &case)),
            Case::Proportion(case) => (2, of_interval(Kind::Proportion, &case)),
            Case::Sizes { units, buckets, statistic, p } => {
                let ratio = SampleRatio::of(&units.into_iter().zip(buckets).collect::<Vec<_>>());
                // A probability is small where it matters: it has to be right as a share of itself.
                let off = (ratio.p_value - p).abs() / p;
                (3, apart(ratio.chi_squared, statistic).max(off))
            }
        };
        assert!(apart < 1e-9, "{apart} off: {line}");
        farthest[index].1 = apart.max(farthest[index].1);
        farthest[index].2 += 1;
    }
    for (what, apart, count) in farthest {
        assert!(count >= 20, "{count} cases of {what}");
        // Shown with `--nocapture`, for whoever wants to know how near.
        eprintln!("{what}: {count} cases, at most {apart:.1e} apart");
    }
}
