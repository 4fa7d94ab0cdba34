//! The smallest set of requests that shows every kind of change, chosen out of any number of them.
//!
//! Of each kind only two requests are kept: the worst one and the one that shows most kinds. What is kept of two sets
//! together is what would be kept of all their requests, so shards may be merged in any order. The choice among what is
//! kept is the greedy cover (Chvátal, "A greedy heuristic for the set-covering problem", 1979).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Cause, Insight, Kind, Seen, Shown, Signature, Witness, Wording};
use crate::partial::Outcome;

/// The most witnesses that a report shows.
pub const MAX_CHOSEN: usize = 12;

/// How many segments and stages are told apart for each kind of change.
const PER_KIND: usize = 64;

/// How many witnesses may wait, beyond those that are kept, until they are swept out.
const WAITING: usize = 1_024;

/// Changed requests, of which those are kept that a choice may need. Its size is bounded whatever is added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Witness>", into = "Vec<Witness>")]
pub struct Witnesses {
    slots: BTreeMap<Kind, BTreeMap<Signature, Slot>>,
    /// By id; also some that lost their slot since.
    waiting: BTreeMap<String, Witness>,
}

/// The two requests that are kept for a kind of change.
#[derive(Clone, Debug)]
struct Slot {
    worst: Key,
    widest: Key,
}

/// What decides between two requests.
#[derive(Clone, Debug)]
struct Key {
    outcome: Outcome,
    overlap: f64,
    width: usize,
    id: String,
}

/// What a report shows.
#[derive(Debug)]
pub struct Chosen<'a> {
    /// Worst first, at most [`MAX_CHOSEN`].
    pub witnesses: Vec<&'a Witness>,
    /// How many kinds of change there are that none of them shows.
    pub unseen: usize,
}

impl Witnesses {
    /// Takes a changed request; one that did not change is none.
    pub fn add(&mut self, seen: &Seen<'_>, wording: &Wording) {
        let insight = Insight::of(seen);
        let key = Key {
            outcome: Outcome::from(seen.comparison.class),
            overlap: seen.overlap,
            width: insight.shows.len(),
            id: seen.id.to_owned(),
        };
        if self.claim(&insight.shows, &key) {
            self.keep(Witness::of(seen, wording, insight));
        }
    }

    /// Takes a request whose answer was not compared: it is invalid, or another one in each run.
    pub fn add_refused(
        &mut self,
        id: &str,
        segment: &str,
        outcome: Outcome,
        reason: &str,
        wording: &Wording,
    ) {
        let kind = if outcome == Outcome::Unstable { Kind::Unstable } else { Kind::Broken };
        self.take(Witness {
            id: id.to_owned(),
            segment: segment.to_owned(),
            line: None,
            outcome,
            overlap: 0.0,
            sentence: format!("{}: {reason}", wording.segment(segment)),
            cause: Cause::Unknown,
            about: None,
            before: Shown::default(),
            after: Shown::default(),
            shows: vec![Signature { kind, segment: segment.to_owned(), stage: None }],
        });
    }

    /// Both together. Associative and commutative where no id stands in both; the default is its identity.
    #[must_use]
    pub fn merge(mut self, other: Witnesses) -> Witnesses {
        Vec::from(other).into_iter().for_each(|witness| self.take(witness));
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The fewest requests, as far as greed finds them, that show every kind of change; the worst request is always
    /// among them.
    pub fn chosen(&self) -> Chosen<'_> {
        let kept: Vec<&Witness> = self.kept().collect();
        let mut uncovered: BTreeSet<&Signature> = self.signatures().collect();
        let mut witnesses: Vec<&Witness> = Vec::new();
        while witnesses.len() < MAX_CHOSEN && !uncovered.is_empty() {
            let width =
                |witness: &Witness| witness.shows.iter().filter(|shown| uncovered.contains(shown)).count();
            let next = kept.iter().map(|witness| (*witness, width(witness))).min_by(|(a, x), (b, y)| {
                // The first is the worst whatever it shows, since that is what people ask for.
                let wider = if witnesses.is_empty() { Ordering::Equal } else { y.cmp(x) };
                wider.then_with(|| Key::of(a).worse(&Key::of(b)))
            });
            let Some((next, 1..)) = next else { break };
            next.shows.iter().for_each(|shown| {
                uncovered.remove(shown);
            });
            witnesses.push(next);
        }
        let unseen = uncovered.len();
        drop_surplus(&mut witnesses);
        witnesses.sort_by(|a, b| Key::of(a).worse(&Key::of(b)));
        Chosen { witnesses, unseen }
    }

    fn take(&mut self, witness: Witness) {
        if self.claim(&witness.shows, &Key::of(&witness)) {
            self.keep(witness);
        }
    }

    fn keep(&mut self, witness: Witness) {
        self.waiting.insert(witness.id.clone(), witness);
        if self.waiting.len() > 2 * self.signatures().count() + WAITING {
            let kept: BTreeSet<String> = self.ids().map(str::to_owned).collect();
            self.waiting.retain(|id, _| kept.contains(id));
        }
    }

    /// Whether a request takes one of the places that it would fit in.
    fn claim(&mut self, shows: &[Signature], key: &Key) -> bool {
        let mut claimed = false;
        for signature in shows {
            let slots = self.slots.entry(signature.kind).or_default();
            if let Some(slot) = slots.get_mut(signature) {
                if key.worse(&slot.worst).is_lt() {
                    slot.worst = key.clone();
                    claimed = true;
                }
                if key.wider(&slot.widest).is_lt() {
                    slot.widest = key.clone();
                    claimed = true;
                }
                continue;
            }
            // The first by name are kept, so that it does not matter which came first.
            let is_full = slots.len() >= PER_KIND;
            if is_full && slots.last_key_value().is_some_and(|(last, _)| last < signature) {
                continue;
            }
            if is_full {
                slots.pop_last();
            }
            slots.insert(signature.clone(), Slot { worst: key.clone(), widest: key.clone() });
            claimed = true;
        }
        claimed
    }

    fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.slots.values().flat_map(BTreeMap::keys)
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        let slots = self.slots.values().flat_map(BTreeMap::values);
        slots.flat_map(|slot| [slot.worst.id.as_str(), slot.widest.id.as_str()])
    }

    /// Those that hold a place, by id.
    fn kept(&self) -> impl Iterator<Item = &Witness> {
        let ids: BTreeSet<&str> = self.ids().collect();
        ids.into_iter().filter_map(|id| self.waiting.get(id))
    }
}

/// Takes out those of which the others show everything; never the first.
fn drop_surplus(witnesses: &mut Vec<&Witness>) {
    for index in (1..witnesses.len()).rev() {
        let is_shown = |signature: &Signature| {
            let others = witnesses.iter().enumerate().filter(|(other, _)| *other != index);
            others.into_iter().any(|(_, witness)| witness.shows.contains(signature))
        };
        if witnesses[index].shows.iter().all(is_shown) {
            witnesses.remove(index);
        }
    }
}

impl Key {
    fn of(witness: &Witness) -> Key {
        Key {
            outcome: witness.outcome,
            overlap: witness.overlap,
            width: witness.shows.len(),
            id: witness.id.clone(),
        }
    }

    /// The gravest outcome first, within it the least overlap, then by id.
    fn worse(&self, other: &Key) -> Ordering {
        (other.outcome.cmp(&self.outcome))
            .then(self.overlap.total_cmp(&other.overlap))
            .then_with(|| self.id.cmp(&other.id))
    }

    /// The one that shows most kinds first, then the worst.
    fn wider(&self, other: &Key) -> Ordering {
        other.width.cmp(&self.width).then_with(|| self.worse(other))
    }
}

impl PartialEq for Witnesses {
    fn eq(&self, other: &Self) -> bool {
        self.kept().eq(other.kept())
    }
}

impl From<Vec<Witness>> for Witnesses {
    fn from(all: Vec<Witness>) -> Self {
        let mut witnesses = Witnesses::default();
        all.into_iter().for_each(|witness| witnesses.take(witness));
        witnesses
    }
}

impl From<Witnesses> for Vec<Witness> {
    fn from(witnesses: Witnesses) -> Self {
        witnesses.kept().cloned().collect()
    }
}
