//! Measures of how much two ranked lists agree, and of how good one is. Each is a function of its definition, which
//! stands beside it as a [`Measure`]; none re-sorts a list.

mod agreement;
mod definition;
mod displacement;
mod fagin;
pub mod judged;
mod kendall;
mod kernel;
mod overlap;
mod packages;
mod pair;
mod rbo;
mod rbo_scores;
mod rbo_ties;
mod reference;
mod spearman;
mod tau_ap;
mod tree;
mod weighted_tau;

pub use agreement::Agreement;
pub use definition::{Measure, Parameters};
pub use displacement::{Displacement, entered_at, left_at};
pub use fagin::{fagin_footrule, fagin_footrule_normalised, fagin_kendall, fagin_kendall_normalised};
pub use judged::{Grades, Judged};
pub use kendall::{tau_b_common, tau_b_union, tau_c_common};
pub use kernel::Kernel;
pub use overlap::{average_overlap_at, jaccard_at, overlap_at};
pub use packages::{NAMED, Named};
pub use pair::{Pair, Ranked};
pub use rbo::{rbo_extrapolated, rbo_truncated};
pub use rbo_ties::{Rbo, Ties, rbo};
pub use reference::reference;
pub use spearman::spearman_rho;
pub use tau_ap::{tau_ap_a_given_b, tau_ap_b_given_a, tau_ap_symmetric};
pub use weighted_tau::{weighted_tau_by_a, weighted_tau_common, weighted_tau_product, weighted_tau_union};

/// Every measure of how much two lists agree.
pub static AGREEMENT: &[&Measure<Pair>] = &[
    &overlap::JACCARD,
    &overlap::OVERLAP,
    &overlap::AVERAGE_OVERLAP,
    &rbo::RBO_EXTRAPOLATED,
    &rbo::RBO_TRUNCATED,
    &rbo_scores::RBO_WITH_TIES[0],
    &rbo_scores::RBO_WITH_TIES[1],
    &rbo_scores::RBO_WITH_TIES[2],
    &rbo_scores::RBO_WITH_TIES[3],
    &rbo_scores::RBO_WITH_TIES[4],
    &rbo_scores::RBO_WITH_TIES[5],
    &rbo_scores::RBO_WITH_TIES[6],
    &rbo_scores::RBO_WITH_TIES[7],
    &rbo_scores::RBO_WITH_TIES[8],
    &rbo_scores::RBO_WITH_TIES[9],
    &rbo_scores::RBO_WITH_TIES[10],
    &rbo_scores::RBO_WITH_TIES[11],
    &kendall::TAU_B_COMMON,
    &kendall::TAU_B_UNION,
    &kendall::TAU_C_COMMON,
    &tau_ap::TAU_AP_A_GIVEN_B,
    &tau_ap::TAU_AP_B_GIVEN_A,
    &tau_ap::TAU_AP_SYMMETRIC,
    &weighted_tau::WEIGHTED_TAU_COMMON,
    &weighted_tau::WEIGHTED_TAU_BY_A,
    &weighted_tau::WEIGHTED_TAU_PRODUCT,
    &weighted_tau::WEIGHTED_TAU_UNION,
    &spearman::SPEARMAN_RHO,
    &fagin::FAGIN_FOOTRULE,
    &fagin::FAGIN_FOOTRULE_NORMALISED,
    &fagin::FAGIN_KENDALL,
    &fagin::FAGIN_KENDALL_NORMALISED,
];

/// Every measure of how good one list is.
pub static QUALITY: &[&Measure<Judged>] = &[
    &judged::NDCG_AT,
    &judged::NDCG_EXP_AT,
    &judged::NDCG,
    &judged::NDCG_RETRIEVED_AT,
    &judged::NDCG_TIES_AVERAGED_AT,
    &judged::ERR_AT,
    &judged::AP,
    &judged::AP_AT,
    &judged::RR,
    &judged::RR_AT,
    &judged::PRECISION_AT,
    &judged::RECALL_AT,
    &judged::F1_AT,
    &judged::R_PRECISION,
    &judged::BPREF,
    &judged::BPREF_STRICT,
    &judged::SUCCESS_AT,
    &judged::RBP,
    &judged::COMPATIBILITY,
    &judged::JUDGED_AT,
];
