//! What the direction of a key says about one difference. Whatever no direction covers, loosens.

use std::sync::Arc;

use findings::Rule;

use super::Effect::{self, Free, Joins, Loosens, Tightens};
use super::places;
use crate::schema::{Direction, Key};
use crate::yaml::{self, Node, Source, Value};

/// Both sides of a difference.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) before: Option<&'a Node>,
    pub(super) after: Option<&'a Node>,
}

/// The effect of an entry of a list or a map that is new, or gone. Given is what the other side has in its place.
pub(super) fn entry_effect(key: Option<&'static Key>, is_new: bool, node: &Node, others: &[Node]) -> Effect {
    match (key.map(|key| key.direction), is_new) {
        (Some(Direction::Free), _) => Free,
        (Some(Direction::Joins), true) => Joins,
        (Some(Direction::MoreTightens | Direction::WiderTightens), true)
        | (Some(Direction::MoreLoosens | Direction::AllowList | Direction::WiderLoosens), false) => Tightens,
        (Some(Direction::WiderTightens), false) | (Some(Direction::WiderLoosens), true)
            if is_covered(node, others) =>
        {
            Tightens
        }
        _ => Loosens,
    }
}

/// Whether one of other places has all of a place in it.
fn is_covered(node: &Node, others: &[Node]) -> bool {
    let Value::Text(place) = &node.value else { return false };
    others.iter().any(|other| matches!(&other.value, Value::Text(other) if places::covers(other, place)))
}

/// The effect of another value. `word` is the key that the user named, for levels by rule id.
pub(super) fn effect(
    key: Option<&'static Key>,
    word: &str,
    side: Side<'_>,
    rules: &[&'static Rule],
) -> Effect {
    let Some(key) = key else { return Loosens };
    let looser = match key.direction {
        Direction::Free => return Free,
        Direction::MoreLoosens
        | Direction::MoreTightens
        | Direction::WiderLoosens
        | Direction::WiderTightens
        | Direction::Joins => {
            return match (side.before, side.after) {
                (None, Some(node)) => entry_effect(Some(key), true, node, &[]),
                (Some(node), None) => entry_effect(Some(key), false, node, &[]),
                _ => Loosens,
            };
        }
        Direction::AllowList => {
            return if side.before.is_none() { Tightens } else { Loosens };
        }
        Direction::HigherLoosens => by(key, side, |node| amount(node, Amount::UNLIMITED)),
        Direction::LowerLoosens => by(key, side, |node| amount(node, Amount::NOTHING).map(Amount::turned)),
        Direction::TrueLoosens => by(key, side, truth),
        Direction::FalseLoosens => by(key, side, |node| truth(node).map(|value| !value)),
        Direction::Words(words) => by(key, side, |node| position(words, node)),
        Direction::LevelOrder => {
            let default = rules.iter().find(|rule| rule.id == word).map(|rule| rank(rule.level.name()));
            let side_rank = |node: Option<&Node>| match node.or(default_value(key).as_ref()) {
                Some(Node { value: Value::Text(level), .. }) if LEVELS.contains(&level.as_str()) => {
                    Some(rank(level))
                }
                _ if node.is_none() => default,
                _ => None,
            };
            compare(side_rank(side.before), side_rank(side.after))
        }
        Direction::Order | Direction::AnyChangeLoosens => None,
    };
    match looser {
        Some(std::cmp::Ordering::Less) => Tightens,
        Some(std::cmp::Ordering::Equal) => Free,
        Some(std::cmp::Ordering::Greater) | None => Loosens,
    }
}

/// What stands in a list that nobody wrote.
pub(super) enum DefaultList {
    /// Nothing.
    Empty,
    /// The list that the schema gives.
    Items(Node),
    /// Something that the schema only describes, so that nothing can be compared with it.
    Described,
}

/// The default of a list.
pub(super) fn default_list(key: Option<&'static Key>) -> DefaultList {
    let Some(key) = key else { return DefaultList::Empty };
    if NOTHING.contains(&key.default) {
        return DefaultList::Empty;
    }
    match default_value(key) {
        Some(node) if matches!(node.value, Value::List(_)) => DefaultList::Items(node),
        _ => DefaultList::Described,
    }
}

/// How a schema writes that the default is nothing at all.
const NOTHING: [&str; 6] = ["", "none", "nothing", "empty", "[]", "{}"];

/// The default of a key, where it is written as YAML.
pub(super) fn default_value(key: &Key) -> Option<Node> {
    let source = Arc::new(Source::new("", key.default));
    yaml::read(&source).ok()
}

/// Whether a change from the default, or to it, can be told loosening from tightening.
pub(crate) fn default_is_comparable(key: &'static Key) -> bool {
    let node = default_value(key);
    match key.direction {
        Direction::HigherLoosens | Direction::LowerLoosens => {
            amount(node.as_ref(), Amount::NOTHING).is_some()
        }
        Direction::TrueLoosens | Direction::FalseLoosens => truth(node.as_ref()).is_some(),
        Direction::Words(words) => position(words, node.as_ref()).is_some(),
        Direction::MoreLoosens
        | Direction::MoreTightens
        | Direction::WiderLoosens
        | Direction::WiderTightens
        | Direction::Joins => !matches!(default_list(Some(key)), DefaultList::Described),
        Direction::AllowList => matches!(default_list(Some(key)), DefaultList::Described),
        Direction::LevelOrder | Direction::Order | Direction::AnyChangeLoosens | Direction::Free => true,
    }
}

/// How loose head is beside the base; `None` where it cannot be said.
fn by<T: PartialOrd>(
    key: &Key,
    side: Side<'_>,
    loose: impl Fn(Option<&Node>) -> Option<T>,
) -> Option<std::cmp::Ordering> {
    let default = default_value(key);
    let value = |node: Option<&Node>| loose(node.or(default.as_ref()));
    compare(value(side.before), value(side.after))
}

fn compare<T: PartialOrd>(before: Option<T>, after: Option<T>) -> Option<std::cmp::Ordering> {
    after?.partial_cmp(&before?)
}

fn truth(node: Option<&Node>) -> Option<bool> {
    match node?.value {
        Value::Bool(value) => Some(value),
        _ => None,
    }
}

fn position(words: &[&str], node: Option<&Node>) -> Option<usize> {
    match &node?.value {
        Value::Text(word) => words.iter().position(|known| known == word),
        _ => None,
    }
}

const LEVELS: [&str; 4] = ["error", "warning", "note", "off"];

/// From strict to loose.
fn rank(level: &str) -> usize {
    LEVELS.iter().position(|known| *known == level).unwrap_or(LEVELS.len())
}

/// A number with what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Amount {
    value: f64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Count,
    Percent,
    Seconds,
    /// Neither more nor less than any.
    Limit,
}

impl Amount {
    const UNLIMITED: Amount = Amount { value: f64::INFINITY, kind: Kind::Limit };
    const NOTHING: Amount = Amount { value: f64::NEG_INFINITY, kind: Kind::Limit };

    fn turned(self) -> Amount {
        Amount { value: -self.value, ..self }
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Amount) -> Option<std::cmp::Ordering> {
        let comparable = self.kind == other.kind || self.kind == Kind::Limit || other.kind == Kind::Limit;
        if comparable { self.value.partial_cmp(&other.value) } else { None }
    }
}

/// A number, a share or a time: `5`, `0.5`, `5%`, `40ms`; `none` is no limit.
fn amount(node: Option<&Node>, none: Amount) -> Option<Amount> {
    let text = match &node?.value {
        Value::Integer(value) => return Some(Amount { value: *value as f64, kind: Kind::Count }),
        Value::Float(value) => return Some(Amount { value: *value, kind: Kind::Count }),
        Value::Text(text) if text == "none" => return Some(none),
        Value::Text(text) => text,
        _ => return None,
    };
    let unit = text.trim_start_matches(|letter: char| letter.is_ascii_digit() || "+-._".contains(letter));
    let number: f64 = text[..text.len() - unit.len()].replace('_', "").parse().ok()?;
    let (kind, factor) = match unit.trim() {
        "" => (Kind::Count, 1.0),
        "%" => (Kind::Percent, 1.0),
        "us" | "µs" => (Kind::Seconds, 1e-6),
        "ms" => (Kind::Seconds, 1e-3),
        "s" => (Kind::Seconds, 1.0),
        "m" | "min" => (Kind::Seconds, 60.0),
        "h" => (Kind::Seconds, 3600.0),
        "d" => (Kind::Seconds, 86400.0),
        _ => return None,
    };
    Some(Amount { value: number * factor, kind })
}
