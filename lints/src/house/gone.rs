//! Entries of `within` and `except` that became others because a crate, a module or a folder has another name now.

use std::collections::{BTreeMap, HashMap};

use policy::{Difference, Effect};
use source::{Change, Code};

use super::decided::HouseRule;
use super::rules::House;

/// Both sides of a change, for the question whether what head takes out of a house rule spoke of anything.
pub struct Sides<'a> {
    /// The files that differ, with what was renamed.
    pub change: &'a Change,
    /// The base's rules by their ids, and its code.
    pub base: (&'a BTreeMap<String, HouseRule>, &'a Code),
    /// Head's rules and its code.
    pub head: (&'a BTreeMap<String, HouseRule>, &'a Code),
}

/// Whether a difference may be such a one, before any code is read.
pub fn may_be_gone(difference: &Difference) -> bool {
    difference.effect == Effect::Loosens && entry_of(difference).is_some()
}

/// A place that a rule lost, or one that it excepts now.
enum Entry<'d> {
    Lost(&'d str),
    Excepted(&'d str),
}

/// The rule of a difference, and the entry.
fn entry_of(difference: &Difference) -> Option<(&str, Entry<'_>)> {
    let path = difference.path.strip_prefix("lints.house.")?;
    match (&difference.before, &difference.after) {
        (Some(text), None) => Some((path.strip_suffix(".within[]")?, Entry::Lost(text))),
        (None, Some(text)) => Some((path.strip_suffix(".except[]")?, Entry::Excepted(text))),
        _ => None,
    }
}

/// Whether a difference loosens nothing: a place that the rule lost has no file at head, and whatever its files became is held
/// by head's rule; or all files of a place that is excepted now were so at the base. What cannot be told loosens.
pub fn is_gone(sides: &Sides<'_>, difference: &Difference) -> bool {
    let Some((id, entry)) = entry_of(difference).filter(|_| may_be_gone(difference)) else { return false };
    let (Some(before), Some(after)) = (sides.base.0.get(id), sides.head.0.get(id)) else {
        return false;
    };
    let (base, head) = (sides.base.1, sides.head.1);
    let renamed =
        sides.change.files.iter().filter_map(|file| Some((file.from.as_deref()?, file.path.as_str())));
    let renamed: HashMap<&str, &str> = renamed.collect();
    match entry {
        Entry::Lost(text) => {
            let (Some(was), Some(is)) = (held(&only(after, text), base), held(&only(after, text), head))
            else {
                return false;
            };
            let Some(holds) = held(after, head) else { return false };
            let now = |path: &str| holds.get(renamed.get(path).copied().unwrap_or(path)).copied();
            let lost: Vec<&str> = named(&was).collect();
            !lost.is_empty()
                && named(&is).next().is_none()
                && lost.iter().all(|path| now(path).unwrap_or(true))
        }
        Entry::Excepted(text) => {
            let (Some(is), Some(held_before)) = (held(&only(before, text), head), held(before, base)) else {
                return false;
            };
            let origin: HashMap<&str, &str> = renamed.into_iter().map(|(from, to)| (to, from)).collect();
            let was = |path: &str| held_before.get(origin.get(path).copied().unwrap_or(path)).copied();
            let excepted: Vec<&str> = named(&is).collect();
            !excepted.is_empty() && excepted.iter().all(|path| was(path) == Some(false))
        }
    }
}

/// A rule that holds at one place alone.
fn only(rule: &HouseRule, place: &str) -> HouseRule {
    HouseRule { within: vec![place.to_owned()], except: Vec::new(), ..rule.clone() }
}

/// Of each file whether a rule holds there.
fn held<'c>(rule: &HouseRule, code: &'c Code) -> Option<BTreeMap<&'c str, bool>> {
    let house = House::of(&BTreeMap::from([(String::new(), rule.clone())]), code).ok()?;
    let holds =
        |path: &str, module: Option<String>| house.holding(path, module.as_deref()).first() == Some(&true);
    let files = code.files().iter();
    Some(files.map(|file| (&*file.path, holds(&file.path, house.module(file.place.as_ref())))).collect())
}

fn named<'m>(held: &'m BTreeMap<&'m str, bool>) -> impl Iterator<Item = &'m str> {
    held.iter().filter(|(_, holds)| **holds).map(|(path, _)| *path)
}
