//! Average precision and reciprocal rank; their means over requests are MAP and MRR.

use super::{Judged, share};
use crate::measures::Measure;

const AP_SOURCE: &str = "Buckley and Voorhees, \"Retrieval system evaluation\", in TREC, MIT Press 2005; trec_eval's map and map_cut";
const RR_SOURCE: &str =
    "Voorhees, \"The TREC-8 question answering track report\", 1999; trec_eval's recip_rank";

/// The whole list. Its mean is MAP.
pub static AP: Measure<Judged> = Measure {
    id: "ap",
    formula: "Σ over the ranks i of relevant items of P@i, divided by the number of relevant items, returned or not",
    source: AP_SOURCE,
    range: "0 to 1; 1 where all relevant items stand on top",
    undefined: "no item is judged relevant",
    compute: |judged, _| ap_at(judged, usize::MAX),
};
/// The first k.
pub static AP_AT: Measure<Judged> = Measure {
    id: "ap@k",
    formula: "as ap, over the first k ranks; the divisor stays",
    source: AP_SOURCE,
    range: "0 to 1, and less than 1 where more than k items are relevant",
    undefined: "no item is judged relevant",
    compute: |judged, with| ap_at(judged, with.k),
};
/// The whole list. Its mean is MRR.
pub static RR: Measure<Judged> = Measure {
    id: "rr",
    formula: "1 / the rank of the first relevant item; 0 where none is returned",
    source: RR_SOURCE,
    range: "0 to 1; 1 where it stands on top",
    undefined: "never",
    compute: |judged, _| Some(rr_at(judged, usize::MAX)),
};
/// The first k.
pub static RR_AT: Measure<Judged> = Measure {
    id: "rr@k",
    formula: "1 / the rank of the first relevant item; 0 where none is among the first k",
    source: RR_SOURCE,
    range: "0 to 1; 1 where it stands on top",
    undefined: "never",
    compute: |judged, with| Some(rr_at(judged, with.k)),
};

fn ap_at(judged: &Judged, k: usize) -> Option<f64> {
    let (mut found, mut sum) = (0_u32, 0.0);
    for (hit, rank) in judged.hits(k).zip(1_u32..) {
        if hit {
            found += 1;
            sum += f64::from(found) / f64::from(rank);
        }
    }
    share(sum, judged.relevant())
}

fn rr_at(judged: &Judged, k: usize) -> f64 {
    judged.hits(k).position(|hit| hit).map_or(0.0, |rank| 1.0 / (rank + 1) as f64)
}
