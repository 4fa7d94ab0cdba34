//! Base against head, key by key: what a change of the policy loosens, and the policy that judges the change.
//!
//! One walk answers both questions, so that what is reported and what takes effect cannot differ.

pub(crate) mod direction;
mod merge;
mod places;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use findings::{Location, Rule};

use crate::cursor::Table;
use crate::yaml::{Mark, Node};
use crate::{Document, POLICY_FILE, Schema};
use merge::{Found, Merge};

/// How many differences are told with their place. Each place costs a reading of the file, so that a policy of a
/// megabyte that is all new would take hours.
const MOST_LOCATED: u32 = 200;

/// What a difference does to the strictness of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Takes effect only with an approval.
    Loosens,
    /// Takes effect at once.
    Tightens,
    /// An entry that is new joins what is there, and takes effect at once, with a note.
    Joins,
    /// Says nothing about strictness.
    Free,
}

/// One key in which head's policy differs from the base's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key: `lints.exclude[]`, `arch.layers[web].members[]`, `levels.untied-sort`. Entries of lists are called
    /// by their `name`.
    pub path: String,
    /// What the base says, on one line; `None` where it says nothing.
    pub before: Option<String>,
    /// What head says.
    pub after: Option<String>,
    /// What it does.
    pub effect: Effect,
    /// Where head says it; where head says nothing, where the base did.
    pub location: Location,
}

/// A difference that loosens.
pub type Loosening = Difference;

/// Every difference, in the order of the base's file and then of head's. Without a policy in the base there is
/// nothing to compare; a policy that head removed is one difference.
pub fn differences(
    base: &Document,
    head: &Document,
    schema: &Schema,
    rules: &[&'static Rule],
) -> Vec<Difference> {
    let mut all = Vec::new();
    if base.exists() {
        walk(base, head, schema, rules, &mut |difference| {
            all.push(difference);
            true
        });
    }
    all
}

/// The differences that loosen.
pub fn loosenings(
    base: &Document,
    head: &Document,
    schema: &Schema,
    rules: &[&'static Rule],
) -> Vec<Loosening> {
    let all = differences(base, head, schema, rules);
    all.into_iter().filter(|difference| difference.effect == Effect::Loosens).collect()
}

/// The policy that judges a change: head's, but for what loosens and is not approved, where the base's holds. A
/// base without a policy leaves head's to judge; a policy that head removed goes on judging until that is approved.
pub fn effective(
    base: &Document,
    head: &Document,
    schema: &Schema,
    rules: &[&'static Rule],
    approved: &dyn Fn(&Loosening) -> bool,
) -> Document {
    if !base.exists() {
        return head.clone();
    }
    walk(base, head, schema, rules, &mut |difference| {
        difference.effect != Effect::Loosens || approved(&difference)
    })
}

/// Walks both documents; `accept` says for each difference whether head's side is taken.
fn walk(
    base: &Document,
    head: &Document,
    schema: &Schema,
    rules: &[&'static Rule],
    accept: &mut dyn FnMut(Difference) -> bool,
) -> Document {
    // Head's marks begin behind the base's sources.
    let shift = base.sources.len() as u8;
    let head_root = head.root.shifted(shift);
    let sources: Vec<_> = base.sources.iter().chain(&head.sources).cloned().collect();
    let both = Document { root: Node::absent(), sources };
    let located = Cell::new(0_u32);
    let within = |_: &Mark| {
        located.set(located.get() + 1);
        located.get() <= MOST_LOCATED
    };
    let place = |mark: Option<Mark>| match mark.filter(within).and_then(|mark| both.place(mark)) {
        Some((line, column)) => Location::point(POLICY_FILE, line, column),
        None => Location::file(POLICY_FILE),
    };

    if !head.exists() {
        let removed = Difference {
            path: POLICY_FILE.to_owned(),
            before: Some("a policy".to_owned()),
            after: None,
            effect: Effect::Loosens,
            location: Location::file(POLICY_FILE),
        };
        return if accept(removed) { head.clone() } else { base.clone() };
    }

    let table = Table::of(schema);
    let mut accept_found = |found: Found<'_>| {
        accept(Difference {
            path: found.path.to_owned(),
            before: found.before.map(Node::on_one_line),
            after: found.after.map(Node::on_one_line),
            effect: found.effect,
            location: place(found.mark),
        })
    };
    let mut merge = Merge { rules, accept: &mut accept_found };
    let root = merge.value(&table.root(), "", Some(&base.root), Some(&head_root), None);
    Document { root: root.unwrap_or_else(Node::absent), sources: both.sources }
}
