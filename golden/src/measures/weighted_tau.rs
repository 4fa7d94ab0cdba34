//! Vigna's weighted tau: a tau-b in which pairs at the top weigh more.

use super::kendall::{common_columns, union};
use super::tree::Tree;
use super::{Measure, Pair};

const SOURCE: &str =
    "Vigna, \"A weighted correlation index for rankings with ties\", WWW 2015; as scipy.stats.weightedtau";
const RANGE: &str = "-1 to 1; 1 for the same order with the same ties";
const UNDEFINED: &str = "a list ties all of the items, or there are fewer than two";

/// Over the items of both lists.
pub(super) static WEIGHTED_TAU_COMMON: Measure<Pair> = Measure {
    id: "weighted_tau_h.common",
    formula: "tau-b in which a pair counts w(i) + w(j) with w = 1/(r + 1); r is the rank from 0 by (a, b) in one run and \
              by (b, a) in another, and the value is the mean of the two; over the items of both lists",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |pair, _| weighted_tau_common(pair),
};
/// Over the items of both lists, ranked by the first.
pub(super) static WEIGHTED_TAU_BY_A: Measure<Pair> = Measure {
    id: "weighted_tau_h.rank_by_a.common",
    formula: "as weighted_tau_h.common, with the rank by (a, b) alone",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |pair, _| weighted_tau_by_a(pair),
};
/// Over the items of both lists, weights multiplied.
pub(super) static WEIGHTED_TAU_PRODUCT: Measure<Pair> = Measure {
    id: "weighted_tau_mult.common",
    formula: "as weighted_tau_h.common, with w(i) · w(j)",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |pair, _| weighted_tau_product(pair),
};
/// Over the items of either list.
pub(super) static WEIGHTED_TAU_UNION: Measure<Pair> = Measure {
    id: "weighted_tau_h.union_bottom_tied",
    formula: "as weighted_tau_h.common, over the items of either list, those missing from a list tied just below its \
              last rank",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |pair, _| weighted_tau_union(pair),
};

/// Definition `weighted_tau_h.common`.
pub fn weighted_tau_common(pair: &Pair) -> Option<f64> {
    let (a, b) = common_columns(pair);
    symmetric(&a, &b, Weight::Sum)
}

/// Definition `weighted_tau_h.rank_by_a.common`.
pub fn weighted_tau_by_a(pair: &Pair) -> Option<f64> {
    let (a, b) = common_columns(pair);
    ranked_by_first(&a, &b, Weight::Sum)
}

/// Definition `weighted_tau_mult.common`.
pub fn weighted_tau_product(pair: &Pair) -> Option<f64> {
    let (a, b) = common_columns(pair);
    symmetric(&a, &b, Weight::Product)
}

/// Definition `weighted_tau_h.union_bottom_tied`.
pub fn weighted_tau_union(pair: &Pair) -> Option<f64> {
    let (a, b) = union(pair);
    symmetric(&a, &b, Weight::Sum)
}

fn symmetric(a: &[u32], b: &[u32], weight: Weight) -> Option<f64> {
    Some(f64::midpoint(ranked_by_first(a, b, weight)?, ranked_by_first(b, a, weight)?))
}

/// How the weights of two items become that of the pair.
#[derive(Clone, Copy)]
enum Weight {
    Sum,
    Product,
}

impl Weight {
    /// Of all pairs within a group of items.
    fn within(self, weights: impl Iterator<Item = f64>) -> f64 {
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for weight in weights {
            count += 1.0;
            sum += weight;
            squares += weight * weight;
        }
        match self {
            Weight::Sum => (count - 1.0) * sum,
            Weight::Product => (sum * sum - squares) / 2.0,
        }
    }

    /// Of the pairs of one item with each of `count` others.
    fn with(self, weight: f64, count: u64, others: f64) -> f64 {
        match self {
            Weight::Sum => weight * count as f64 + others,
            Weight::Product => weight * others,
        }
    }
}

/// One item: its tie group in both lists. What it weighs follows from its place in the order by both.
type Row = (u32, u32);

fn ranked_by_first(first: &[u32], second: &[u32], weight: Weight) -> Option<f64> {
    let mut rows: Vec<Row> = first.iter().copied().zip(dense(second)).collect();
    rows.sort_unstable();
    let weigh = |rank: usize| 1.0 / (rank + 1) as f64;
    let mut tied_first = 0.0;
    let mut tied_both = 0.0;
    let mut swapped = 0.0;
    let mut above = Tree::new(rows.len());
    let (mut rank, mut count, mut sum) = (0, 0, 0.0);
    for group in rows.chunk_by(|a, b| a.0 == b.0) {
        tied_first += weight.within((rank..rank + group.len()).map(weigh));
        let mut from = rank;
        for both in group.chunk_by(|a, b| a.1 == b.1) {
            tied_both += weight.within((from..from + both.len()).map(weigh));
            from += both.len();
        }
        for (_, place) in group {
            // Within the group nothing stands below: it is in order of the second list.
            let (not_below, lighter) = above.below(*place as usize + 1);
            swapped += weight.with(weigh(rank), count - not_below, sum - lighter);
            above.add(*place as usize, weigh(rank));
            sum += weigh(rank);
            count += 1;
            rank += 1;
        }
    }
    let mut by_second: Vec<(u32, usize)> = rows.iter().enumerate().map(|(rank, row)| (row.1, rank)).collect();
    by_second.sort_unstable();
    let groups = by_second.chunk_by(|a, b| a.0 == b.0);
    let tied_second: f64 =
        groups.clone().map(|group| weight.within(group.iter().map(|row| weigh(row.1)))).sum();
    if rows.first()?.0 == rows.last()?.0 || groups.count() < 2 {
        return None;
    }
    let all = weight.within((0..rows.len()).map(weigh));
    let balance = all - (tied_second + tied_first - tied_both) - 2.0 * swapped;
    Some((balance / (all - tied_first).sqrt() / (all - tied_second).sqrt()).clamp(-1.0, 1.0))
}

/// The tie groups numbered from 0 without gaps.
fn dense(groups: &[u32]) -> Vec<u32> {
    let mut known = groups.to_vec();
    known.sort_unstable();
    known.dedup();
    groups.iter().map(|group| known.partition_point(|other| other < group) as u32).collect()
}
