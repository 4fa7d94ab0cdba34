//! What files demand by `#![warn]`, `#![deny]` and `#![forbid]`, and no longer demand.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use findings::Span;

use crate::Scene;
use crate::facts::LintAttribute;
use crate::rules::is_broad;
use crate::rust::Side;
use crate::settings::{Levels, is_removed, rank, replacement};

/// A lint that a file, or a module within it, demanded.
pub(crate) struct Fallen<'a> {
    pub(crate) base: &'a Side,
    pub(crate) head: &'a Side,
    pub(crate) lint: &'a str,
    /// `deny`
    pub(crate) word: &'a str,
    pub(crate) at_base: Span,
    /// What head says of it at the same place, if anything.
    pub(crate) now: Option<&'a LintAttribute>,
}

impl Fallen<'_> {
    /// Whether head lets through what base refused.
    pub(crate) fn is_allowed(&self) -> bool {
        rank(self.word) >= 3 && self.now.is_some_and(|now| rank(&now.word) == 0)
    }
}

/// What stands inside an item, or a file, about a lint.
type Places<'a> = BTreeMap<(&'a str, &'a str), &'a LintAttribute>;

/// Every demand that fell: not those that went to the manifest or to another file, nor those on lints that are gone.
pub(crate) fn fallen<'a>(scene: &'a Scene<'_>) -> Vec<Fallen<'a>> {
    let mut found = Vec::new();
    let moved = gained(scene);
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        let levels = LazyCell::new(|| Levels::around(&scene.change.head, &head.path));
        let (demanded, demands) = (strongest(&base.facts.demands), strongest(&head.facts.demands));
        let (was_allowed, allowed) = (allowing(base), allowing(head));
        for ((item, lint), one) in demanded {
            let strength = rank(&one.word);
            let at = |places: &Places<'a>| {
                let today = || places.get(&(item, replacement(lint)?));
                places.get(&(item, lint)).or_else(today).copied()
            };
            // `warnings` asks for what is on by itself.
            let on = Levels::default().rank(lint) >= rank("warn");
            let asked = [at(&demands), demands.get(&(item, "warnings")).copied().filter(|_| on)];
            let still = asked.into_iter().flatten().any(|now| rank(&now.word) >= strength);
            let elsewhere = moved.get(lint).is_some_and(|moved| *moved >= strength);
            if still || elsewhere || is_removed(lint) {
                continue;
            }
            let allowed = at(&allowed).filter(|_| at(&was_allowed).is_none());
            let told = match allowed {
                Some(now) => is_broad(head, now, false),
                None => levels.rank(lint) >= strength,
            };
            if !told {
                let now = allowed.or_else(|| at(&demands));
                found.push(Fallen { base, head, lint, word: &one.word, at_base: one.span, now });
            }
        }
    }
    found
}

fn allowing(side: &Side) -> Places<'_> {
    strongest(side.facts.suppressions.iter().filter(|one| one.word == "allow"))
}

/// The strictest word of each place.
fn strongest<'a>(attributes: impl IntoIterator<Item = &'a LintAttribute>) -> Places<'a> {
    let mut places = Places::new();
    for one in attributes.into_iter().filter(|one| one.inner && !one.test) {
        let place = places.entry((one.item.as_str(), one.lint.as_str())).or_insert(one);
        if rank(&one.word) > rank(&place.word) {
            *place = one;
        }
    }
    places
}

/// Lints that files of the change demand and did not, each with its strictest word.
fn gained<'a>(scene: &'a Scene<'_>) -> BTreeMap<&'a str, u8> {
    let mut all = BTreeMap::new();
    for file in &scene.rust.files {
        let Some(head) = &file.head else { continue };
        let before = file.base.as_ref().map(|base| by_lint(&base.facts.demands)).unwrap_or_default();
        for (lint, now) in by_lint(&head.facts.demands) {
            if before.get(lint).is_none_or(|was| *was < now) {
                let word: &mut u8 = all.entry(lint).or_default();
                *word = now.max(*word);
            }
        }
    }
    all
}

fn by_lint(demands: &[LintAttribute]) -> BTreeMap<&str, u8> {
    let mut ranks = BTreeMap::new();
    for ((_, lint), one) in strongest(demands) {
        let word: &mut u8 = ranks.entry(lint).or_default();
        *word = rank(&one.word).max(*word);
    }
    ranks
}
