//! Why an item stands elsewhere, as far as the two answers say it, and nothing beyond that.
//!
//! An item falls because the distance between its score and those of the items that passed it changed. Where stages
//! say what they gave to each score, that change is a sum over stages, and the stage with the largest term in its
//! direction explains it. What the stages leave unsaid is a term as well: where it is the largest, no stage is named.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::difference::Difference;
use super::terms::{Direction, Pair, Term, Terms, phrase, terms};
use crate::Ranking;
use crate::compare::Move;

/// How many items that passed, or were passed, are compared: those that stand highest.
const RIVALS: usize = 32;

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
        /// What the stages changed, those that changed most; the named one first.
        effects: Vec<Effect>,
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

/// What one stage changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The stage.
    pub stage: String,
    /// How much more it gave to the item than before.
    pub own: f64,
    /// How much more it gave, on average, to those that the item changed places with; `None` where the score alone is
    /// explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<f64>,
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
            Some(terms) => {
                self.staged(&terms, direction, |stage, partner| phrase(direction, stage, partner, rival))
            }
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
            Some(terms) => self.staged(&terms, direction, |stage, _| phrase(direction, stage, None, None)),
            None => self.unexplained(),
        }
    }

    /// Names the stage with the largest term, if it is larger than what no stage says.
    fn staged(
        &self,
        terms: &Terms<'_>,
        direction: Direction,
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
            effects: terms.effects(first, direction),
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
