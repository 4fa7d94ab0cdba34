//! Which level a rule has earned.

use std::collections::BTreeSet;

use findings::{Level, Rule};

use super::{Label, Records};

/// So many labels are enough, however many hits there are.
const ENOUGH: u64 = 35;

/// With fewer hits than this, seeded mutants are judged beside them, and hits and mutants together must be as many.
const FEW: u64 = 10;

/// A rule that blocks finds at most one thing in so many lines of published code.
const LINES_A_FINDING: u64 = 10_000;

/// What a rule's labels rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// As many hits as are enough.
    Enough,
    /// Every hit of the census.
    All,
    /// Every hit, of which there are few, and mutants.
    Mutants,
    /// Too little to follow anything from.
    Short,
}

/// How often a rule is right, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// Hits in the census.
    pub hits: u64,
    /// Judged hits, without mutants.
    pub labels: u64,
    /// Those that were right.
    pub right: u64,
    /// Mutants that were planted.
    pub mutants: u64,
    /// Those that were found.
    pub found: u64,
    /// What this is enough for.
    pub sample: Sample,
    /// The strictest level that it allows.
    pub allows: Level,
}

impl Precision {
    /// Of how many judged samples how many were right, mutants included where they count.
    pub fn share(&self) -> (u64, u64) {
        match self.sample {
            Sample::Enough | Sample::All => (self.right, self.labels),
            Sample::Mutants | Sample::Short => (self.right + self.found, self.labels + self.mutants),
        }
    }
}

/// How often a rule was right, by the records.
///
/// A label of a pinned source counts only while the rule still has a hit in that item: what a rule no longer finds
/// says nothing about it. A label of another source counts as it is, and so does one of a rule that is younger than the
/// census.
pub fn precision(rule: &Rule, records: &Records) -> Precision {
    let is_younger = !records.census.hits.contains_key(rule.id);
    let found = records.census.hits(rule.id);
    let places: BTreeSet<_> = found.iter().map(|hit| (&hit.source, &hit.path, &hit.item)).collect();
    let still_there = |label: &Label| {
        is_younger
            || !records.census.sizes.contains_key(&label.source)
            || places.contains(&(&label.source, &label.path, &label.item))
    };
    let all = records.labels.get(rule.id).map_or(&[][..], Vec::as_slice);
    let (mutants, judged): (Vec<&Label>, Vec<&Label>) = all
        .iter()
        .filter(|label| label.is_mutant() || still_there(label))
        .partition(|label| label.is_mutant());
    let labelled: BTreeSet<_> =
        judged.iter().map(|label| (&label.source, &label.path, &label.item)).collect();
    let every_hit = places.iter().all(|place| labelled.contains(place));

    let count = |labels: &[&Label]| labels.iter().filter(|label| label.right).count() as u64;
    let mut precision = Precision {
        hits: found.len() as u64,
        labels: judged.len() as u64,
        right: count(&judged),
        mutants: mutants.len() as u64,
        found: count(&mutants),
        sample: Sample::Short,
        allows: Level::Note,
    };
    precision.sample = sample(&precision, every_hit);
    precision.allows = allows(&precision, records.census.size().lines);
    precision
}

fn sample(it: &Precision, every_hit: bool) -> Sample {
    if it.labels >= ENOUGH {
        Sample::Enough
    } else if every_hit && it.labels >= FEW {
        Sample::All
    } else if every_hit && it.labels + it.mutants >= FEW {
        Sample::Mutants
    } else {
        Sample::Short
    }
}

fn allows(it: &Precision, lines: u64) -> Level {
    let (right, judged) = it.share();
    let is_rare = it.hits * LINES_A_FINDING <= lines;
    match it.sample {
        Sample::Short => Level::Note,
        _ if right * 10 >= judged * 9 && is_rare => Level::Error,
        _ if right * 10 >= judged * 6 => Level::Warning,
        _ => Level::Note,
    }
}
