//! What became of many requests: counts, means, the worst of each kind.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Shown, Sum, Worst};
use crate::Ranking;
use crate::compare::{Class, Comparison};
use crate::measures::Agreement;
use crate::witness;

/// How many pairs of models a tally names.
const MODELS: usize = 16;

/// What became of one request: every request has exactly one. Each outweighs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The same answer, see [`Class::Identical`].
    Identical,
    /// See [`Class::Noise`].
    Noise,
    /// There is no approved ranking to compare with.
    Added,
    /// See [`Class::TieOrder`].
    TieOrder,
    /// See [`Class::Scores`].
    Scores,
    /// See [`Class::Order`].
    Order,
    /// See [`Class::Items`].
    Items,
    /// See [`Class::Answer`].
    Answer,
    /// Two runs over one build answer differently, by more than noise; nothing was compared with the approved ranking.
    Unstable,
    /// The answer is invalid whatever it is compared with, see [`Ranking::faults`].
    Broken,
}

impl Outcome {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Identical => "identical",
            Outcome::Noise => "noise",
            Outcome::Added => "added",
            Outcome::TieOrder => "tie order",
            Outcome::Scores => "scores",
            Outcome::Order => "order",
            Outcome::Items => "items",
            Outcome::Answer => "answer",
            Outcome::Unstable => "unstable",
            Outcome::Broken => "broken",
        }
    }

    /// Whether somebody has to have meant it, or to mend it.
    pub fn blocks(self) -> bool {
        self > Outcome::Added
    }
}

impl From<Class> for Outcome {
    fn from(class: Class) -> Outcome {
        match class {
            Class::Identical => Outcome::Identical,
            Class::Noise => Outcome::Noise,
            Class::TieOrder => Outcome::TieOrder,
            Class::Scores => Outcome::Scores,
            Class::Order => Outcome::Order,
            Class::Items => Outcome::Items,
            Class::Answer => Outcome::Answer,
        }
    }
}

/// What became of the requests of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// How many requests ended how; what did not happen is not listed.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Measures over those that changed, by the id of their definition, for instance `rbo_ext(.9)`.
    pub measures: BTreeMap<String, Sum>,
}

impl Segment {
    /// How many requests there are.
    pub fn requests(&self) -> u64 {
        self.outcomes.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many of them somebody has to have meant, or to mend.
    pub fn changed(&self) -> u64 {
        let changed = self.outcomes.iter().filter(|(outcome, _)| outcome.blocks());
        changed.fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// How many ended like this.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    fn merge(&mut self, other: Segment) {
        for (outcome, count) in other.outcomes {
            let sum = self.outcomes.entry(outcome).or_default();
            *sum = sum.saturating_add(count);
        }
        for (measure, sum) in other.measures {
            let both = self.measures.entry(measure).or_default();
            *both = both.merge(sum);
        }
    }
}

/// What became of a set of requests. A monoid: see [`Tally::merge`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// By segment.
    pub segments: BTreeMap<String, Segment>,
    /// Pairs of models of which the second answered where the first was recorded, as `OLD -> NEW`; the first 16 in
    /// alphabetical order.
    pub models: BTreeSet<String>,
    /// The worst request of each kind.
    pub worst: Worst,
}

impl Tally {
    /// Counts a request that was compared with its approved ranking.
    pub fn compared(
        &mut self,
        id: &str,
        segment: &str,
        before: &Ranking,
        after: &Ranking,
        comparison: &Comparison,
    ) {
        if before.model != after.model {
            let name = |model: &Option<String>| model.clone().unwrap_or_else(|| "none".to_owned());
            self.models.insert(format!("{} -> {}", name(&before.model), name(&after.model)));
            truncate(&mut self.models);
        }
        let outcome = Outcome::from(comparison.class);
        let counted = self.count(segment, outcome);
        if !comparison.class.is_change() {
            return;
        }
        let agreement = Agreement::of(before, after);
        let values = [
            ("jaccard@10", Some(agreement.top_ten)),
            ("rbo_ext(.9)", Some(agreement.overlap)),
            ("same_top", Some(f64::from(u8::from(agreement.same_top)))),
            ("tau_b/common", agreement.order),
        ];
        for (measure, value) in values {
            if let Some(value) = value {
                counted.measures.entry(measure.to_owned()).or_default().add(value);
            }
        }
        self.worst.add(Shown {
            id: id.to_owned(),
            segment: segment.to_owned(),
            outcome,
            overlap: agreement.overlap,
            sentence: witness::sentence(id, comparison),
        });
    }

    /// Counts a request that there is nothing approved for.
    pub fn added(&mut self, segment: &str) {
        self.count(segment, Outcome::Added);
    }

    /// Counts a request that two runs over one build answered differently, or one whose answer is invalid; `reason`
    /// is a sentence that begins with the request's id.
    pub fn refused(&mut self, id: &str, segment: &str, outcome: Outcome, reason: String) {
        self.count(segment, outcome);
        let (id, segment) = (id.to_owned(), segment.to_owned());
        self.worst.add(Shown { id, segment, outcome, overlap: 0.0, sentence: reason });
    }

    fn count(&mut self, segment: &str, outcome: Outcome) -> &mut Segment {
        if !self.segments.contains_key(segment) {
            self.segments.insert(segment.to_owned(), Segment::default());
        }
        let counted = self.segments.entry(segment.to_owned()).or_default();
        *counted.outcomes.entry(outcome).or_default() += 1;
        counted
    }

    /// Both together. Associative and commutative, the default is its identity.
    #[must_use]
    pub fn merge(mut self, other: Tally) -> Tally {
        for (name, segment) in other.segments {
            self.segments.entry(name).or_default().merge(segment);
        }
        self.models.extend(other.models);
        truncate(&mut self.models);
        self.worst.merge(other.worst);
        self
    }

    /// All segments as one.
    pub fn total(&self) -> Segment {
        self.segments.values().cloned().fold(Segment::default(), |mut total, segment| {
            total.merge(segment);
            total
        })
    }
}

fn truncate(models: &mut BTreeSet<String>) {
    while models.len() > MODELS {
        models.pop_last();
    }
}
