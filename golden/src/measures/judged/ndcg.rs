//! Normalised discounted cumulative gain; the ideal is made of all judged items, whether they were returned or not.

use std::sync::LazyLock;

use super::Judged;
use crate::measures::Measure;

const SOURCE: &str = "Järvelin and Kekäläinen, \"Cumulated gain-based evaluation of IR techniques\", TOIS 20(4), 2002; as trec_eval \
     computes it";
const BURGES: &str = "Burges et al., \"Learning to rank using gradient descent\", ICML 2005";
const RANGE: &str = "0 to 1; 1 for the best order";
const UNDEFINED: &str = "no item is judged relevant";

/// Linear gain, the first k.
pub static NDCG_AT: Measure<Judged> = Measure {
    id: "ndcg@k/lin/judged-ideal",
    formula: "DCG@k / ideal DCG@k, with DCG@k = Σ_{i=1..k} max(g(i), 0) / log2(i + 1); the ideal orders all judged items by \
              grade and is cut at k, too",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |judged, with| ndcg_at(judged, with.k),
};
/// Linear gain, the whole list.
pub static NDCG: Measure<Judged> = Measure {
    id: "ndcg/lin/judged-ideal",
    formula: "as ndcg@k/lin/judged-ideal, over the whole list",
    source: SOURCE,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |judged, _| ndcg_at(judged, usize::MAX),
};
/// Exponential gain, the first k.
pub static NDCG_EXP_AT: Measure<Judged> = Measure {
    id: "ndcg@k/exp/judged-ideal",
    formula: "as ndcg@k/lin/judged-ideal, with 2^max(g(i), 0) - 1 in the place of max(g(i), 0)",
    source: BURGES,
    range: RANGE,
    undefined: UNDEFINED,
    compute: |judged, with| ndcg_exp_at(judged, with.k),
};

/// See [`NDCG_AT`].
pub fn ndcg_at(judged: &Judged, k: usize) -> Option<f64> {
    normalised(judged, k, |grade| f64::from(grade.max(0)))
}

/// See [`NDCG_EXP_AT`].
pub fn ndcg_exp_at(judged: &Judged, k: usize) -> Option<f64> {
    normalised(judged, k, |grade| f64::from(grade.max(0)).exp2() - 1.0)
}

fn normalised(judged: &Judged, k: usize, gain: fn(i32) -> f64) -> Option<f64> {
    let ideal = discounted(judged.ideal.iter().take(k).map(|grade| gain(*grade)));
    let found = judged.grades.iter().take(k).map(|grade| grade.map_or(0.0, gain));
    (ideal > 0.0).then(|| discounted(found) / ideal)
}

/// The sum of the gains, each divided by the logarithm of its rank plus one.
pub(super) fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    let discount = |rank: usize| DISCOUNTS.get(rank).copied().unwrap_or_else(|| logarithm(rank));
    gains.enumerate().filter(|(_, gain)| *gain != 0.0).map(|(rank, gain)| gain / discount(rank)).sum()
}

/// Of the ranks that are looked at most, from 0: a logarithm takes longer than all else.
static DISCOUNTS: LazyLock<[f64; 64]> = LazyLock::new(|| std::array::from_fn(logarithm));

fn logarithm(rank: usize) -> f64 {
    ((rank + 2) as f64).log2()
}
