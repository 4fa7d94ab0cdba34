//! Discounted gain against the best order of what was returned, as scikit-learn has it: blind to what is missing.

use super::Judged;
use super::ndcg::discounted;
use crate::measures::Measure;

const UNDEFINED: &str = "never";
const RANGE: &str = "0 to 1; 1 for the best order of what was returned, 0 where nothing returned is relevant";

/// In the order in which the list stands.
pub static NDCG_RETRIEVED_AT: Measure<Judged> = Measure {
    id: "ndcg@k/lin/retrieved-ideal",
    formula: "as ndcg@k/lin/judged-ideal, with an ideal of the returned items alone",
    source: "sklearn.metrics.ndcg_score with ignore_ties=True",
    range: RANGE,
    undefined: UNDEFINED,
    compute: |judged, with| {
        Some(against_retrieved(judged, with.k, discounted(gains(judged).into_iter().take(with.k))))
    },
};
/// The mean over all ways to break the ties.
pub static NDCG_TIES_AVERAGED_AT: Measure<Judged> = Measure {
    id: "ndcg@k/lin/retrieved-ideal/ties-averaged",
    formula: "as ndcg@k/lin/retrieved-ideal, each item with the mean gain of its tie group",
    source: "McSherry and Najork, \"Computing information retrieval performance measures efficiently in the presence of \
             tied scores\", ECIR 2008; sklearn.metrics.ndcg_score with ignore_ties=False",
    range: RANGE,
    undefined: UNDEFINED,
    compute: |judged, with| {
        Some(against_retrieved(judged, with.k, discounted(averaged(judged).into_iter().take(with.k))))
    },
};

fn gains(judged: &Judged) -> Vec<f64> {
    judged.grades.iter().map(|grade| f64::from(grade.unwrap_or(0).max(0))).collect()
}

fn averaged(judged: &Judged) -> Vec<f64> {
    let mut gains = gains(judged);
    let mut from = 0;
    for group in judged.tops.chunk_by(|above, below| above == below) {
        let tied = &mut gains[from..from + group.len()];
        let mean = tied.iter().sum::<f64>() / tied.len() as f64;
        tied.fill(mean);
        from += group.len();
    }
    gains
}

fn against_retrieved(judged: &Judged, k: usize, found: f64) -> f64 {
    let mut best = gains(judged);
    best.sort_unstable_by(|a, b| b.total_cmp(a));
    let ideal = discounted(best.into_iter().take(k));
    if ideal > 0.0 { found / ideal } else { 0.0 }
}
