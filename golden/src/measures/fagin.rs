//! Fagin's distances of two top-k lists, in which what a list lacks has its place, too.

use super::pair::ABSENT;
use super::tree::Tree;
use super::{Measure, Pair};

const SOURCE: &str =
    "Fagin, Kumar and Sivakumar, \"Comparing top k lists\", SIAM J. Discrete Math. 17(1), 2003";
const UNDEFINED: &str = "the lists differ in length, or are empty; ties are not looked at";

/// Spearman's footrule with the location parameter k + 1.
pub(super) static FAGIN_FOOTRULE: Measure<Pair> = Measure {
    id: "fagin_footrule.raw",
    formula: "F^(k+1) = Σ |rank in a - rank in b| over the items of either list, an item that a list of k lacks at rank \
              k + 1",
    source: SOURCE,
    range: "0 to k(k + 1); 0 for the same list",
    undefined: UNDEFINED,
    compute: |pair, _| fagin_footrule(pair),
};
/// The same as a share of what disjoint lists have.
pub(super) static FAGIN_FOOTRULE_NORMALISED: Measure<Pair> = Measure {
    id: "fagin_footrule.normalised",
    formula: "F^(k+1) / (k(k + 1))",
    source: SOURCE,
    range: "0 to 1; 0 for the same list, 1 for disjoint ones",
    undefined: UNDEFINED,
    compute: |pair, _| fagin_footrule_normalised(pair),
};
/// Kendall's distance with the penalty p.
pub(super) static FAGIN_KENDALL: Measure<Pair> = Measure {
    id: "fagin_kendall.raw@p",
    formula: "K^(p) = the number of pairs of items of either list that the lists order differently, taking what a list \
              lacks as below what it has, plus p for each pair that one list has and the other lacks",
    source: SOURCE,
    range: "0 to k² + p k(k - 1); 0 for the same list",
    undefined: UNDEFINED,
    compute: |pair, with| fagin_kendall(pair, with.p),
};
/// The same as a share of what disjoint lists have.
pub(super) static FAGIN_KENDALL_NORMALISED: Measure<Pair> = Measure {
    id: "fagin_kendall.normalised@p",
    formula: "K^(p) / (k² + p k(k - 1))",
    source: SOURCE,
    range: "0 to 1; 0 for the same list, 1 for disjoint ones",
    undefined: UNDEFINED,
    compute: |pair, with| fagin_kendall_normalised(pair, with.p),
};

/// Definition `fagin_footrule.raw`.
pub fn fagin_footrule(pair: &Pair) -> Option<f64> {
    let k = length(pair)?;
    let apart = |(rank, other): (u64, &u32)| {
        if *other == ABSENT { k - rank } else { rank.abs_diff(u64::from(*other)) }
    };
    let by_a: u64 = (0..).zip(&pair.to).map(apart).sum();
    // What both have was counted from the other side.
    let only_b: u64 = (0..).zip(&pair.from).filter(|(_, other)| **other == ABSENT).map(apart).sum();
    let sum = by_a + only_b;
    Some(sum as f64)
}

/// Definition `fagin_footrule.normalised`.
pub fn fagin_footrule_normalised(pair: &Pair) -> Option<f64> {
    let k = length(pair)? as f64;
    Some(fagin_footrule(pair)? / (k * (k + 1.0)))
}

/// Definition `fagin_kendall.raw@p`. `p` lies between 0, optimistic, and 1/2, neutral.
pub fn fagin_kendall(pair: &Pair, p: f64) -> Option<f64> {
    let k = length(pair)?;
    let lacked = k - pair.common() as u64;
    // Pairs of an item of the first list alone with one of the second alone.
    let mut apart = lacked * lacked;
    for ranks in [&pair.to, &pair.from] {
        let mut lacked_above = 0;
        for other in ranks {
            if *other == ABSENT {
                lacked_above += 1;
            } else {
                apart += lacked_above;
            }
        }
    }
    let mut above = Tree::new(pair.from.len());
    for (met, other) in (0_u64..).zip(pair.to.iter().filter(|other| **other != ABSENT)) {
        apart += met - above.below(*other as usize).0;
        above.add(*other as usize, 0.0);
    }
    Some(apart as f64 + p * (lacked * lacked.saturating_sub(1)) as f64)
}

/// Definition `fagin_kendall.normalised@p`.
pub fn fagin_kendall_normalised(pair: &Pair, p: f64) -> Option<f64> {
    let k = length(pair)? as f64;
    Some(fagin_kendall(pair, p)? / (k * k + p * k * (k - 1.0)))
}

fn length(pair: &Pair) -> Option<u64> {
    (pair.to.len() == pair.from.len() && !pair.to.is_empty()).then_some(pair.to.len() as u64)
}
