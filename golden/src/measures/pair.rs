//! Two ranked lists reduced to where the items of one stand in the other: all that a measure needs to know.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A list, best first, each id with the number of its tie group. Groups never decrease down the list; ids that
/// share a group are tied.
pub type Ranked<'a> = [(&'a str, u32)];

/// The rank of an item that is not in the list.
pub(super) const ABSENT: u32 = u32::MAX;

/// Two ranked lists, `a` and `b`. A measure of agreement reads this and nothing else, so that ids are looked up once,
/// whatever is measured.
///
/// An id that stands twice in a list counts where it stands first; the repetition is an item of its own that the other
/// list has not. Lists have less than 2^32 - 1 items.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// For each rank of `a`, from 0, the rank of that item in `b`.
    pub(super) to: Vec<u32>,
    /// For each rank of `b`, the rank of that item in `a`.
    pub(super) from: Vec<u32>,
    /// For each rank of `a`, the first rank of its tie group.
    pub(super) tops_a: Vec<u32>,
    /// For each rank of `b`, the first rank of its tie group.
    pub(super) tops_b: Vec<u32>,
    /// Whether any items of a list are tied.
    pub(super) tied: bool,
    /// Whether an id stands twice in a list.
    pub(super) repeated: bool,
}

impl Pair {
    /// The pair of two lists with ties.
    pub fn of(a: &Ranked<'_>, b: &Ranked<'_>) -> Pair {
        let mut pair = Pair::looked_up(a.iter().map(|(id, _)| *id), b.iter().map(|(id, _)| *id));
        pair.tied = tie(&mut pair.tops_a, |above, rank| a[above].1 == a[rank].1)
            | tie(&mut pair.tops_b, |above, rank| b[above].1 == b[rank].1);
        pair
    }

    /// The pair of two lists without ties.
    pub fn untied(a: &[&str], b: &[&str]) -> Pair {
        Pair::looked_up(a.iter().copied(), b.iter().copied())
    }

    /// Whether an id stands twice in a list. No measure is meant for that; each is still defined.
    pub fn has_repetitions(&self) -> bool {
        self.repeated
    }

    /// Whether items of a list are tied.
    pub fn has_ties(&self) -> bool {
        self.tied
    }

    /// How many items stand in both lists.
    pub fn common(&self) -> usize {
        self.to.iter().filter(|rank| **rank != ABSENT).count()
    }

    /// The same two lists, the second first.
    pub fn turned(&self) -> Pair {
        Pair {
            to: self.from.clone(),
            from: self.to.clone(),
            tops_a: self.tops_b.clone(),
            tops_b: self.tops_a.clone(),
            ..*self
        }
    }

    fn looked_up<'a>(a: impl Iterator<Item = &'a str>, b: impl Iterator<Item = &'a str>) -> Pair {
        let mut places: HashMap<&str, u32> = HashMap::new();
        let mut pair = Pair::default();
        for (rank, id) in (0..).zip(a) {
            match places.entry(id) {
                Entry::Vacant(place) => drop(place.insert(rank)),
                Entry::Occupied(_) => pair.repeated = true,
            }
            pair.to.push(ABSENT);
        }
        let mut only_b: HashMap<&str, ()> = HashMap::new();
        for (rank, id) in (0..).zip(b) {
            let place = places.get(id).copied();
            if place.is_none() {
                pair.repeated |= only_b.insert(id, ()).is_some();
            }
            pair.meet(rank, place);
        }
        pair.reset_ties();
        pair
    }

    /// Notes that the next item of `b` stands at a place of `a`, or is absent from it.
    pub(super) fn meet(&mut self, rank: u32, place: Option<u32>) {
        let place = place.filter(|place| {
            let first = self.to[*place as usize] == ABSENT;
            self.repeated |= !first;
            first
        });
        self.from.push(place.unwrap_or(ABSENT));
        if let Some(place) = place {
            self.to[place as usize] = rank;
        }
    }

    /// Every item is a tie group of its own.
    pub(super) fn reset_ties(&mut self) {
        let strict = |tops: &mut Vec<u32>, ranks: &[u32]| {
            tops.clear();
            tops.extend((0_u32..).take(ranks.len()));
        };
        strict(&mut self.tops_a, &self.to);
        strict(&mut self.tops_b, &self.from);
        self.tied = false;
    }
}

/// Puts every item into the group of the one above it where they are tied; says whether any are. `tops` holds the
/// ranks as they are without ties.
pub(super) fn tie(tops: &mut [u32], tied: impl Fn(usize, usize) -> bool) -> bool {
    let mut any = false;
    for rank in 1..tops.len() {
        if tied(rank - 1, rank) {
            tops[rank] = tops[rank - 1];
            any = true;
        }
    }
    any
}
