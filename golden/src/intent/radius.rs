//! How far a change reaches in one corpus: what became of its requests, by segment.

use std::collections::{BTreeMap, BTreeSet};

use findings::Location;

use super::judged::Judgement;
use crate::Ranking;
use crate::measures::Agreement;
use crate::partial::{Outcome, Segment, Tally};
use crate::policy::Corpus;
use crate::side::Delta;
use crate::static_tier::Place;
use crate::statistics::upper_bound;

/// What a change does to one corpus.
pub(crate) struct Radius {
    pub(crate) service: String,
    pub(crate) rpc: String,
    /// Where the recorded rankings stand.
    pub(crate) location: Location,
    /// Every segment of the corpus.
    pub(crate) segments: BTreeMap<String, Reach>,
    /// Pairs of models of which the second answered where the first was recorded.
    pub(crate) models: Vec<(String, String)>,
    /// What people judged, under a declared model.
    pub(crate) judgement: Judgement,
}

/// What became of the requests of a segment that both sides have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reach {
    /// How many were compared.
    pub(crate) all: u64,
    /// How many moved by more than noise.
    pub(crate) moved: u64,
    /// How many of them have another item on top.
    pub(crate) top: u64,
    /// The sum of `rbo_ext(.9)` over those that moved.
    pub(crate) overlap: f64,
}

impl Reach {
    /// With a request whose ranking moved.
    fn count(&mut self, before: &Ranking, after: &Ranking) {
        let agreement = Agreement::of(before, after);
        self.moved += 1;
        self.top += u64::from(!agreement.same_top);
        self.overlap += agreement.overlap;
    }
}

impl Radius {
    fn new(corpus: &Corpus, place: &Place) -> Radius {
        Radius {
            service: corpus.service.clone(),
            rpc: corpus.rpc.clone(),
            location: Location::point(&place.rankings, 1, 1),
            segments: BTreeMap::new(),
            models: Vec::new(),
            judgement: Judgement::default(),
        }
    }

    /// Of a corpus whose files are text. What is new has a segment and was not compared.
    pub(crate) fn of(corpus: &Corpus, place: &Place, delta: &Delta<'_>, segments: &BTreeSet<&str>) -> Radius {
        let mut radius = Radius::new(corpus, place);
        radius.segments.extend(segments.iter().map(|segment| ((*segment).to_owned(), Reach::default())));
        for compared in &delta.compared {
            let (before, after) = (&compared.before.ranking, &compared.after.ranking);
            let reach = radius.segments.entry(compared.after.segment.clone()).or_default();
            reach.all += 1;
            if compared.comparison.class.is_change() {
                reach.count(before, after);
            }
            let name = |model: &Option<String>| model.clone().unwrap_or_else(|| "none".to_owned());
            let pair = (name(&before.model), name(&after.model));
            if pair.0 != pair.1 && !radius.models.contains(&pair) {
                radius.models.push(pair);
            }
        }
        // Another question with another answer: nobody can tell it from a ranking that moved, where it was or where it is.
        for rewritten in &delta.rewritten {
            let Some((before, after)) = rewritten.moved else { continue };
            for segment in BTreeSet::from([&rewritten.before.segment, &rewritten.after.segment]) {
                let reach = radius.segments.entry(segment.clone()).or_default();
                reach.all += 1;
                reach.count(&before.ranking, &after.ranking);
            }
        }
        radius
    }

    /// Of a tally that was made in shards or over a store.
    pub(crate) fn of_tally(corpus: &Corpus, place: &Place, tally: &Tally) -> Radius {
        let mut radius = Radius::new(corpus, place);
        let reach = |segment: &Segment| {
            let moved = segment.changed();
            let sum =
                |measure: &str| segment.measures.get(measure).and_then(|sum| Some((sum.mean()?, sum.count)));
            let (overlap, measured) = sum("rbo_ext(.9)").unwrap_or_default();
            let (same, of) = sum("same_top").unwrap_or_default();
            Reach {
                all: segment.requests() - segment.count(Outcome::Added),
                moved,
                top: of - (same * of as f64).round() as u64,
                overlap: overlap * measured as f64,
            }
        };
        radius.segments =
            tally.segments.iter().map(|(name, segment)| (name.clone(), reach(segment))).collect();
        let pair = |pair: &String| pair.split_once(" -> ").map(|(old, new)| (old.to_owned(), new.to_owned()));
        radius.models = tally.models.iter().filter_map(pair).collect();
        radius
    }

    /// All segments as one.
    pub(crate) fn total(&self) -> Reach {
        self.segments.values().fold(Reach::default(), |sum, reach| Reach {
            all: sum.all + reach.all,
            moved: sum.moved + reach.moved,
            top: sum.top + reach.top,
            overlap: sum.overlap + reach.overlap,
        })
    }

    /// What is told of it: which service, and what tells it from another corpus of the same.
    pub(crate) fn fact(&self) -> String {
        format!("{} {}", self.service, self.rpc)
    }
}

impl Reach {
    /// The share of requests that moved, in percent; 0 of none.
    pub(crate) fn percent(&self) -> f64 {
        if self.all == 0 { 0.0 } else { 100.0 * self.moved as f64 / self.all as f64 }
    }

    /// The share that is not exceeded with this confidence, in percent.
    pub(crate) fn at_most(&self, confidence: f64) -> f64 {
        100.0 * upper_bound(self.moved, self.all, confidence)
    }

    /// The mean of `rbo_ext(.9)` over all that were compared; those that did not move overlap wholly.
    pub(crate) fn mean_overlap(&self) -> f64 {
        if self.all == 0 { 1.0 } else { (self.overlap + (self.all - self.moved) as f64) / self.all as f64 }
    }

    /// "cold: 2 of 30 (6.7 %, with 95 % confidence at most 19.5 %)"
    pub(crate) fn in_words(&self, segment: &str, confidence: f64) -> String {
        format!(
            "{segment}: {} of {} ({:.1} %, with {} % confidence at most {:.1} %)",
            self.moved,
            self.all,
            self.percent(),
            shortly(100.0 * confidence),
            self.at_most(confidence)
        )
    }
}

/// A number with as few decimals as it needs, three at most.
pub(crate) fn shortly(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}
