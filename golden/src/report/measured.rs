//! Measures of a corpus with what they mean.

use serde::Serialize;

use crate::partial::Segment;

/// The mean of a measure over the requests that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The id of its definition, for instance `rbo_ext(.9)`.
    pub id: String,
    /// What it says, in a sentence.
    pub definition: String,
    /// The mean; `None` where it is defined for none of them.
    pub mean: Option<f64>,
    /// For how many of them it is defined.
    pub count: u64,
}

const DEFINITIONS: &[(&str, &str)] = &[
    (
        "jaccard@10",
        "Items that the first ten ranks of both lists share, as a share of all items there. 1 where both hold the same \
         items in whatever order.",
    ),
    (
        "rbo_ext(.9)",
        "Rank-biased overlap, extrapolated: how much the lists share from the top down, where nine of ten readers go \
         on to the next rank. 1 where they are equal, 0 where they share nothing (Webber, Moffat and Zobel 2010, \
         equation 32).",
    ),
    ("same_top", "The share of requests that have the same first item as before."),
    (
        "tau_b/common",
        "Kendall's tau-b over the items of both lists: pairs that stand in the same order less those that are turned \
         round, as a share. 1 where the order is the same, -1 where it is reversed (Kendall 1945).",
    ),
];

pub(super) fn of(total: &Segment) -> Vec<Measured> {
    let measured = |(id, sum): (&String, &crate::partial::Sum)| Measured {
        id: id.clone(),
        definition: definition(id).to_owned(),
        mean: sum.mean(),
        count: sum.count,
    };
    total.measures.iter().map(measured).collect()
}

fn definition(id: &str) -> &'static str {
    DEFINITIONS.iter().find(|(known, _)| *known == id).map_or("", |(_, definition)| definition)
}

impl Measured {
    /// The mean with three decimals.
    pub(super) fn shown(&self) -> String {
        self.mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.3}"))
    }
}
