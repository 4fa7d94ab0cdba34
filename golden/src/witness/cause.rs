//! Why an item stands elsewhere, as far as the two answers say it, and nothing beyond that.
//!
//! An item falls because the distance between its score and those of the items that passed it changed. Where stages
//! say what they gave to each score, that change is a sum over stages, and the stage with the largest term in its
//! direction explains it. What the stages leave unsaid is a term as well: where it is the largest, no stage is named.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::difference::Difference;
use crate::compare::Move;
use crate::{Item, Ranking};

/// How many items that passed, or were passed, are compared: those that stand highest.
const RIVALS: usize = 32;

/// How near a side of a change must come to the whole of it to be the change.
const NEARLY: f64 = 0.25;

/// The smallest share of the largest term at which a second stage is named as well.
const PARTNER: f64 = 0.25;

/// Why an item stands elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cause {
    /// What a stage gave explains it better than what any other gave.
    Stage {
        /// The stage.
        stage: String,
        /// By how much it changed the distance to the items that passed, or the score that drifted; above zero, in
        /// units of the score, the mean over those items.
        amount: f64,
        /// A stage that changed the other side of the distance.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partner: Option<String>,
    },
    /// More items entered above it than passed it.
    Entered {
        /// How many.
        count: usize,
    },
    /// More items left from above it than it passed.
    Left {
        /// How many.
        count: usize,
    },
    /// Neither its score nor those of the items that it changed places with differ.
    SameScores,
    /// Items of equal score stand in another order.
    TieOrder,
    /// Another model scored; which stage explains the difference is not known.
    Model,
    /// The answers do not say it.
    Unknown,
}

/// A cause, and what a sentence says of it after the difference: empty, or with what joins it.
#[derive(Debug)]
pub(super) struct Explained {
    pub(super) cause: Cause,
    pub(super) because: String,
}

impl Cause {
    /// The stage that explains it.
    pub fn stage(&self) -> Option<&str> {
        match self {
            Cause::Stage { stage, .. } => Some(stage),
            _ => None,
        }
    }
}

impl Explained {
    pub(super) fn nothing() -> Self {
        Explained { cause: Cause::Unknown, because: String::new() }
    }
}

/// Two answers, with the places of the items of each in the other.
pub(super) struct Sides<'a> {
    before: &'a Ranking,
    after: &'a Ranking,
    /// For each item of the second list its place in the first, from 0.
    from: Vec<Option<usize>>,
    /// For each item of the first list its place in the second, from 0.
    to: Vec<Option<usize>>,
}

impl<'a> Sides<'a> {
    pub(super) fn of(before: &'a Ranking, after: &'a Ranking) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::with_capacity(before.items.len());
        for (place, item) in before.items.iter().enumerate() {
            places.entry(&item.id).or_insert(place);
        }
        let mut to = vec![None; before.items.len()];
        let mut from = vec![None; after.items.len()];
        for (place, item) in after.items.iter().enumerate() {
            if let Some(old) = places.get(item.id.as_str()).filter(|old| to[**old].is_none()) {
                from[place] = Some(*old);
                to[*old] = Some(place);
            }
        }
        Sides { before, after, from, to }
    }

    /// Why a difference is there.
    pub(super) fn explain(&self, difference: &Difference<'_>) -> Explained {
        match difference {
            Difference::Moved(moved) => self.explain_move(moved),
            Difference::Drifted(drift) => self.explain_drift(drift.rank - 1),
            Difference::Swapped(_) => {
                Explained { cause: Cause::TieOrder, because: ": the order of ties changed".to_owned() }
            }
            Difference::Answer(_) | Difference::Left(_) | Difference::Entered(_) => Explained::nothing(),
        }
    }

    fn explain_move(&self, moved: &Move) -> Explained {
        let (from, to) = (moved.from - 1, moved.to - 1);
        let Some(direction) = Direction::of(moved) else { return self.unexplained() };
        // Those on the other side of it in the other list, and those that the other list does not have.
        let (rivals, others) = match direction {
            Direction::Fell => crossed(&self.from[..to], |place| place > from),
            Direction::Rose => crossed(&self.to[..from], |place| place > to),
        };
        if others.len() > rivals.len() {
            return self.membership(direction, &others);
        }
        let pair =
            |from: usize, to: usize| Pair { before: &self.before.items[from], after: &self.after.items[to] };
        let item = pair(from, to);
        let rivals: Vec<Pair<'_>> = rivals
            .into_iter()
            .take(RIVALS)
            .map(|(here, there)| match direction {
                Direction::Fell => pair(there, here),
                Direction::Rose => pair(here, there),
            })
            .collect();
        if item.has_same_score() && rivals.iter().all(Pair::has_same_score) {
            return Explained { cause: Cause::SameScores, because: " with the same scores".to_owned() };
        }
        let agreeing: Vec<&Pair<'_>> = rivals.iter().filter(|rival| direction.agrees(&item, rival)).collect();
        // Where most of them changed places against their scores, something else than the scores moved it.
        if 2 * agreeing.len() <= rivals.len() {
            return self.unexplained();
        }
        let rival = (rivals.len() == 1).then(|| rivals[0].after.id.as_str());
        match terms(&item, &agreeing, direction) {
            Some(terms) => self.staged(&terms, |stage, partner| phrase(direction, stage, partner, rival)),
            None => self.unexplained(),
        }
    }

    fn membership(&self, direction: Direction, others: &[usize]) -> Explained {
        let (items, verb, count) = match direction {
            Direction::Fell => (&self.after.items, "entered above it", others.len()),
            Direction::Rose => (&self.before.items, "left from above it", others.len()),
        };
        let name = |index: &usize| format!("`{}`", items[*index].id);
        let who = match others {
            [one] => name(one),
            [one, two] => format!("{} and {}", name(one), name(two)),
            [one, rest @ ..] => format!("{} and {} more", name(one), rest.len()),
            [] => return self.unexplained(),
        };
        let cause = match direction {
            Direction::Fell => Cause::Entered { count },
            Direction::Rose => Cause::Left { count },
        };
        Explained { cause, because: format!(" because {who} {verb}") }
    }

    fn explain_drift(&self, to: usize) -> Explained {
        let Some(from) = self.from[to] else { return self.unexplained() };
        let item = Pair { before: &self.before.items[from], after: &self.after.items[to] };
        let direction = if item.after.score < item.before.score { Direction::Fell } else { Direction::Rose };
        match terms(&item, &[], direction) {
            Some(terms) => self.staged(&terms, |stage, _| phrase(direction, stage, None, None)),
            None => self.unexplained(),
        }
    }

    /// Names the stage with the largest term, if it is larger than what no stage says.
    fn staged(
        &self,
        terms: &Terms<'_>,
        phrase: impl Fn(&Term<'_>, Option<&Term<'_>>) -> String,
    ) -> Explained {
        let mut sorted: Vec<&Term<'_>> = terms.stages.iter().collect();
        sorted.sort_by(|a, b| b.sum().total_cmp(&a.sum()).then_with(|| a.stage.cmp(b.stage)));
        let Some(first) = sorted.first().filter(|first| first.sum() > terms.unsaid.max(0.0)) else {
            return self.unexplained();
        };
        let partner = sorted.get(1).filter(|second| {
            second.sum() >= PARTNER * first.sum() && second.sum() > terms.unsaid && first.opposes(second)
        });
        let cause = Cause::Stage {
            stage: first.stage.to_owned(),
            amount: first.sum(),
            partner: partner.map(|partner| partner.stage.to_owned()),
        };
        Explained { cause, because: format!(" because {}", phrase(first, partner.copied())) }
    }

    /// Nothing but the fact that another model answered, where one did.
    fn unexplained(&self) -> Explained {
        if self.before.model == self.after.model {
            return Explained::nothing();
        }
        let name = |model: &Option<String>| match model {
            Some(model) => format!("model `{model}`"),
            None => "no model".to_owned(),
        };
        let because = format!(", with {} instead of {}", name(&self.after.model), name(&self.before.model));
        Explained { cause: Cause::Model, because }
    }
}

/// The places of one list above an item: those whose place in the other list passes the test, with that place, and
/// those that the other list does not have.
fn crossed(places: &[Option<usize>], passes: impl Fn(usize) -> bool) -> (Vec<(usize, usize)>, Vec<usize>) {
    let (mut rivals, mut others) = (Vec::new(), Vec::new());
    for (here, there) in places.iter().enumerate() {
        match there {
            Some(there) if passes(*there) => rivals.push((here, *there)),
            Some(_) => {}
            None => others.push(here),
        }
    }
    (rivals, others)
}

/// An item in both lists.
struct Pair<'a> {
    before: &'a Item,
    after: &'a Item,
}

impl Pair<'_> {
    fn has_same_score(&self) -> bool {
        self.before.score == self.after.score
    }

    fn change(&self) -> f64 {
        self.after.score - self.before.score
    }
}

/// Which way an item moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Fell,
    Rose,
}

impl Direction {
    /// `None` where the item kept its place while others passed it on both sides.
    fn of(moved: &Move) -> Option<Self> {
        match moved.from.cmp(&moved.to) {
            std::cmp::Ordering::Less => Some(Direction::Fell),
            std::cmp::Ordering::Greater => Some(Direction::Rose),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// An amount counted in this direction.
    fn signed(self, amount: f64) -> f64 {
        if self == Direction::Rose { amount } else { -amount }
    }

    /// Whether the scores say what the order says: the distance turned round in this direction.
    fn agrees(self, item: &Pair<'_>, rival: &Pair<'_>) -> bool {
        let before = self.signed(item.before.score - rival.before.score);
        let after = self.signed(item.after.score - rival.after.score);
        before <= 0.0 && after >= 0.0 && after > before
    }
}

/// What one stage did to a distance, counted in the direction of the move.
#[derive(Debug)]
struct Term<'a> {
    stage: &'a str,
    /// By what it gave to the item itself.
    own: f64,
    /// By what it gave to the others, on average.
    others: f64,
}

impl Term<'_> {
    fn sum(&self) -> f64 {
        self.own + self.others
    }

    /// Whether what it gave to the item is nearly all that it did.
    fn is_own(&self) -> bool {
        self.others.abs() <= NEARLY * self.sum().abs()
    }

    fn is_others(&self) -> bool {
        self.own.abs() <= NEARLY * self.sum().abs()
    }

    /// Whether one changed the item and the other those that it changed places with.
    fn opposes(&self, other: &Term<'_>) -> bool {
        (self.is_own() && other.is_others()) || (self.is_others() && other.is_own())
    }
}

struct Terms<'a> {
    stages: Vec<Term<'a>>,
    /// What the stages leave unsaid of the change.
    unsaid: f64,
}

/// The change of the distance between an item and its rivals by stage; without rivals that of its score. `None` where
/// an answer says nothing of its stages, or something is no number.
fn terms<'a>(item: &Pair<'a>, rivals: &[&Pair<'a>], direction: Direction) -> Option<Terms<'a>> {
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
    finite.then_some(Terms { stages, unsaid })
}

/// For instance `freshness lost 0.4 to popularity`. What is said to have been given is what was given.
fn phrase(direction: Direction, first: &Term<'_>, partner: Option<&Term<'_>>, rival: Option<&str>) -> String {
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
        format!("{stage} favours {others} over it by {by} more than before")
    } else {
        format!("{stage} favours it over {others} by {by} more than before")
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
