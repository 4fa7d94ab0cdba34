//! Rank-biased overlap of lists with ties, extrapolated and with its bounds: the computation.
//!
//! At any depth at most one tie group of a list is cut, so that the sums over items that the definitions are written
//! in come down to four counts, and a list of any length takes time in proportion to it.

use std::ops::Range;

use super::Pair;
use super::pair::ABSENT;

/// What a tie means. Without ties all three are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// `w`: tied items have equal rank, as in sports.
    EqualRank,
    /// `a`: it is not known which comes first; the mean over all ways to break the ties.
    Average,
    /// `b`: as `a`, corrected for what the ties hide, so that a list agrees wholly with itself.
    Corrected,
}

/// Rank-biased overlap of two lists that go on unseen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rbo {
    /// Extrapolated: as if they went on agreeing as they did.
    pub ext: f64,
    /// The least that it can be, whatever comes below.
    pub min: f64,
    /// The most that it can be.
    pub max: f64,
}

impl Rbo {
    /// The residual: how much of it is not known.
    pub fn res(&self) -> f64 {
        self.max - self.min
    }
}

/// Rank-biased overlap with ties: Corsi and Urbano, "The treatment of ties in rank-biased overlap", SIGIR 2024. `p`
/// lies strictly between 0 and 1. Two empty lists agree wholly, an empty and a full one not at all.
pub fn rbo(pair: &Pair, p: f64, ties: Ties) -> Rbo {
    let (a, b) = (Side::of(&pair.tops_a, &pair.to), Side::of(&pair.tops_b, &pair.from));
    let (short, long) = if b.len() < a.len() { (b, a) } else { (a, b) };
    let (s, l) = (short.len(), long.len());
    if l == 0 {
        return Rbo { ext: 1.0, min: 0.0, max: 1.0 };
    }
    let mut walk = Walk { short, long, ..Walk::default() };
    let (mut ext, mut min, mut max) = (0.0, 0.0, 0.0);
    let (mut weight, mut agreed, mut logarithm) = (1.0, 0.0, 0.0);
    for depth in 0..l {
        walk.reach(depth);
        let d = (depth + 1) as f64;
        weight *= p;
        logarithm += weight / d;
        let (short, long) = (walk.short.seen(depth, ties), walk.long.seen(depth, ties));
        let met = walk.met(short.cut, long.cut);
        if depth < s {
            agreed = agreement(met, &short, &long, ties);
            for sum in [&mut ext, &mut min, &mut max] {
                *sum += agreed * weight;
            }
            continue;
        }
        // Below its end the shorter list is taken to hold one item a rank.
        let below = Seen { items: d, squares: d, cut: 1.0 };
        let (full, cut) = (f64::from(walk.unmatched_full), f64::from(walk.unmatched_cut));
        let unseen = (depth + 1 - s) as f64;
        let mean = (full + cut * long.cut) / (full + cut);
        let most = full.min(unseen) + (unseen - full).clamp(0.0, cut) * long.cut;
        ext += agreement(met + unseen * agreed * mean, &below, &long, ties) * weight;
        min += agreement(met, &below, &long, ties) * weight;
        max += agreement(met + most, &below, &long, ties) * weight;
    }
    let common = f64::from(walk.both_full);
    ext += (common + (l - s) as f64 * agreed) / l as f64 * weight * p / (1.0 - p);
    min += common * (-(-p).ln_1p() - logarithm);
    max += best_tail(s, l, walk.both_full as usize, weight, p);
    let scale = (1.0 - p) / p;
    Rbo { ext: scale * ext, min: scale * min, max: scale * max }
}

/// What can at most come below the longer list: first each list shows what only the other has had so far, then both
/// show the same.
fn best_tail(s: usize, l: usize, common: usize, weight: f64, p: f64) -> f64 {
    let mut weight = weight;
    let mut sum = 0.0;
    let all = l + s - common;
    for d in l + 1..=all {
        weight *= p;
        sum += (2 * d - all) as f64 / d as f64 * weight;
    }
    sum + weight * p / (1.0 - p)
}

/// The agreement at a depth from how much of the items of both is seen in both.
fn agreement(met: f64, short: &Seen, long: &Seen, ties: Ties) -> f64 {
    match ties {
        Ties::EqualRank | Ties::Average => 2.0 * met / (short.items + long.items),
        Ties::Corrected => met / (short.squares.sqrt() * long.squares.sqrt()),
    }
}

/// What a list shows down to some depth.
struct Seen {
    /// The sum of the shares to which items are seen.
    items: f64,
    /// The sum of the squares of these shares.
    squares: f64,
    /// The share to which each item of the group that is cut is seen.
    cut: f64,
}

/// One list: its tie groups and where its items stand in the other.
#[derive(Default)]
struct Side<'a> {
    /// For each rank, the first rank of its tie group.
    tops: &'a [u32],
    /// For each rank, the rank in the other list.
    others: &'a [u32],
    /// How many ranks stand in groups that are seen as a whole.
    full: usize,
    /// The group that is cut; empty where none is.
    cut: Range<usize>,
}

/// What going down by one rank did to a list.
struct Step {
    /// The ranks that are seen as a whole now and were not before.
    filled: Range<usize>,
    /// Whether another group is cut now.
    cuts: bool,
}

impl<'a> Side<'a> {
    fn of(tops: &'a [u32], others: &'a [u32]) -> Self {
        Side { tops, others, full: 0, cut: 0..0 }
    }

    fn len(&self) -> usize {
        self.tops.len()
    }

    /// Goes down to the next rank.
    fn reach(&mut self, rank: usize) -> Step {
        let from = self.full;
        let Some(top) = self.tops.get(rank) else { return Step { filled: from..from, cuts: false } };
        let begins = *top as usize == rank;
        if begins {
            let size = self.tops[rank..].iter().take_while(|other| *other == top).count();
            self.cut = rank..rank + size;
        }
        let ends = rank + 1 == self.cut.end;
        if ends {
            self.full = rank + 1;
            self.cut = self.full..self.full;
        }
        Step { filled: from..self.full, cuts: begins && !ends }
    }

    fn seen(&self, depth: usize, ties: Ties) -> Seen {
        let (full, size) = (self.full as f64, self.cut.len() as f64);
        let cut = match ties {
            Ties::EqualRank => 1.0,
            Ties::Average | Ties::Corrected if self.cut.is_empty() => 1.0,
            Ties::Average | Ties::Corrected => (depth + 1 - self.cut.start) as f64 / size,
        };
        Seen { items: full + size * cut, squares: full + size * cut * cut, cut }
    }

    /// How many of these ranks hold an item that the other list has among those.
    fn count(&self, ranks: &Range<usize>, others: &Range<usize>) -> u32 {
        let met = self.others[ranks.clone()].iter().filter(|other| others.contains(&(**other as usize)));
        met.count() as u32
    }

    fn lacking(&self, ranks: &Range<usize>) -> u32 {
        self.others[ranks.clone()].iter().filter(|other| **other == ABSENT).count() as u32
    }
}

/// Both lists down to some depth, and how many items of both stand where.
#[derive(Default)]
struct Walk<'a> {
    short: Side<'a>,
    long: Side<'a>,
    both_full: u32,
    /// In the group that the shorter list cuts, seen as a whole in the longer.
    short_cut: u32,
    /// The other way round.
    long_cut: u32,
    both_cut: u32,
    /// Items of the longer list that the shorter lacks, seen as a whole.
    unmatched_full: u32,
    /// The same in the group that is cut.
    unmatched_cut: u32,
}

impl Walk<'_> {
    /// Goes down to the next depth. Each item is looked at a few times in all, however large the tie groups are.
    fn reach(&mut self, depth: usize) {
        let full_before = self.long.full;
        let short = self.short.reach(depth);
        let long = self.long.reach(depth);
        self.both_full += self.short.count(&short.filled, &(0..full_before));
        self.both_full += self.long.count(&long.filled, &(0..self.short.full));
        self.short_cut = if short.cuts {
            self.short.count(&self.short.cut, &(0..self.long.full))
        } else if self.short.cut.is_empty() {
            0
        } else {
            self.short_cut + self.long.count(&long.filled, &self.short.cut)
        };
        self.long_cut = if long.cuts {
            self.long.count(&self.long.cut, &(0..self.short.full))
        } else if self.long.cut.is_empty() {
            0
        } else {
            self.long_cut + self.short.count(&short.filled, &self.long.cut)
        };
        if self.short.cut.is_empty() || self.long.cut.is_empty() {
            self.both_cut = 0;
        } else if short.cuts || long.cuts {
            // Of two groups that overlap the smaller one is looked through, so that a large one is not for each.
            self.both_cut = if self.short.cut.len() < self.long.cut.len() {
                self.short.count(&self.short.cut, &self.long.cut)
            } else {
                self.long.count(&self.long.cut, &self.short.cut)
            };
        }
        self.unmatched_full += self.long.lacking(&long.filled);
        if long.cuts || self.long.cut.is_empty() {
            self.unmatched_cut = self.long.lacking(&self.long.cut);
        }
    }

    /// How much of the items of both lists is seen in both.
    fn met(&self, short_cut: f64, long_cut: f64) -> f64 {
        f64::from(self.both_full)
            + f64::from(self.short_cut) * short_cut
            + f64::from(self.long_cut) * long_cut
            + f64::from(self.both_cut) * short_cut * long_cut
    }
}
