//! Tau of average precision: a tau in which the top of the list weighs more.

use super::pair::ABSENT;
use super::tree::Tree;
use super::{Measure, Pair, Parameters};

/// Walks `a`, the reference is `b`.
pub(super) static TAU_AP_A_GIVEN_B: Measure<Pair> =
    measure("tau_ap.a_given_b", |pair, _| tau_ap_a_given_b(pair));
/// Walks `b`, the reference is `a`.
pub(super) static TAU_AP_B_GIVEN_A: Measure<Pair> =
    measure("tau_ap.b_given_a", |pair, _| tau_ap_b_given_a(pair));
/// The mean of both.
pub(super) static TAU_AP_SYMMETRIC: Measure<Pair> =
    measure("tau_ap.symmetric", |pair, _| tau_ap_symmetric(pair));

const fn measure(id: &'static str, compute: fn(&Pair, Parameters) -> Option<f64>) -> Measure<Pair> {
    Measure {
        id,
        formula: "2/(n-1) · Σ_{i=2..n} C(i)/(i-1) - 1, walking one list, with C(i) the number of items above its i-th \
                  that the other list, the reference, has above it, too; over the items of both lists in the order in \
                  which they stand; symmetric: the mean of both directions",
        source: "Yilmaz, Aslam and Robertson, \"A new rank correlation coefficient for information retrieval\", SIGIR \
                 2008",
        range: "-1 to 1; 1 for the same order",
        undefined: "fewer than two items stand in both lists",
        compute,
    }
}

/// Walks `a`, the reference is `b`; definition `tau_ap.a_given_b`.
pub fn tau_ap_a_given_b(pair: &Pair) -> Option<f64> {
    let walked = pair.to.iter().filter(|rank| **rank != ABSENT).map(|rank| *rank as usize);
    tau_ap(walked, pair.from.len())
}

/// Walks `b`, the reference is `a`; definition `tau_ap.b_given_a`.
pub fn tau_ap_b_given_a(pair: &Pair) -> Option<f64> {
    let walked = pair.from.iter().filter(|rank| **rank != ABSENT).map(|rank| *rank as usize);
    tau_ap(walked, pair.to.len())
}

/// The mean of both directions; definition `tau_ap.symmetric`.
pub fn tau_ap_symmetric(pair: &Pair) -> Option<f64> {
    Some(f64::midpoint(tau_ap_a_given_b(pair)?, tau_ap_b_given_a(pair)?))
}

/// Of the ranks in the reference, in the order of the list that is walked.
fn tau_ap(walked: impl Iterator<Item = usize>, ranks: usize) -> Option<f64> {
    let mut above = Tree::new(ranks);
    let mut sum = 0.0;
    let mut walked_by = 0_u64;
    for rank in walked {
        if walked_by > 0 {
            sum += above.below(rank).0 as f64 / walked_by as f64;
        }
        above.add(rank, 0.0);
        walked_by += 1;
    }
    (walked_by > 1).then(|| 2.0 / (walked_by - 1) as f64 * sum - 1.0)
}
