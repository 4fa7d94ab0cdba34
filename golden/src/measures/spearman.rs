//! Spearman's rho.

use super::kendall::common_columns;
use super::{Measure, Pair};

/// Over the items of both lists.
pub(super) static SPEARMAN_RHO: Measure<Pair> = Measure {
    id: "spearman_rho.common",
    formula: "Pearson's correlation of the ranks of the items of both lists, ranked among these, ties sharing the mean \
              of their ranks",
    source: "Spearman, \"The proof and measurement of association between two things\", Am. J. Psychology 15(1), 1904",
    range: "-1 to 1; 1 for the same order with the same ties",
    undefined: "a list ties all of the items, or there are fewer than two",
    compute: |pair, _| spearman_rho(pair),
};

/// Definition `spearman_rho.common`.
pub fn spearman_rho(pair: &Pair) -> Option<f64> {
    let (a, b) = common_columns(pair);
    let (a, b) = (middle_ranks(&a), middle_ranks(&b));
    // The sum of the ranks is the same with and without ties.
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        product += (a - mean) * (b - mean);
        square_a += (a - mean) * (a - mean);
        square_b += (b - mean) * (b - mean);
    }
    let scale = square_a.sqrt() * square_b.sqrt();
    (scale > 0.0).then(|| (product / scale).clamp(-1.0, 1.0))
}

/// The rank of each item among these, from 0, ties sharing the mean of theirs.
fn middle_ranks(groups: &[u32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_unstable_by_key(|item| groups[*item]);
    let mut ranks = vec![0.0; groups.len()];
    let mut from = 0;
    for tied in order.chunk_by(|a, b| groups[*a] == groups[*b]) {
        let middle = from as f64 + (tied.len() as f64 - 1.0) / 2.0;
        tied.iter().for_each(|item| ranks[*item] = middle);
        from += tied.len();
    }
    ranks
}
