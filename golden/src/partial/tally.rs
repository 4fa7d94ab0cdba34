//! What became of many requests: counts, means, witnesses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Sum;
use crate::compare::Class;
use crate::measures::Agreement;
use crate::witness::{Seen, Witnesses, Wording};

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
    /// The answer is invalid whatever it is compared with, see [`Ranking::faults`](crate::Ranking::faults).
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
    /// Requests that show every kind of change.
    pub witnesses: Witnesses,
}

impl Tally {
    /// Counts a request that was compared with its approved ranking. How much both agree is measured here, whatever
    /// `seen` says.
    pub fn compared(&mut self, seen: &Seen<'_>, wording: &Wording) {
        let Seen { before, after, comparison, .. } = *seen;
        if before.model != after.model {
            let name = |model: &Option<String>| model.clone().unwrap_or_else(|| "none".to_owned());
            self.models.insert(format!("{} -> {}", name(&before.model), name(&after.model)));
            truncate(&mut self.models);
        }
        let counted = self.count(seen.segment, Outcome::from(comparison.class));
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
        self.witnesses.add(&Seen { overlap: agreement.overlap, ..*seen }, wording);
    }

    /// Counts requests whose answer is the approved one.
    pub fn identical(&mut self, segment: &str, count: u64) {
        if count > 0 {
            *self.of(segment).outcomes.entry(Outcome::Identical).or_default() += count;
        }
    }

    /// Counts a request that there is nothing approved for.
    pub fn added(&mut self, segment: &str) {
        self.count(segment, Outcome::Added);
    }

    /// Counts a request that two runs over one build answered differently, or one whose answer is invalid, and why.
    pub fn refused(&mut self, id: &str, segment: &str, outcome: Outcome, reason: &str, wording: &Wording) {
        self.count(segment, outcome);
        self.witnesses.add_refused(id, segment, outcome, reason, wording);
    }

    fn count(&mut self, segment: &str, outcome: Outcome) -> &mut Segment {
        let counted = self.of(segment);
        *counted.outcomes.entry(outcome).or_default() += 1;
        counted
    }

    fn of(&mut self, segment: &str) -> &mut Segment {
        // Looked up twice, so that a segment that is known costs no copy of its name.
        if !self.segments.contains_key(segment) {
            self.segments.insert(segment.to_owned(), Segment::default());
        }
        self.segments.entry(segment.to_owned()).or_default()
    }

    /// Both together, of which no request stands in both. Associative and commutative, the default is its identity.
    #[must_use]
    pub fn merge(mut self, other: Tally) -> Tally {
        for (name, segment) in other.segments {
            self.segments.entry(name).or_default().merge(segment);
        }
        self.models.extend(other.models);
        truncate(&mut self.models);
        self.witnesses = std::mem::take(&mut self.witnesses).merge(other.witnesses);
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
