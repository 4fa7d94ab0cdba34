//! The walk down both versions of a file, to every limit and whatever became of it.

use std::cmp::Ordering;

use serde_json::Value;

use super::amount::amount;
use super::declared::Sense;
use super::expression::{self, Verdict};
use super::pairs::{name, partners};
use super::pattern::Left;

/// What is left of a budget's paths; `None` stands for entries that may go.
pub(super) type Limits<'b> = Left<'b, Option<&'b Sense>>;

/// Where a value stands: as people read it, and on each side as the reader of YAML finds it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) shown: String,
    pub(super) base: String,
    pub(super) head: String,
}

/// A limit that is looser, or of which it cannot be said.
#[derive(Clone, Debug)]
pub(super) struct Looser {
    pub(super) place: Place,
    pub(super) what: String,
    pub(super) before: String,
    pub(super) after: Option<String>,
    /// Whether head's may be as strict, and nothing shows it.
    pub(super) open: bool,
}

/// An entry that the base has and head has not, at least not there.
#[derive(Clone, Debug)]
pub(super) struct Gone<'b> {
    pub(super) place: Place,
    pub(super) value: &'b Value,
    pub(super) limits: Limits<'b>,
    /// Whether the entry itself is the limit.
    pub(super) counted: bool,
}

/// What the walk of one file found.
#[derive(Default)]
pub(super) struct Walk<'b> {
    pub(super) looser: Vec<Looser>,
    pub(super) gone: Vec<Gone<'b>>,
    /// Named entries that are new, where lost ones may have gone to.
    pub(super) added: Vec<(Place, &'b Value)>,
}

impl<'b> Walk<'b> {
    pub(super) fn value(&mut self, limits: &Limits<'b>, place: &Place, base: &'b Value, head: &'b Value) {
        if alike(base, head) || limits.is_empty() {
            return;
        }
        let mut fewer = false;
        for sense in limits.ends().flatten() {
            fewer |= *sense == Sense::Fewer;
            self.looser.extend(judge(sense, place, base, head));
        }
        match (base, head) {
            (Value::Object(base), Value::Object(head)) => {
                for (key, before) in base.iter().filter(|(_, before)| !before.is_null()) {
                    let (limits, place) = (limits.key(key), place.key(key));
                    match head.get(key).filter(|after| !after.is_null()) {
                        Some(after) => self.value(&limits, &place, before, after),
                        None => self.lost(Gone { place, value: before, limits, counted: fewer }),
                    }
                }
                let known = |key: &str| base.get(key).is_some_and(|before| !before.is_null());
                for (key, after) in head.iter().filter(|(key, _)| !known(key)) {
                    let place = place.key(key);
                    for sense in limits.key(key).ends().flatten() {
                        if let Sense::Higher(Some(absent)) | Sense::Lower(Some(absent)) = sense {
                            self.looser.extend(judge(sense, &place, absent, after));
                        }
                    }
                    self.note_added(&place, after);
                }
            }
            (Value::Array(base), Value::Array(head)) => self.list(limits, place, base, head, fewer),
            (base, head) => {
                let lost = Gone { place: place.clone(), value: base, limits: limits.clone(), counted: false };
                if base.is_object() || base.is_array() {
                    self.lost(lost);
                }
                self.note_added(place, head);
            }
        }
    }

    fn list(
        &mut self,
        limits: &Limits<'b>,
        place: &Place,
        base: &'b [Value],
        head: &'b [Value],
        fewer: bool,
    ) {
        let partner = match limits.by_place() {
            true => (0..base.len()).map(|index| Some(index).filter(|&index| index < head.len())).collect(),
            false => partners(base, head),
        };
        for (index, before) in base.iter().enumerate() {
            let below = limits.item(index, before);
            let at = partner[index];
            let place = place.item(before, index, at.unwrap_or(index));
            match at.and_then(|at| head.get(at)) {
                // One plain entry is not another one.
                Some(after) if !fewer || before == after || before.is_object() => {
                    self.value(&below, &place, before, after);
                }
                _ => self.lost(Gone { place, value: before, limits: below, counted: fewer }),
            }
        }
        let mut taken = vec![false; head.len()];
        partner.iter().flatten().for_each(|&at| taken[at] = true);
        for (at, after) in head.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            self.note_added(&place.item(after, at, at), after);
        }
    }

    /// A value that is gone, unless another one holds without it that is as strict.
    fn lost(&mut self, gone: Gone<'b>) {
        let mut others = gone.counted || !gone.value.is_string() && !gone.value.is_number();
        for sense in gone.limits.ends().flatten() {
            match sense {
                Sense::Higher(Some(absent)) | Sense::Lower(Some(absent)) => {
                    self.looser.extend(judge(sense, &gone.place, gone.value, absent));
                }
                _ => others = true,
            }
        }
        if others {
            self.gone.push(gone);
        }
    }

    /// Remembers the named entries of what is new.
    pub(super) fn note_added(&mut self, place: &Place, value: &'b Value) {
        if name(value).is_some() {
            self.added.push((place.clone(), value));
        }
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| self.note_added(&place.key(key), value)),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(at, item)| self.note_added(&place.item(item, at, at), item));
            }
            _ => {}
        }
    }
}

fn judge(sense: &Sense, place: &Place, base: &Value, head: &Value) -> Option<Looser> {
    if alike(base, head) {
        return None;
    }
    let looser = |what: &str, open: bool| {
        let (before, after) = (shown(base), shown(head));
        let what = match before == after {
            true => format!("it is {} and was {}, and {what}", kind(head), kind(base)),
            false => what.to_owned(),
        };
        Some(Looser { place: place.clone(), what, before, after: Some(after), open })
    };
    let order = |wrong: Ordering, what: &str| {
        let order = amount(base).zip(amount(head)).and_then(|(base, head)| head.partial_cmp(&base));
        match order {
            Some(order) if order == wrong => looser(what, false),
            Some(_) => None,
            None => looser(
                "the two are no numbers of one kind, so that nothing shows that it is as strict",
                false,
            ),
        }
    };
    match sense {
        Sense::Higher(_) => order(Ordering::Greater, "a higher value is looser"),
        Sense::Lower(_) => order(Ordering::Less, "a lower value is looser"),
        Sense::True if *head == Value::Bool(false) => None,
        Sense::True => looser("`true` is looser", false),
        Sense::False if *head == Value::Bool(true) => None,
        Sense::False => looser("`false` is looser", false),
        Sense::AnyChange => looser("any change may be looser", false),
        Sense::More if grew(base, head) => looser("an entry more is looser", false),
        Sense::More | Sense::Fewer => None,
        Sense::Alert => match (base, head) {
            (Value::String(base), Value::String(head)) => match expression::compare(base, head) {
                Verdict::AsStrict => None,
                Verdict::Looser(why) => looser(&why, false),
                Verdict::Open => {
                    looser("nothing shows that it alerts as often; tests of the rule would", true)
                }
            },
            _ => looser("it is no expression on both sides", true),
        },
        Sense::Words(ranks) => {
            let rank = |value: &Value| {
                let word = value.as_str()?.to_ascii_lowercase();
                ranks.iter().position(|words| words.contains(&word))
            };
            match (rank(base), rank(head)) {
                (Some(base), Some(head)) if head <= base => None,
                (Some(_), Some(_)) => looser("that is a step down", false),
                _ => looser("the order of the two words is not declared", true),
            }
        }
    }
}

/// Whether two values are the same, be numbers written as they may: `30` and `30.0`.
fn alike(base: &Value, head: &Value) -> bool {
    match (base, head) {
        (Value::Number(one), Value::Number(other)) => {
            // Beyond this, whole numbers that differ are one as floats.
            const EXACT: f64 = 9_007_199_254_740_992.0;
            let floats = one.as_f64().zip(other.as_f64());
            one == other || floats.is_some_and(|(one, other)| one == other && one.abs() < EXACT)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(key, one): (&String, &Value)| other.get(key).is_some_and(|other| alike(one, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => base == head,
    }
}

/// What a value is, for one that reads like another and is none.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// Whether head has an entry that the base has not.
fn grew(base: &Value, head: &Value) -> bool {
    let entries = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(items) => items.iter().map(Value::to_string).collect(),
            Value::Object(map) => map.keys().cloned().collect(),
            plain => vec![plain.to_string()],
        }
    };
    let known: std::collections::BTreeSet<String> = entries(base).into_iter().collect();
    entries(head).iter().any(|entry| !known.contains(entry))
}

/// A value as it stands in a file, on one line.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        value => value.to_string(),
    }
}

impl Place {
    pub(super) fn key(&self, key: &str) -> Place {
        let quoted = match key.is_empty() || key.contains(['.', '[', ']', '"']) {
            true => format!("[\"{key}\"]"),
            false => format!(".{key}"),
        };
        let below = |path: &str| format!("{path}{quoted}").trim_start_matches('.').to_owned();
        Place { shown: below(&self.shown), base: below(&self.base), head: below(&self.head) }
    }

    pub(super) fn item(&self, item: &Value, base: usize, head: usize) -> Place {
        let called = name(item).map_or_else(|| base.to_string(), |(_, name)| name.to_owned());
        Place {
            shown: format!("{}[{called}]", self.shown),
            base: format!("{}[{base}]", self.base),
            head: format!("{}[{head}]", self.head),
        }
    }
}
