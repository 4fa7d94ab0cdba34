//! All outcomes that were told, each once.
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use reward::{Evidence, Filter};

use crate::beliefs::Believed;
use crate::outcome::{Outcome, beginning, day};

/// Outcomes by track, listener and period.
///
/// An outcome that is told again is counted once. If it is told with other days, the later telling is a correction and
/// holds; of two of the same second, the one with more days. So the order of telling does not matter.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    tracks: BTreeMap<String, BTreeMap<(String, u8), Known>>,
    outcomes: usize,
    room: usize,
}

/// What is known of one period of one listener. The order is that in which one telling beats another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    at: u64,
    days: u8,
}

/// What an outcome was to a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// News.
    First,
    /// It was known, in these or other words.
    Again,
}

/// There are more outcomes than a ledger has room for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there are more than {0} outcomes; leave out those from before the last years, which are all but forgotten"
)]
pub struct LedgerFull(usize);

impl Ledger {
    /// A ledger for at most so many outcomes, each of which takes about a hundred bytes of memory.
    pub fn with_room(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// Takes an outcome.
    ///
    /// # Errors
    /// [`LedgerFull`] if it is news, and there is no room for it.
    pub fn add(&mut self, outcome: Outcome) -> Result<Told, LedgerFull> {
        let known = Known { at: outcome.at, days: outcome.days };
        match self.tracks.entry(outcome.track).or_default().entry((outcome.listener, outcome.period)) {
            Entry::Occupied(mut entry) => {
                let best = known.max(*entry.get());
                entry.insert(best);
                Ok(Told::Again)
            }
            Entry::Vacant(_) if self.outcomes >= self.room => Err(LedgerFull(self.room)),
            Entry::Vacant(entry) => {
                entry.insert(known);
                self.outcomes += 1;
                Ok(Told::First)
            }
        }
    }

    /// How many outcomes there are.
    pub fn outcomes(&self) -> usize {
        self.outcomes
    }

    /// What is believed of each track on the day of its last outcome, by track.
    pub fn beliefs(&self, filter: &Filter) -> Vec<Believed> {
        self.tracks.iter().filter_map(|(track, known)| believe(track, known.iter(), filter)).collect()
    }
}

fn believe<'a>(
    track: &str,
    known: impl Iterator<Item = (&'a (String, u8), &'a Known)>,
    filter: &Filter,
) -> Option<Believed> {
    let mut by_day: BTreeMap<u64, Evidence> = BTreeMap::new();
    let mut outcomes = 0;
    for ((_, period), Known { at, days }) in known {
        // What cannot have happened was refused when it was read, and counts for nothing here.
        let evidence = by_day.entry(day(*at)).or_default();
        outcomes += u64::from(evidence.add(usize::from(*period), u64::from(*days)).is_ok());
    }
    let (mut belief, mut last) = (filter.prior(), *by_day.first_key_value()?.0);
    for (day, evidence) in &by_day {
        belief = filter.learn(filter.forget(belief, day - last), evidence);
        last = *day;
    }
    Some(Believed { track: track.to_owned(), at: beginning(last), belief, outcomes })
}
