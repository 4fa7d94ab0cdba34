//! Measures of a corpus with what they mean.

use serde::Serialize;

use crate::measures::AGREEMENT;
use crate::partial::{Segment, Sum};

/// The mean of a measure over the requests that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The id of its definition, for instance `rbo_ext(.9)`.
    pub id: String,
    /// What it says, in a sentence for people.
    pub says: String,
    /// How it is computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Where that was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The mean; `None` where it is defined for none of them.
    pub mean: Option<f64>,
    /// For how many of them it is defined.
    pub count: u64,
}

/// What a measure of a tally is: its id there, that of its [`Measure`](crate::measures::Measure) where it is one, and
/// what it says, for people.
const SAID: &[(&str, &str, &str)] = &[
    (
        "jaccard@10",
        "jaccard@k",
        "Whether the first ten ranks hold the same items, in whatever order: 1 where they do.",
    ),
    (
        "rbo_ext(.9)",
        "rbo_pkg.rbo_ext@p",
        "How much the lists share from the top down, for readers of whom nine in ten go on to the next rank: 1 where they \
         are equal, 0 where they share nothing.",
    ),
    ("same_top", "", "The share of requests that have the same first item as before."),
    (
        "tau_b/common",
        "kendall_tau_b.common",
        "Whether the items of both lists stand in the same order: 1 where they do, -1 where it is reversed.",
    ),
];

pub(super) fn of(total: &Segment) -> Vec<Measured> {
    total.measures.iter().map(|(id, sum)| Measured::of(id, *sum)).collect()
}

impl Measured {
    fn of(id: &str, sum: Sum) -> Self {
        let (_, measure, says) = SAID.iter().find(|(known, ..)| *known == id).copied().unwrap_or_default();
        let measure = AGREEMENT.iter().find(|other| other.id == measure);
        Measured {
            id: id.to_owned(),
            says: says.to_owned(),
            formula: measure.map(|measure| measure.formula.to_owned()),
            source: measure.map(|measure| measure.source.to_owned()),
            mean: sum.mean(),
            count: sum.count,
        }
    }

    /// The mean with three decimals.
    pub(super) fn shown(&self) -> String {
        self.mean.map_or_else(|| "–".to_owned(), |mean| format!("{mean:.3}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_of_a_tally_is_said_and_defined() {
        for (id, measure, _) in SAID {
            let measured = Measured::of(id, Sum::default());
            assert_eq!(measured.formula.is_some(), !measure.is_empty(), "{id}");
            assert!(measured.says.ends_with('.'), "{id}");
        }
        assert_eq!(Measured::of("unheard", Sum::default()).says, "");
    }
}
