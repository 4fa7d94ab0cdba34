//! How the values of a feature lie, and how far apart two of these are.
use std::collections::BTreeMap;

use features::{Kind, Value};
use serde::{Deserialize, Serialize};

use crate::parts::{numbers, words};

/// Bins for numbers: tenths, as is usual for the population stability index.
const BINS: usize = 10;
/// Words that are counted one by one; the others are counted together.
const WORDS: usize = 50;
/// The most bins that a distribution is read with.
const MOST_BINS: usize = 1_000;

/// How the values of a feature lie: counts of numbers between edges, or of words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Distribution {
    /// Of numbers.
    Numbers {
        /// The bins' inner edges, ascending. A number on an edge counts to the bin above.
        edges: Vec<f64>,
        /// How many numbers are in each bin: one count more than edges.
        counts: Vec<u64>,
    },
    /// Of words, or of what is true and false.
    Words {
        /// How often each of the commonest words is there.
        words: BTreeMap<String, u64>,
        /// How often others are.
        other: u64,
    },
}

impl Distribution {
    /// The distribution of some values of a kind; numbers fall into bins that are about equally full.
    pub fn of<'a>(kind: Kind, values: impl Iterator<Item = &'a Value>) -> Self {
        match kind {
            Kind::Number | Kind::Weights => {
                let mut sorted: Vec<_> =
                    values.flat_map(numbers).filter(|number| number.is_finite()).collect();
                sorted.sort_by(f64::total_cmp);
                let edge = |bin| sorted.get(bin * sorted.len() / BINS).copied();
                let mut edges: Vec<_> = (1..BINS).filter_map(edge).collect();
                edges.dedup();
                let counts = bins(&edges, sorted.iter().copied());
                Self::Numbers { edges, counts }
            }
            Kind::Flag | Kind::Text | Kind::Texts => {
                let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
                for word in values.flat_map(words) {
                    *counts.entry(word).or_default() += 1;
                }
                let mut by_count: Vec<_> = counts.into_iter().collect();
                by_count.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                let (common, rare) = by_count.split_at(by_count.len().min(WORDS));
                Self::Words {
                    words: common.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect(),
                    other: rare.iter().map(|(_, count)| count).sum(),
                }
            }
        }
    }

    /// The counts of its bins.
    pub fn counts(&self) -> Vec<u64> {
        match self {
            Self::Numbers { counts, .. } => counts.clone(),
            Self::Words { words, other } => words.values().copied().chain([*other]).collect(),
        }
    }

    /// How many of other values are in each of its bins.
    pub fn counts_of<'a>(&self, values: impl Iterator<Item = &'a Value>) -> Vec<u64> {
        match self {
            Self::Numbers { edges, .. } => bins(edges, values.flat_map(numbers)),
            Self::Words { words: known, .. } => {
                let mut counts: BTreeMap<_, u64> = known.keys().map(|word| (word.as_str(), 0)).collect();
                let mut other = 0;
                for word in values.flat_map(words) {
                    *counts.get_mut(word).unwrap_or(&mut other) += 1;
                }
                counts.into_values().chain([other]).collect()
            }
        }
    }

    /// Whether it can have been written by [`Distribution::of`].
    pub(crate) fn is_sound(&self) -> bool {
        let bins_fit = match self {
            Self::Numbers { edges, counts } => {
                counts.len() == edges.len() + 1
                    && edges.iter().all(|edge| edge.is_finite())
                    && edges.is_sorted_by(|one, other| one < other)
            }
            Self::Words { .. } => true,
        };
        let counts = self.counts();
        bins_fit && counts.len() <= MOST_BINS && counts.iter().all(|count| *count < 1 << 40)
    }
}

fn bins(edges: &[f64], numbers: impl Iterator<Item = f64>) -> Vec<u64> {
    let mut counts = vec![0; edges.len() + 1];
    for number in numbers.filter(|number| number.is_finite()) {
        if let Some(count) = counts.get_mut(edges.partition_point(|edge| *edge <= number)) {
            *count += 1;
        }
    }
    counts
}

/// The population stability index of two samples in the same bins, less what chance alone makes of it; `None` where one
/// of them is empty.
///
/// The index is `Σ (a - e) ln(a / e)` over the bins, of which `e` and `a` are the parts of the first and the second sample.
/// By custom, 0.1 is a shift to look at and 0.25 one to act on (N. Siddiqi, Credit Risk Scorecards, Wiley 2006). Half a
/// value is added to each bin, so that an empty one gives a large index and not an infinite one.
///
/// Two samples of the same distribution differ too. To second order the index is a chi-square statistic with
/// `bins - 1` degrees of freedom, times `1/n + 1/m`, and this is also its mean, `(bins - 1) (1/n + 1/m)`: 0.1 for ten bins
/// and 180 values each, so that by custom every second small batch would be warned of (on which see C. J. Potgieter et al.,
/// arXiv 2307.11878). The mean is therefore taken off; what is left is at least zero.
pub(crate) fn stability_index(before: &[u64], now: &[u64]) -> Option<f64> {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    let (n, m, bins) = (sum(before), sum(now), before.len() as f64);
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let part = |count: u64, of: f64| (count as f64 + 0.5) / (of + 0.5 * bins);
    let terms = before.iter().zip(now).map(|(before, now)| {
        let (expected, actual) = (part(*before, n), part(*now, m));
        (actual - expected) * (actual / expected).ln()
    });
    let by_chance = (bins - 1.0) * (1.0 / n + 1.0 / m);
    Some((terms.sum::<f64>() - by_chance).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers_of(values: impl Iterator<Item = f64>) -> Vec<Value> {
        values.map(Value::Number).collect()
    }

    #[test]
    fn numbers_fall_into_bins_that_are_equally_full() {
        let values = numbers_of((0..100).map(f64::from));
        let Distribution::Numbers { edges, counts } = Distribution::of(Kind::Number, values.iter()) else {
            panic!("numbers have edges")
        };
        assert_eq!(edges, [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
        assert_eq!(counts, [10; 10]);
    }

    #[test]
    fn numbers_that_are_mostly_the_same_have_fewer_bins() {
        let values = numbers_of((0..100).map(|n| if n < 95 { 0.0 } else { f64::from(n) }));
        let distribution = Distribution::of(Kind::Number, values.iter());
        assert_eq!(distribution.counts(), [0, 100]);
        assert!(distribution.is_sound());
    }

    #[test]
    fn rare_words_are_counted_together() {
        let words = (0..60).flat_map(|n| vec![Value::Text(format!("{n:02}")); if n < 50 { 2 } else { 1 }]);
        let words: Vec<_> = words.collect();
        let distribution = Distribution::of(Kind::Text, words.iter());
        assert_eq!(distribution.counts(), [vec![2; 50], vec![10]].concat());
        let polka = [Value::Text("polka".to_owned())];
        assert_eq!(distribution.counts_of(polka.iter()).last(), Some(&1));
    }

    #[test]
    fn values_are_counted_in_the_bins_of_the_reference() {
        let reference = Distribution::Numbers { edges: vec![0.0, 1.0], counts: vec![0, 0, 0] };
        let values = numbers_of([-1.0, 0.0, 0.5, 1.0, 2.0, f64::NAN].into_iter());
        assert_eq!(reference.counts_of(values.iter()), [1, 2, 2]);
    }

    /// By SciPy's conventions the sum is `scipy.special.rel_entr(a, e).sum() + scipy.special.rel_entr(e, a).sum()`.
    #[test]
    fn the_index_is_the_symmetric_divergence_less_its_mean() {
        let index = stability_index(&[500, 300, 200], &[400, 300, 300]).expect("neither is empty");
        assert!((index - 0.058_658_7).abs() < 1e-6, "{index}");
        assert_eq!(stability_index(&[5, 5], &[5, 5]), Some(0.0));
        assert_eq!(stability_index(&[0, 0], &[5, 5]), None);
        assert_eq!(stability_index(&[5, 5], &[0, 0]), None);
    }

    #[test]
    fn samples_of_the_same_distribution_are_not_far_apart() {
        // A linear congruential generator: numbers that are even and always the same.
        let mut state = 7_u64;
        let mut sample = || {
            let numbers = (0..180).map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64
            });
            numbers_of(numbers.collect::<Vec<_>>().into_iter())
        };
        let far = (0..200).filter(|_| {
            let before = Distribution::of(Kind::Number, sample().iter());
            let now = before.counts_of(sample().iter());
            stability_index(&before.counts(), &now).is_some_and(|index| index > 0.1)
        });
        assert!(far.count() < 10);
    }
}
