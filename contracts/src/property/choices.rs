//! The choices behind a generated request: made by chance, or given anew while a failing request is made smaller.
//!
//! A request is what its choices say, so that whatever is done to the choices (one left out, one lowered) is a request
//! again. Zero is always the simplest choice. After MacIver and Donaldson, "Test-Case Reduction via Test-Case
//! Generation" (ECOOP 2020).

use std::cmp::Ordering;

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// One of so many.
    Number(u64),
    /// Each one of so many.
    Letters(Vec<u32>),
}

/// The choices that a request was made of, and which of them belong to one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) choices: Vec<Choice>,
    /// First and behind the last choice of each item of a list or a map.
    pub(crate) spans: Vec<(usize, usize)>,
}

/// Where choices come from, and those that were made.
pub(crate) struct Choices {
    source: Source,
    made: Made,
}

enum Source {
    Chance(Chance),
    Given(std::vec::IntoIter<Choice>),
}

impl Choices {
    /// The choices of one case, which are the same whatever the other cases are.
    pub(crate) fn by_chance(seed: u64, case: u64) -> Choices {
        let mut chance = Chance(seed);
        let mixed = chance.next() ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Choices { source: Source::Chance(Chance(mixed)), made: Made::default() }
    }

    /// The given choices; where they end, the simplest ones follow.
    pub(crate) fn given(choices: Vec<Choice>) -> Choices {
        Choices { source: Source::Given(choices.into_iter()), made: Made::default() }
    }

    /// What was chosen.
    pub(crate) fn made(self) -> Made {
        self.made
    }

    /// Chance itself, for what guides choices without being one; none where choices are given.
    pub(crate) fn chance(&mut self) -> Option<&mut Chance> {
        match &mut self.source {
            Source::Chance(chance) => Some(chance),
            Source::Given(_) => None,
        }
    }

    /// A number up to and with `max`.
    pub(crate) fn number(&mut self, max: u64, by_chance: impl FnOnce(&mut Chance) -> u64) -> u64 {
        let number = match &mut self.source {
            Source::Chance(chance) => by_chance(chance),
            Source::Given(given) => match given.next() {
                Some(Choice::Number(number)) => number,
                _ => 0,
            },
        };
        let number = number.min(max);
        self.made.choices.push(Choice::Number(number));
        number
    }

    /// One of so many, each as likely as the others.
    pub(crate) fn one_of(&mut self, count: usize) -> usize {
        let last = count.saturating_sub(1) as u64;
        usize::try_from(self.number(last, |chance| chance.up_to(last))).unwrap_or(0)
    }

    /// Yes so many times out of a hundred.
    pub(crate) fn is(&mut self, percent: u64) -> bool {
        self.number(1, |chance| u64::from(chance.up_to(99) < percent)) == 1
    }

    /// Between `min` and `max` numbers below `count`, as many as `length` says.
    pub(crate) fn letters(
        &mut self,
        (min, max): (usize, usize),
        count: u32,
        length: impl FnOnce(&mut Chance) -> usize,
    ) -> Vec<u32> {
        let last = count.saturating_sub(1);
        let mut letters = match &mut self.source {
            Source::Chance(chance) => {
                let length = length(chance);
                (0..length).map(|_| u32::try_from(chance.up_to(u64::from(last))).unwrap_or(0)).collect()
            }
            Source::Given(given) => match given.next() {
                Some(Choice::Letters(letters)) => letters,
                _ => Vec::new(),
            },
        };
        letters.truncate(max);
        letters.resize(letters.len().max(min), 0);
        letters.iter_mut().for_each(|letter| *letter = (*letter).min(last));
        self.made.choices.push(Choice::Letters(letters.clone()));
        letters
    }

    /// Begins an item.
    pub(crate) fn begin(&self) -> usize {
        self.made.choices.len()
    }

    /// Ends an item.
    pub(crate) fn end(&mut self, began: usize) {
        self.made.spans.push((began, self.made.choices.len()));
    }
}

impl Made {
    /// Whether it is simpler than another: fewer choices, or lower ones.
    pub(crate) fn is_simpler_than(&self, other: &Made) -> bool {
        let by_length = self.choices.len().cmp(&other.choices.len());
        let pairs = || self.choices.iter().zip(&other.choices);
        by_length.then_with(|| {
            pairs()
                .map(|(one, other)| compare(one, other))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        }) == Ordering::Less
    }
}

fn compare(one: &Choice, other: &Choice) -> Ordering {
    match (one, other) {
        (Choice::Number(one), Choice::Number(other)) => one.cmp(other),
        (Choice::Letters(one), Choice::Letters(other)) => {
            one.len().cmp(&other.len()).then_with(|| one.cmp(other))
        }
        (Choice::Number(_), Choice::Letters(_)) => Ordering::Less,
        (Choice::Letters(_), Choice::Number(_)) => Ordering::Greater,
    }
}

/// Numbers by chance that are the same for the same seed in every release: `SplitMix64`.
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number up to and with `max`.
    pub(crate) fn up_to(&mut self, max: u64) -> u64 {
        let drawn = u128::from(self.next()) * (u128::from(max) + 1);
        u64::try_from(drawn >> 64).unwrap_or(max)
    }

    /// Whether something happens that happens so many times out of a hundred.
    pub(crate) fn is(&mut self, percent: u64) -> bool {
        self.up_to(99) < percent
    }
}
