//! The worst request of each kind of change, as many kinds as are kept.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Outcome;

/// The most kinds of change that are kept.
pub const SIGNATURES: usize = 256;

/// A request that shows a kind of change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The request.
    pub id: String,
    /// Its segment.
    pub segment: String,
    /// What became of it.
    pub outcome: Outcome,
    /// How much both rankings agree, as rank-biased overlap at 0.9; 0 where they were not compared.
    pub overlap: f64,
    /// What happened, for people.
    pub sentence: String,
}

impl Shown {
    /// Worst first: the gravest outcome, within it the least overlap, then by id.
    fn order(&self, other: &Shown) -> Ordering {
        (other.outcome.cmp(&self.outcome))
            .then(self.overlap.total_cmp(&other.overlap))
            .then_with(|| self.id.cmp(&other.id))
            .then_with(|| self.sentence.cmp(&other.sentence))
    }

    fn signature(&self) -> (Outcome, String) {
        (self.outcome, self.segment.clone())
    }
}

/// For each kind of change, outcome and segment, the worst request; of more than [`SIGNATURES`] kinds those whose
/// worst request is worst.
///
/// Merging is associative although it forgets: what a part forgets stands behind as many kinds of the same part, whose
/// worst requests can only become worse.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Shown>", into = "Vec<Shown>")]
pub struct Worst(BTreeMap<(Outcome, String), Shown>);

impl Worst {
    /// Worst first.
    pub fn sorted(&self) -> Vec<&Shown> {
        let mut all: Vec<&Shown> = self.0.values().collect();
        all.sort_by(|a, b| a.order(b));
        all
    }

    pub(super) fn add(&mut self, shown: Shown) {
        self.keep_worse(shown);
        self.truncate();
    }

    pub(super) fn merge(&mut self, other: Worst) {
        for shown in other.0.into_values() {
            self.keep_worse(shown);
        }
        self.truncate();
    }

    fn keep_worse(&mut self, shown: Shown) {
        let known = self.0.get(&shown.signature());
        if known.is_none_or(|known| shown.order(known) == Ordering::Less) {
            self.0.insert(shown.signature(), shown);
        }
    }

    fn truncate(&mut self) {
        if self.0.len() > SIGNATURES {
            let mut all: Vec<Shown> = std::mem::take(&mut self.0).into_values().collect();
            all.sort_by(Shown::order);
            all.truncate(SIGNATURES);
            self.0 = all.into_iter().map(|shown| (shown.signature(), shown)).collect();
        }
    }
}

impl From<Vec<Shown>> for Worst {
    fn from(all: Vec<Shown>) -> Worst {
        let mut worst = Worst::default();
        all.into_iter().for_each(|shown| worst.keep_worse(shown));
        worst.truncate();
        worst
    }
}

impl From<Worst> for Vec<Shown> {
    fn from(worst: Worst) -> Vec<Shown> {
        worst.sorted().into_iter().cloned().collect()
    }
}
