//! What other packages call the measures of one list, and in which order each of them reads a run. Two packages that
//! print different values of one name mostly read different orders.

use super::judged::{
    AP, AP_AT, BPREF, BPREF_STRICT, COMPATIBILITY, ERR_AT, F1_AT, JUDGED_AT, NDCG, NDCG_AT, NDCG_EXP_AT,
    NDCG_RETRIEVED_AT, NDCG_TIES_AVERAGED_AT, PRECISION_AT, R_PRECISION, RBP, RECALL_AT, RR, RR_AT,
    SUCCESS_AT,
};
use super::{Judged, Measure};
use crate::trec::Order;

/// A measure under the name that a package gives it.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// The package and its name of the measure, with `{k}` where the rank stands.
    pub name: &'static str,
    /// The order in which the package reads a run.
    pub order: Order,
    /// The measure.
    pub measure: &'static Measure<Judged>,
    /// The parameter that the package takes by default, where the measure has one.
    pub p: f64,
}

const fn named(name: &'static str, order: Order, measure: &'static Measure<Judged>) -> Named {
    Named { name, order, measure, p: 0.0 }
}

/// Every name. The values of `ir_measures:ERR` and `nDCG(dcg='exp-log2')` come from gdeval.pl, which rounds them to
/// five digits; here they are not rounded.
pub static NAMED: &[Named] = &[
    named("trec_eval:map", Order::TrecEval, &AP),
    named("trec_eval:map_cut_{k}", Order::TrecEval, &AP_AT),
    named("trec_eval:Rprec", Order::TrecEval, &R_PRECISION),
    named("trec_eval:bpref", Order::TrecEval, &BPREF),
    named("trec_eval:recip_rank", Order::TrecEval, &RR),
    named("trec_eval:P_{k}", Order::TrecEval, &PRECISION_AT),
    named("trec_eval:recall_{k}", Order::TrecEval, &RECALL_AT),
    named("trec_eval:ndcg", Order::TrecEval, &NDCG),
    named("trec_eval:ndcg_cut_{k}", Order::TrecEval, &NDCG_AT),
    named("trec_eval:success_{k}", Order::TrecEval, &SUCCESS_AT),
    named("ir_measures:nDCG@{k}", Order::TrecEval, &NDCG_AT),
    named("ir_measures:nDCG(dcg='exp-log2')@{k}", Order::Score, &NDCG_EXP_AT),
    named("ir_measures:ERR@{k}", Order::Score, &ERR_AT),
    named("ir_measures:AP", Order::TrecEval, &AP),
    named("ir_measures:AP@{k}", Order::TrecEval, &AP_AT),
    named("ir_measures:RR", Order::TrecEval, &RR),
    named("ir_measures:RR@{k}", Order::ScoreThenId, &RR_AT),
    named("ir_measures:P@{k}", Order::TrecEval, &PRECISION_AT),
    named("ir_measures:R@{k}", Order::TrecEval, &RECALL_AT),
    named("ir_measures:Success@{k}", Order::TrecEval, &SUCCESS_AT),
    named("ir_measures:Judged@{k}", Order::TrecEval, &JUDGED_AT),
    Named { name: "ir_measures:Compat", order: Order::ScoreThenId, measure: &COMPATIBILITY, p: 0.95 },
    named("ranx:ndcg", Order::Ranx, &NDCG),
    named("ranx:ndcg@{k}", Order::Ranx, &NDCG_AT),
    named("ranx:ndcg_burges@{k}", Order::Ranx, &NDCG_EXP_AT),
    named("ranx:map", Order::Ranx, &AP),
    named("ranx:map@{k}", Order::Ranx, &AP_AT),
    named("ranx:mrr", Order::Ranx, &RR),
    named("ranx:mrr@{k}", Order::Ranx, &RR_AT),
    named("ranx:precision@{k}", Order::Ranx, &PRECISION_AT),
    named("ranx:recall@{k}", Order::Ranx, &RECALL_AT),
    named("ranx:r-precision", Order::Ranx, &R_PRECISION),
    named("ranx:bpref", Order::Ranx, &BPREF_STRICT),
    named("ranx:hit_rate@{k}", Order::Ranx, &SUCCESS_AT),
    named("ranx:f1@{k}", Order::Ranx, &F1_AT),
    Named { name: "ranx:rbp.80", order: Order::Ranx, measure: &RBP, p: 0.8 },
    named(
        "sklearn:ndcg_score@{k},ignore_ties=False (retrieved docs only)",
        Order::Sklearn,
        &NDCG_TIES_AVERAGED_AT,
    ),
    named(
        "sklearn:ndcg_score@{k},ignore_ties=True (retrieved docs only)",
        Order::Sklearn,
        &NDCG_RETRIEVED_AT,
    ),
    named("def:err@{k}(max_grade=4)", Order::TrecEval, &ERR_AT),
    named("def:ndcg_lin@{k}", Order::TrecEval, &NDCG_AT),
    named("def:ndcg_exp@{k}", Order::TrecEval, &NDCG_EXP_AT),
];
