//! `cost`: what an answer may cost beside what it cost at the base.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::Policy;

/// Which corpora are asked of base and head, and how much more an answer may cost before somebody is told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cost {
    /// Globs of the names of corpora of `golden`; empty: none.
    pub corpora: Vec<String>,
    /// The most requests of a corpus that are asked.
    pub requests: usize,
    /// How often each is asked of either side.
    pub rounds: u32,
    /// How many times as many keys all answers together may read.
    pub keys: f64,
    /// How many times as many bytes all answers together may allocate.
    pub allocation: f64,
    /// How many times as large all answers together may be.
    pub payload: f64,
    /// How many times as long the median answer may take.
    pub time: f64,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost {
            corpora: Vec::new(),
            requests: 100,
            rounds: 3,
            keys: 1.1,
            allocation: 1.25,
            payload: 1.25,
            time: 1.5,
        }
    }
}

impl Cost {
    /// Whether a corpus is asked.
    pub fn asks(&self, corpus: &str) -> bool {
        let globs = self.corpora.iter().filter_map(|glob| globset::Glob::new(glob).ok());
        globs.into_iter().any(|glob| glob.compile_matcher().is_match(corpus))
    }
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "cost.corpora",
        "list of globs",
        "[]",
        Direction::MoreTightens,
        "The corpora of `golden`, by name, that the live tier asks of the services built from base and from head, to \
         compare what answers cost: `[\"*\"]` for all. A name without `*` has to be one of them. \
         The base is built in a folder of its own, and only where the change touches what a service is built from.",
    ),
    Key::new(
        "cost.requests",
        "number",
        "100",
        Direction::LowerLoosens,
        "The most requests of a corpus that are asked, spread evenly over it.",
    ),
    Key::new(
        "cost.rounds",
        "number from 1 to 20",
        "3",
        Direction::Free,
        "How often each request is asked of either side, in turn. The lowest cost counts, so that a cache that fills or a \
         machine that is busy is no change.",
    ),
    Key::new(
        "cost.keys",
        "number from 1",
        "1.1",
        Direction::HigherLoosens,
        "How many times as many keys of a dependency all answers together may read, and how many times as large their \
         largest batches may be, before `more-keys` says so.",
    ),
    Key::new(
        "cost.allocation",
        "number from 1",
        "1.25",
        Direction::HigherLoosens,
        "How many times as many bytes all answers together may allocate before `more-allocation` says so.",
    ),
    Key::new(
        "cost.payload",
        "number from 1",
        "1.25",
        Direction::HigherLoosens,
        "How many times as large all answers together may be before `larger-answer` says so.",
    ),
    Key::new(
        "cost.time",
        "number from 1",
        "1.5",
        Direction::HigherLoosens,
        "How many times as long the median answer may take before `slower-answer` says so.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    let cost = &policy.cost;
    let at = |key: &str| format!("contracts.cost.{key}");
    for (index, glob) in cost.corpora.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            return Err(document.error_at(&at(&format!("corpora[{index}]")), error));
        }
    }
    if cost.requests == 0 {
        return Err(document.error_at(&at("requests"), "without requests nothing is compared"));
    }
    if !(1..=20).contains(&cost.rounds) {
        return Err(document.error_at(&at("rounds"), "it is not from 1 to 20"));
    }
    let ratios = [
        ("keys", cost.keys),
        ("allocation", cost.allocation),
        ("payload", cost.payload),
        ("time", cost.time),
    ];
    match ratios.into_iter().find(|(_, ratio)| !(ratio.is_finite() && *ratio >= 1.0)) {
        Some((key, _)) => {
            Err(document.error_at(&at(key), "it is below 1, and no cost that stays may be found"))
        }
        None => Ok(()),
    }
}
