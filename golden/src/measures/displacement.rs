//! How far items moved: what a reader sees of a change.

use super::Pair;
use super::pair::ABSENT;

/// How the items that stand in both lists moved, and where the lists part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Displacement {
    /// How many items of both lists stand at another rank.
    pub moved: usize,
    /// The most ranks that one of them moved by.
    pub largest: u64,
    /// By how many ranks they moved together.
    pub sum: u64,
    /// The first rank, from 1, at which the lists differ; `None` where they are the same.
    pub first_changed: Option<usize>,
}

impl Displacement {
    /// Of two lists as they stand; ties are not looked at.
    pub fn of(pair: &Pair) -> Displacement {
        let mut found = Displacement::default();
        for (rank, other) in (0_u32..).zip(&pair.to).filter(|(_, other)| **other != ABSENT) {
            let by = u64::from(rank.abs_diff(*other));
            found.moved += usize::from(by > 0);
            found.largest = found.largest.max(by);
            found.sum += by;
        }
        let longer = pair.to.len().max(pair.from.len());
        let differs = |rank: &usize| pair.to.get(*rank).is_none_or(|other| *other as usize != *rank);
        found.first_changed = (0..longer).find(differs).map(|rank| rank + 1);
        found
    }
}

/// The ranks in `a`, from 0, of the items that left the first `k`.
pub fn left_at(pair: &Pair, k: usize) -> Vec<usize> {
    leaving(&pair.to, k)
}

/// The ranks in `b`, from 0, of the items that entered the first `k`.
pub fn entered_at(pair: &Pair, k: usize) -> Vec<usize> {
    leaving(&pair.from, k)
}

fn leaving(others: &[u32], k: usize) -> Vec<usize> {
    let top = others.iter().take(k).enumerate();
    top.filter(|(_, other)| **other as usize >= k || **other == ABSENT).map(|(rank, _)| rank).collect()
}
