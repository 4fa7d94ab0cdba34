//! Entries that are gone: those that stand elsewhere now, those that may go, and those that took limits with them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::declared::Sense;
use super::pairs::name;
use super::walk::{Gone, Limits, Looser, Place, Walk, shown};

/// Named entries that are new somewhere in the files of a budget.
pub(super) struct Added<'b> {
    by_name: BTreeMap<(&'static str, &'b str), Vec<(Place, &'b Value)>>,
}

impl<'b> Added<'b> {
    pub(super) fn of(entries: impl Iterator<Item = (Place, &'b Value)>) -> Added<'b> {
        let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (place, value) in entries {
            if let Some(name) = name(value) {
                by_name.entry(name).or_default().push((place, value));
            }
        }
        Added { by_name }
    }

    /// Takes the entry of this name; among several, one that is the same.
    fn take(&mut self, value: &'b Value) -> Option<(Place, &'b Value)> {
        let (key, called) = name(value)?;
        let same_name = self.by_name.get_mut(&(key, called))?;
        let same = same_name.iter().position(|(_, other)| *other == value).unwrap_or(0);
        (!same_name.is_empty()).then(|| same_name.remove(same))
    }
}

/// What is looser for an entry that is gone.
pub(super) fn resolve<'b>(gone: Gone<'b>, added: &mut Added<'b>) -> Vec<Looser> {
    match follow(&gone, added) {
        (_, Found::Lost(limits)) => vec![lost(gone, limits)],
        (looser, _) => looser,
    }
}

fn lost(gone: Gone<'_>, limits: usize) -> Looser {
    let with = if limits > 1 { format!(", and {limits} limits with it") } else { String::new() };
    let what = format!("is gone{with}");
    Looser { before: shown(gone.value), place: gone.place, what, after: None, open: false }
}

enum Found {
    /// Nothing that is a limit.
    Nothing,
    /// All limits are lost, and how many they are.
    Lost(usize),
    /// Some are elsewhere.
    Some,
}

fn follow<'b>(gone: &Gone<'b>, added: &mut Added<'b>) -> (Vec<Looser>, Found) {
    let may_go = gone.limits.ends().any(|sense| sense.is_none());
    if may_go || !gone.counted && count(gone.value, &gone.limits) == 0 {
        return (Vec::new(), Found::Nothing);
    }
    if let Some((place, now)) = added.take(gone.value) {
        let mut walk = Walk::default();
        let place =
            Place { base: gone.place.base.clone(), head: place.head, shown: gone.place.shown.clone() };
        walk.value(&gone.limits, &place, gone.value, now);
        let lost: Vec<Looser> = walk.gone.into_iter().flat_map(|gone| resolve(gone, added)).collect();
        walk.looser.extend(lost);
        return (walk.looser, Found::Some);
    }
    if gone.counted {
        return (Vec::new(), Found::Lost(1));
    }
    let (mut looser, mut all, mut elsewhere) = (Vec::new(), 0, false);
    for below in children(gone) {
        let (more, found) = follow(&below, added);
        looser.extend(more);
        match found {
            Found::Nothing => {}
            Found::Some => elsewhere = true,
            Found::Lost(limits) => {
                all += limits;
                looser.push(lost(below, limits));
            }
        }
    }
    all += usize::from(here(gone.value, &gone.limits));
    match (elsewhere, all) {
        (true, _) => (looser, Found::Some),
        (false, 0) => (looser, Found::Nothing),
        (false, all) => (Vec::new(), Found::Lost(all)),
    }
}

fn children<'b>(gone: &Gone<'b>) -> Vec<Gone<'b>> {
    let counted = gone.limits.ends().flatten().any(|sense| *sense == Sense::Fewer);
    let below = |place: Place, value: &'b Value, limits: Limits<'b>| Gone { place, value, limits, counted };
    match gone.value {
        Value::Object(map) => {
            let entry =
                |(key, value): (&String, &'b Value)| below(gone.place.key(key), value, gone.limits.key(key));
            map.iter().map(entry).collect()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .map(|(at, item)| below(gone.place.item(item, at, at), item, gone.limits.item(at, item)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// How many limits stand at a value and below it.
fn count(value: &Value, limits: &Limits<'_>) -> usize {
    if limits.is_empty() {
        return 0;
    }
    let entries = usize::from(limits.ends().flatten().any(|sense| *sense == Sense::Fewer));
    let below: usize = match value {
        Value::Object(map) => map.iter().map(|(key, value)| entries + count(value, &limits.key(key))).sum(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| entries + count(item, &limits.item(at, item))).sum()
        }
        _ => 0,
    };
    below + usize::from(here(value, limits))
}

/// Whether the value is a limit whose absence loosens.
fn here(value: &Value, limits: &Limits<'_>) -> bool {
    let counts = |sense: &Sense| match sense {
        // Of a list or map that must not lose entries, the entries are counted.
        Sense::True | Sense::Fewer => false,
        // What holds without it was looked at on the way.
        Sense::Higher(absent) | Sense::Lower(absent) => absent.is_none(),
        _ => true,
    };
    !value.is_null() && limits.ends().flatten().any(counts)
}
