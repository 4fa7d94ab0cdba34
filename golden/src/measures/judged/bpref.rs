//! Bpref: a measure that unjudged items cannot move.

use super::{Judged, share};
use crate::measures::Measure;

const SOURCE: &str = "Buckley and Voorhees, \"Retrieval evaluation with incomplete information\", SIGIR 2004";

/// As trec_eval.
pub static BPREF: Measure<Judged> = Measure {
    id: "bpref",
    formula: "1/R · Σ over the relevant items returned of 1 - min(n, R) / min(N, R), with R relevant and N non-relevant \
              judged items, n of the latter above it, and no loss where n is 0; a grade below 0 counts as unjudged",
    source: SOURCE,
    range: "0 to 1; 1 where every relevant item stands above every judged non-relevant one",
    undefined: "no item is judged relevant",
    compute: |judged, _| {
        let non_relevant = judged.ideal.iter().filter(|grade| **grade == 0).count();
        bpref(judged, non_relevant, |grade| grade == 0)
    },
};
/// As ranx.
pub static BPREF_STRICT: Measure<Judged> = Measure {
    id: "bpref/strict",
    formula: "as bpref, with a grade below 0 counted as judged non-relevant",
    source: "ranx 0.3; the same paper",
    range: "0 to 1; 1 where every relevant item stands above every judged non-relevant one",
    undefined: "no item is judged relevant, or none non-relevant",
    compute: |judged, _| {
        let non_relevant = judged.ideal.len() - judged.relevant();
        if non_relevant == 0 { None } else { bpref(judged, non_relevant, |grade| grade <= 0) }
    },
};

fn bpref(judged: &Judged, non_relevant: usize, is_non_relevant: fn(i32) -> bool) -> Option<f64> {
    let relevant = judged.relevant();
    let most = non_relevant.min(relevant);
    let (mut above, mut sum) = (0, 0.0);
    for grade in judged.grades.iter().flatten() {
        if *grade > 0 {
            sum += if above == 0 { 1.0 } else { 1.0 - above.min(relevant) as f64 / most as f64 };
        } else if is_non_relevant(*grade) {
            above += 1;
        }
    }
    share(sum, relevant)
}
