//! Two answers to one request compared as rankings: what entered, left, moved, drifted, and whether only noise did.
//!
//! Pure: no file, no clock, no service. Scores may differ by a tolerance that follows the scale of the list,
//! because what differs between two builds of one program are sums of floats in another order: the error follows
//! the largest terms, not each score. Two items may stand in another order only if neither list can tell them
//! apart. Items whose scores are exactly equal on both sides are told apart by the service's tie-break, so another
//! order of them is a change of its own, [`Class::TieOrder`].

use std::collections::HashMap;

use crate::tolerance::Near;
use crate::{Ranking, Tolerance};

/// What kind of difference there is between two answers. Each class outweighs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The same items in the same order with the same scores.
    Identical,
    /// Scores differ within tolerance, and only items changed places that neither list can tell apart.
    Noise,
    /// Items with exactly equal scores stand in another order: the tie-break changed.
    TieOrder,
    /// Scores differ beyond tolerance; the order is the same.
    Scores,
    /// The same items stand in another order.
    Order,
    /// Items entered or left.
    Items,
    /// The status or the degraded stages differ.
    Answer,
}

impl Class {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Class::Identical => "identical",
            Class::Noise => "noise",
            Class::TieOrder => "tie order",
            Class::Scores => "scores",
            Class::Order => "order",
            Class::Items => "items",
            Class::Answer => "answer",
        }
    }

    /// Whether somebody has to have meant it.
    pub fn is_change(self) -> bool {
        self > Class::Noise
    }
}

/// An item that stands in one list only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The item.
    pub id: String,
    /// Its rank in that list, from 1.
    pub rank: usize,
}

/// An item that changed places with one that both lists, or one of them, can tell apart from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The item.
    pub id: String,
    /// Its rank before, from 1.
    pub from: usize,
    /// Its rank after, from 1.
    pub to: usize,
}

/// A score that differs beyond tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// The item.
    pub id: String,
    /// Its score before.
    pub from: f64,
    /// Its score after.
    pub to: f64,
    /// Its rank after, from 1.
    pub rank: usize,
}

/// Two items of equal score that stand the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// The one that stands above now.
    pub above: String,
    /// The one that stands below now.
    pub below: String,
    /// The rank of the upper one now, from 1.
    pub rank: usize,
}

/// Everything that differs between two answers to one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The gravest kind of difference.
    pub class: Class,
    /// The two answers in words, where status or degraded stages differ; then nothing else is compared.
    pub answer: Option<(String, String)>,
    /// Items that only the second list has.
    pub entered: Vec<Place>,
    /// Items that only the first list has.
    pub left: Vec<Place>,
    /// The fewest items whose moves explain the new order of the items common to both.
    pub moved: Vec<Move>,
    /// Items of equal score in another order.
    pub swapped: Vec<Swap>,
    /// Scores beyond tolerance.
    pub drifted: Vec<Drift>,
}

impl Comparison {
    fn of(class: Class) -> Self {
        let (entered, left, moved, swapped, drifted) = Default::default();
        Comparison { class, answer: None, entered, left, moved, swapped, drifted }
    }
}

/// Compares the answer that was approved with the one there is now.
///
/// Symmetric: turned round, the class is the same, and what entered left. Where the model's version differs nothing
/// is noise, since another model is never the same computation in another order.
pub fn compare(before: &Ranking, after: &Ranking, tolerance: &Tolerance) -> Comparison {
    let answers = (before.status == after.status && before.degraded == after.degraded)
        .then_some(())
        .ok_or_else(|| (in_words(before), in_words(after)));
    if let Err(answers) = answers {
        return Comparison { answer: Some(answers), ..Comparison::of(Class::Answer) };
    }
    if before.items.len() == after.items.len()
        && before.items.iter().zip(&after.items).all(|(before, after)| before.looks_like(after))
    {
        return Comparison::of(Class::Identical);
    }
    let mut comparison = Comparison::of(Class::Noise);
    let common = common_items(before, after, &mut comparison);
    let near = Near::of(before, after, tolerance);
    for item in common.iter().filter(|item| !near.same(item.before, item.after)) {
        comparison.drifted.push(Drift {
            id: item.id.to_owned(),
            from: item.before,
            to: item.after,
            rank: item.to + 1,
        });
    }
    explain_order(&common, &near, &mut comparison);
    comparison.class = class_of(&comparison);
    comparison
}

fn class_of(comparison: &Comparison) -> Class {
    if !comparison.entered.is_empty() || !comparison.left.is_empty() {
        Class::Items
    } else if !comparison.moved.is_empty() {
        Class::Order
    } else if !comparison.drifted.is_empty() {
        Class::Scores
    } else if !comparison.swapped.is_empty() {
        Class::TieOrder
    } else {
        Class::Noise
    }
}

fn in_words(ranking: &Ranking) -> String {
    if ranking.degraded.is_empty() {
        ranking.status.clone()
    } else {
        format!("{} without {}", ranking.status, ranking.degraded.join(", "))
    }
}

/// An item of both lists: its places from 0 and its scores.
struct Common<'a> {
    id: &'a str,
    from: usize,
    to: usize,
    before: f64,
    after: f64,
}

/// The items of both lists in the order of the first; the others are noted as entered or left.
fn common_items<'a>(before: &'a Ranking, after: &Ranking, comparison: &mut Comparison) -> Vec<Common<'a>> {
    let same_order = before.items.len() == after.items.len()
        && before.items.iter().zip(&after.items).all(|(before, after)| before.id == after.id);
    let pair = |from: usize, to: usize| Common {
        id: &before.items[from].id,
        from,
        to,
        before: before.items[from].score,
        after: after.items[to].score,
    };
    if same_order {
        return (0..before.items.len()).map(|rank| pair(rank, rank)).collect();
    }
    let (in_before, in_after) = (first_places(before), first_places(after));
    let mut common = Vec::with_capacity(before.items.len());
    for (from, item) in before.items.iter().enumerate() {
        match in_after.get(item.id.as_str()) {
            // A repeated id is an item of its own, so that it can never hide behind the first.
            Some(to) if in_before[item.id.as_str()] == from => common.push(pair(from, *to)),
            _ => comparison.left.push(Place { id: item.id.clone(), rank: from + 1 }),
        }
    }
    for (to, item) in after.items.iter().enumerate() {
        if !in_before.contains_key(item.id.as_str()) || in_after[item.id.as_str()] != to {
            comparison.entered.push(Place { id: item.id.clone(), rank: to + 1 });
        }
    }
    common
}

fn first_places(ranking: &Ranking) -> HashMap<&str, usize> {
    let mut places = HashMap::with_capacity(ranking.items.len());
    for (place, item) in ranking.items.iter().enumerate() {
        places.entry(item.id.as_str()).or_insert(place);
    }
    places
}

/// Names the fewest items whose moves explain the new order: those outside a longest run that kept its order. Of
/// two items that changed places at least one stands outside it, so looking at those alone misses no change.
fn explain_order(common: &[Common<'_>], near: &Near, comparison: &mut Comparison) {
    let kept = longest_increasing(common.iter().map(|item| item.to));
    for (index, item) in common.iter().enumerate().filter(|(index, _)| !kept[*index]) {
        let crossed = common.iter().enumerate().filter(|(other_index, other)| {
            (*other_index < index) != (other.to < item.to) && *other_index != index
        });
        let mut tied_with = None;
        let mut told_apart = false;
        for (_, other) in crossed {
            if item.before == other.before && item.after == other.after {
                tied_with.get_or_insert(other);
            } else if !near.same(item.before, other.before) || !near.same(item.after, other.after) {
                told_apart = true;
                break;
            }
        }
        if told_apart {
            comparison.moved.push(Move { id: item.id.to_owned(), from: item.from + 1, to: item.to + 1 });
        } else if let Some(other) = tied_with {
            let (above, below) = if item.to < other.to { (item, other) } else { (other, item) };
            comparison.swapped.push(Swap {
                above: above.id.to_owned(),
                below: below.id.to_owned(),
                rank: above.to + 1,
            });
        }
    }
    // Two items that changed places are met from either side.
    comparison.swapped.sort_by(|a, b| (a.rank, &a.above, &a.below).cmp(&(b.rank, &b.above, &b.below)));
    comparison.swapped.dedup();
}

/// Which places belong to a longest strictly increasing subsequence, found by patience sorting.
fn longest_increasing(values: impl ExactSizeIterator<Item = usize>) -> Vec<bool> {
    let values: Vec<usize> = values.collect();
    // The index with the smallest last value of an increasing run of each length, and each index's predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; values.len()];
    for (index, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values[*end] < *value);
        previous[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut kept = vec![false; values.len()];
    let mut next = ends.last().copied();
    while let Some(index) = next {
        kept[index] = true;
        next = previous[index];
    }
    kept
}
