//! Counts of relevant items above a rank.

use super::{Judged, share};
use crate::measures::Measure;

const SOURCE: &str = "trec_eval 9";

/// Precision.
pub static PRECISION_AT: Measure<Judged> = Measure {
    id: "p@k",
    formula: "the number of relevant items among the first k, divided by k, however many there are",
    source: SOURCE,
    range: "0 to 1",
    undefined: "k is 0",
    compute: |judged, with| share(judged.found(with.k) as f64, with.k),
};
/// Recall.
pub static RECALL_AT: Measure<Judged> = Measure {
    id: "recall@k",
    formula: "the number of relevant items among the first k, divided by the number of relevant items",
    source: SOURCE,
    range: "0 to 1",
    undefined: "no item is judged relevant",
    compute: |judged, with| share(judged.found(with.k) as f64, judged.relevant()),
};
/// The harmonic mean of both.
pub static F1_AT: Measure<Judged> = Measure {
    id: "f1@k",
    formula: "2 · p@k · recall@k / (p@k + recall@k), 0 where both are 0",
    source: "van Rijsbergen, Information Retrieval, 1979; as ranx",
    range: "0 to 1",
    undefined: "k is 0, or no item is judged relevant",
    // The same fraction, cancelled.
    compute: |judged, with| {
        let relevant = judged.relevant();
        (with.k > 0 && relevant > 0)
            .then(|| 2.0 * judged.found(with.k) as f64 / (with.k as f64 + relevant as f64))
    },
};
/// Precision at the number of relevant items.
pub static R_PRECISION: Measure<Judged> = Measure {
    id: "rprec",
    formula: "p@R with R the number of relevant items",
    source: SOURCE,
    range: "0 to 1; 1 where all relevant items stand on top",
    undefined: "no item is judged relevant",
    compute: |judged, _| share(judged.found(judged.relevant()) as f64, judged.relevant()),
};
/// Whether anything was found.
pub static SUCCESS_AT: Measure<Judged> = Measure {
    id: "success@k",
    formula: "1 where a relevant item stands among the first k, else 0",
    source: SOURCE,
    range: "0 or 1",
    undefined: "never",
    compute: |judged, with| Some(if judged.found(with.k) > 0 { 1.0 } else { 0.0 }),
};
/// How much of the top was judged at all.
pub static JUDGED_AT: Measure<Judged> = Measure {
    id: "judged@k",
    formula: "the share of the first k items that are judged, of those that there are",
    source: "ir_measures 0.4",
    range: "0 to 1; with little of the top judged, other measures say little",
    undefined: "the list is empty, or k is 0",
    compute: |judged, with| {
        let top = judged.grades.len().min(with.k);
        share(judged.grades[..top].iter().flatten().count() as f64, top)
    },
};
