//! How the distance between an item and those that it changed places with changed, stage by stage, and how that is put.

use std::collections::BTreeMap;

use super::Effect;
use crate::Item;
use crate::compare::Move;

/// How near a side of a change must come to the whole of it to be the change.
const NEARLY: f64 = 0.25;

/// The most stages whose effect is told.
const EFFECTS: usize = 6;

/// An item in both lists.
pub(super) struct Pair<'a> {
    pub(super) before: &'a Item,
    pub(super) after: &'a Item,
}

impl Pair<'_> {
    pub(super) fn has_same_score(&self) -> bool {
        self.before.score == self.after.score
    }

    pub(super) fn change(&self) -> f64 {
        self.after.score - self.before.score
    }
}

/// Which way an item moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Fell,
    Rose,
}

impl Direction {
    /// `None` where the item kept its place while others passed it on both sides.
    pub(super) fn of(moved: &Move) -> Option<Self> {
        match moved.from.cmp(&moved.to) {
            std::cmp::Ordering::Less => Some(Direction::Fell),
            std::cmp::Ordering::Greater => Some(Direction::Rose),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// An amount counted in this direction.
    pub(super) fn signed(self, amount: f64) -> f64 {
        if self == Direction::Rose { amount } else { -amount }
    }

    /// Whether the scores say what the order says: the distance turned round in this direction.
    pub(super) fn agrees(self, item: &Pair<'_>, rival: &Pair<'_>) -> bool {
        let before = self.signed(item.before.score - rival.before.score);
        let after = self.signed(item.after.score - rival.after.score);
        before <= 0.0 && after >= 0.0 && after > before
    }
}

/// What one stage did to a distance, counted in the direction of the move.
#[derive(Debug)]
pub(super) struct Term<'a> {
    pub(super) stage: &'a str,
    /// By what it gave to the item itself.
    own: f64,
    /// By what it gave to the others, on average.
    others: f64,
}

impl Term<'_> {
    pub(super) fn sum(&self) -> f64 {
        self.own + self.others
    }

    /// Whether what it gave to the item is nearly all that it did.
    pub(super) fn is_own(&self) -> bool {
        self.others.abs() <= NEARLY * self.sum().abs()
    }

    pub(super) fn is_others(&self) -> bool {
        self.own.abs() <= NEARLY * self.sum().abs()
    }

    /// Whether one changed the item and the other those that it changed places with.
    pub(super) fn opposes(&self, other: &Term<'_>) -> bool {
        (self.is_own() && other.is_others()) || (self.is_others() && other.is_own())
    }
}

pub(super) struct Terms<'a> {
    pub(super) stages: Vec<Term<'a>>,
    /// Whether others than the item are meant.
    has_rivals: bool,
    /// What the stages leave unsaid of the change.
    pub(super) unsaid: f64,
}

impl Terms<'_> {
    /// The effects without direction, `first` and then those that changed the distance most.
    pub(super) fn effects(&self, first: &Term<'_>, direction: Direction) -> Vec<Effect> {
        let mut sorted: Vec<&Term<'_>> = self.stages.iter().collect();
        sorted.sort_by(|a, b| {
            let is_other = |term: &Term<'_>| term.stage != first.stage;
            is_other(a).cmp(&is_other(b)).then(b.sum().abs().total_cmp(&a.sum().abs()))
        });
        let effect = |term: &Term<'_>| Effect {
            stage: term.stage.to_owned(),
            own: direction.signed(term.own),
            others: self.has_rivals.then(|| direction.signed(-term.others)),
        };
        sorted.into_iter().take(EFFECTS).map(effect).collect()
    }
}

/// The change of the distance between an item and its rivals by stage; without rivals that of its score. `None` where
/// an answer says nothing of its stages, or something is no number.
pub(super) fn terms<'a>(item: &Pair<'a>, rivals: &[&Pair<'a>], direction: Direction) -> Option<Terms<'a>> {
    let mut stages: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut add = |pair: &Pair<'a>, weight: f64, own: bool| {
        for (side, sign) in [(pair.before, -weight), (pair.after, weight)] {
            if side.parts.is_empty() {
                return None;
            }
            for part in &side.parts {
                let (of_item, of_others) = stages.entry(part.stage.as_str()).or_default();
                let sum = if own { of_item } else { of_others };
                *sum += direction.signed(sign * part.score);
            }
        }
        Some(())
    };
    add(item, 1.0, true)?;
    let share = 1.0 / rivals.len().max(1) as f64;
    for rival in rivals {
        add(rival, -share, false)?;
    }
    let change = item.change() - share * rivals.iter().map(|rival| rival.change()).sum::<f64>();
    let stages: Vec<Term<'a>> =
        stages.into_iter().map(|(stage, (own, others))| Term { stage, own, others }).collect();
    let said: f64 = stages.iter().map(Term::sum).sum();
    let unsaid = direction.signed(change) - said;
    let finite = unsaid.is_finite() && stages.iter().all(|term| term.sum().is_finite());
    finite.then_some(Terms { stages, has_rivals: !rivals.is_empty(), unsaid })
}

/// For instance `freshness lost 0.4 to popularity`. What is said to have been given is what was given.
pub(super) fn phrase(
    direction: Direction,
    first: &Term<'_>,
    partner: Option<&Term<'_>>,
    rival: Option<&str>,
) -> String {
    let stage = first.stage;
    let fell = direction == Direction::Fell;
    let others = rival.map(|id| format!("`{id}`"));
    if let Some(partner) = partner {
        // The side that lost is the item that fell, or those that it passed.
        return if first.is_own() == fell {
            format!("{stage} lost {} to {}", amount(first.sum()), partner.stage)
        } else {
            format!("{stage} gained {} over {}", amount(first.sum()), partner.stage)
        };
    }
    if first.is_own() {
        let less = if fell { "less" } else { "more" };
        return format!("{stage} gave it {} {less}", amount(first.own));
    }
    let others = others.unwrap_or_else(|| if fell { "what passed it" } else { "what it passed" }.to_owned());
    if first.is_others() {
        let more = if fell { "more" } else { "less" };
        return format!("{stage} gave {others} {} {more}", amount(first.others));
    }
    let by = amount(first.sum());
    if fell {
        format!("{stage} favours {others} by {by} more than before")
    } else {
        format!("{stage} favours it by {by} more than before")
    }
}

/// An amount above zero with two digits that count.
fn amount(value: f64) -> String {
    let magnitude = value.abs().log10().floor();
    if !(-6.0..15.0).contains(&magnitude) {
        return format!("{value:.1e}");
    }
    let decimals = (1.0 - magnitude).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
