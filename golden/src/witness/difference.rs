//! The differences between two answers, one after the other, each in words.

use super::{Change, Kind};
use crate::compare::{Class, Comparison, Drift, Move, Place, Swap};

/// Ranks that count as the top: what people see without doing anything.
const TOP: usize = 3;

/// One difference of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) enum Difference<'a> {
    Answer(&'a (String, String)),
    Moved(&'a Move),
    Left(&'a Place),
    Entered(&'a Place),
    Swapped(&'a Swap),
    Drifted(&'a Drift),
}

/// All of them in the order of the best rank that they touch, because that is what people see first.
pub(super) fn differences(comparison: &Comparison) -> Vec<Difference<'_>> {
    let mut all: Vec<Difference<'_>> = comparison.answer.iter().map(Difference::Answer).collect();
    all.extend(comparison.moved.iter().map(Difference::Moved));
    all.extend(comparison.left.iter().map(Difference::Left));
    all.extend(comparison.entered.iter().map(Difference::Entered));
    all.extend(comparison.swapped.iter().map(Difference::Swapped));
    // Where items moved, their scores are how and not what.
    if comparison.class == Class::Scores {
        all.extend(comparison.drifted.iter().map(Difference::Drifted));
    }
    all.sort_by(|a, b| a.place().cmp(&b.place()));
    all
}

impl<'a> Difference<'a> {
    /// The best rank it touches and, below that, how much it weighs (less is more).
    fn place(&self) -> (usize, u8, &'a str) {
        match *self {
            Difference::Answer(_) => (0, 0, ""),
            Difference::Moved(moved) => (moved.from.min(moved.to), 0, &moved.id),
            Difference::Left(place) => (place.rank, 1, &place.id),
            Difference::Entered(place) => (place.rank, 2, &place.id),
            Difference::Swapped(swap) => (swap.rank, 3, &swap.above),
            Difference::Drifted(drift) => (drift.rank, 4, &drift.id),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Difference::Answer(_) => Kind::Answer,
            Difference::Moved(moved) if moved.from.min(moved.to) <= TOP => Kind::MovedAtTop,
            Difference::Moved(_) => Kind::MovedBelow,
            Difference::Left(_) => Kind::Left,
            Difference::Entered(_) => Kind::Entered,
            Difference::Swapped(_) => Kind::TieOrder,
            Difference::Drifted(_) => Kind::Drifted,
        }
    }

    /// What became of its items.
    pub(super) fn change(&self) -> Change {
        match self {
            Difference::Moved(moved) => match moved.from.cmp(&moved.to) {
                std::cmp::Ordering::Less => Change::Fell,
                std::cmp::Ordering::Greater => Change::Rose,
                std::cmp::Ordering::Equal => Change::Kept,
            },
            Difference::Left(_) => Change::Left,
            Difference::Entered(_) => Change::Entered,
            Difference::Swapped(_) => Change::Swapped,
            Difference::Drifted(_) | Difference::Answer(_) => Change::Drifted,
        }
    }

    /// The items it is about.
    pub(super) fn items(&self) -> impl Iterator<Item = &'a str> {
        let (first, second): (&str, Option<&str>) = match *self {
            Difference::Answer(_) => ("", None),
            Difference::Moved(moved) => (&moved.id, None),
            Difference::Left(place) | Difference::Entered(place) => (&place.id, None),
            Difference::Swapped(swap) => (&swap.above, Some(&swap.below)),
            Difference::Drifted(drift) => (&drift.id, None),
        };
        [Some(first), second].into_iter().flatten().filter(|id| !id.is_empty())
    }

    /// For instance ``track `t0042` fell from 2 to 9``; `noun` is `track` there.
    pub(super) fn words(&self, noun: Option<&str>) -> String {
        let named = |id: &str| named(noun, id);
        match self {
            Difference::Answer((before, after)) => format!("answered {after} instead of {before}"),
            Difference::Moved(Move { id, from, to }) => match from.cmp(to) {
                std::cmp::Ordering::Less => format!("{} fell from {from} to {to}", named(id)),
                std::cmp::Ordering::Greater => format!("{} rose from {from} to {to}", named(id)),
                std::cmp::Ordering::Equal => {
                    format!("{} kept place {to} while others passed it", named(id))
                }
            },
            Difference::Left(place) => format!("{} left from {}", named(&place.id), place.rank),
            Difference::Entered(place) => format!("{} entered at {}", named(&place.id), place.rank),
            Difference::Swapped(Swap { above, below, rank }) => {
                format!("{} now stands above `{below}` at {rank}, with the same score", named(above))
            }
            Difference::Drifted(Drift { id, from, to, rank }) => {
                let (from, to) = shortly(*from, *to);
                format!("{} at {rank} scores {to} instead of {from}", named(id))
            }
        }
    }
}

/// The item, after its noun where there is one.
fn named(noun: Option<&str>, id: &str) -> String {
    match noun {
        Some(noun) => format!("{noun} `{id}`"),
        None => format!("`{id}`"),
    }
}

/// Two scores with four decimals, or with all they have where those do not tell them apart.
fn shortly(from: f64, to: f64) -> (String, String) {
    let short = |score: f64| (score * 1e4).round() / 1e4;
    if short(from) == short(to) || short(from) == 0.0 || short(to) == 0.0 {
        (from.to_string(), to.to_string())
    } else {
        (short(from).to_string(), short(to).to_string())
    }
}
