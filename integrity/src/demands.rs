//! What files demand by `#![warn]`, `#![deny]` and `#![forbid]`, and no longer demand.

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

/// Every demand that fell: not those that went to the manifest or to another file, nor those on lints that are gone.
pub(crate) fn fallen<'a>(scene: &'a Scene<'_>) -> Vec<Fallen<'a>> {
    let mut found = Vec::new();
    let moved = gained(scene);
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        let levels = || Levels::around(&scene.change.head, &head.path);
        for one in base.facts.demands.iter().filter(|one| one.inner && !one.test) {
            let strength = rank(&one.word);
            let same = |other: &&LintAttribute| {
                other.item == one.item
                    && other.inner
                    && (other.lint == one.lint || replacement(&one.lint) == Some(other.lint.as_str()))
            };
            let kept = |other: &LintAttribute| {
                other.inner && other.item == one.item && rank(&other.word) >= strength
            };
            let demands = &head.facts.demands;
            let still = demands.iter().any(|other| kept(other) && (same(&other) || other.lint == "warnings"));
            let allowed = head.facts.suppressions.iter().find(same).filter(|other| {
                other.word == "allow"
                    && !base.facts.suppressions.iter().any(|was| same(&was) && was.word == "allow")
            });
            if still
                || is_removed(&one.lint)
                || moved.get(one.lint.as_str()).is_some_and(|moved| *moved >= strength)
                || base
                    .facts
                    .demands
                    .iter()
                    .any(|twin| same(&twin) && (rank(&twin.word), twin.span) > (strength, one.span))
            {
                continue;
            }
            if allowed.is_none() && levels().rank(&one.lint) >= strength
                || allowed.is_some_and(|now| is_broad(head, now, false))
            {
                continue;
            }
            let now = allowed.or_else(|| demands.iter().find(same));
            found.push(Fallen { base, head, lint: &one.lint, word: &one.word, at_base: one.span, now });
        }
    }
    found
}

/// Lints that files of the change demand and did not, each with its strictest word.
fn gained<'a>(scene: &'a Scene<'_>) -> BTreeMap<&'a str, u8> {
    let mut all = BTreeMap::new();
    for file in &scene.rust.files {
        let Some(head) = &file.head else { continue };
        let before = file.base.as_ref().map_or(&[][..], |base| &base.facts.demands);
        for one in head.facts.demands.iter().filter(|one| one.inner && !one.test) {
            let had = |was: &LintAttribute| was.lint == one.lint && rank(&was.word) >= rank(&one.word);
            if !before.iter().any(had) {
                let strongest: &mut u8 = all.entry(one.lint.as_str()).or_default();
                *strongest = rank(&one.word).max(*strongest);
            }
        }
    }
    all
}
