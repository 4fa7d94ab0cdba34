//! What the tops of two lists have in common, as sets.

use super::pair::ABSENT;
use super::{Measure, Pair};

/// Jaccard similarity of the tops.
pub(super) static JACCARD: Measure<Pair> = Measure {
    id: "jaccard@k",
    formula: "|A ∩ B| / |A ∪ B| of the first k items; a list shorter than k counts with its length",
    source: "Jaccard, \"Étude comparative de la distribution florale\", 1901",
    range: "0 to 1; 1 for the same items, and for two empty tops",
    undefined: "never",
    compute: |pair, with| Some(jaccard_at(pair, with.k)),
};
/// The share of the top that both lists have.
pub(super) static OVERLAP: Measure<Pair> = Measure {
    id: "overlap@k",
    formula: "|A ∩ B| / max(|A|, |B|) of the first k items; a list shorter than k counts with its length",
    source: "set overlap of the tops, as Webber, Moffat and Zobel call it in TOIS 28(4), 2010",
    range: "0 to 1; 1 for the same items, and for two empty tops",
    undefined: "never",
    compute: |pair, with| Some(overlap_at(pair, with.k)),
};
/// The mean of the overlap over the depths.
pub(super) static AVERAGE_OVERLAP: Measure<Pair> = Measure {
    id: "average_overlap@k",
    formula: "the mean over the depths d = 1..k of |A ∩ B| / d of the first d items; depths stop at the end of the \
              shorter list",
    source: "Fagin, Kumar and Sivakumar, \"Comparing top k lists\", SIAM J. Discrete Math. 17(1), 2003",
    range: "0 to 1; 1 for the same list, and for two empty ones; 0 for an empty and a full one",
    undefined: "never",
    compute: |pair, with| Some(average_overlap_at(pair, with.k)),
};

/// Definition `jaccard@k`.
pub fn jaccard_at(pair: &Pair, k: usize) -> f64 {
    let common = common_at(pair, k);
    let union = pair.to.len().min(k) + pair.from.len().min(k) - common;
    if union == 0 { 1.0 } else { common as f64 / union as f64 }
}

/// Definition `overlap@k`.
pub fn overlap_at(pair: &Pair, k: usize) -> f64 {
    let longer = pair.to.len().max(pair.from.len()).min(k);
    if longer == 0 { 1.0 } else { common_at(pair, k) as f64 / longer as f64 }
}

/// Definition `average_overlap@k`.
pub fn average_overlap_at(pair: &Pair, k: usize) -> f64 {
    let (a, b) = (pair.to.len(), pair.from.len());
    let depth = a.min(b).min(k);
    if depth == 0 {
        return if a.max(b) == 0 || k == 0 { 1.0 } else { 0.0 };
    }
    let mut common = 0;
    let mut sum = 0.0;
    for rank in 0..depth {
        common += met_at(pair, rank);
        sum += f64::from(common) / (rank + 1) as f64;
    }
    sum / depth as f64
}

/// How many of the first `k` items stand among the first `k` of the other list.
fn common_at(pair: &Pair, k: usize) -> usize {
    // What is absent has the largest of all ranks, so it is never among the first.
    let k = k.min(ABSENT as usize);
    pair.to.iter().take(k).filter(|rank| (**rank as usize) < k).count()
}

/// How many items more the two prefixes have in common once they reach the rank.
pub(super) fn met_at(pair: &Pair, rank: usize) -> u32 {
    let by_a = pair.to.get(rank).is_some_and(|other| *other as usize <= rank);
    let by_b = pair.from.get(rank).is_some_and(|other| (*other as usize) < rank);
    u32::from(by_a) + u32::from(by_b)
}
