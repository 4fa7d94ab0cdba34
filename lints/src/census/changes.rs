//! What a change of a rule does to real code.

use std::collections::BTreeSet;

use super::{Census, Hit};

/// How the hits of one rule differ from those that were accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The rule's id.
    pub rule: String,
    /// Found now and not before, in order.
    pub added: Vec<Hit>,
    /// Found before and not now, in order.
    pub gone: Vec<Hit>,
}

/// The rules that find something else than they did, of those that are asked for.
pub fn changes(accepted: &Census, now: &Census, asked: &dyn Fn(&str) -> bool) -> Vec<Changes> {
    let rules: BTreeSet<&String> = accepted.hits.keys().chain(now.hits.keys()).collect();
    rules
        .into_iter()
        .filter(|rule| asked(rule))
        .map(|rule| Changes {
            rule: rule.clone(),
            added: without(now.hits(rule), accepted.hits(rule)),
            gone: without(accepted.hits(rule), now.hits(rule)),
        })
        .filter(|changes| !(changes.added.is_empty() && changes.gone.is_empty()))
        .collect()
}

/// What the first has and the second has not, each hit counted once for each time that it is there.
fn without(hits: &[Hit], others: &[Hit]) -> Vec<Hit> {
    let mut hits: Vec<&Hit> = hits.iter().collect();
    let mut others: Vec<&Hit> = others.iter().collect();
    hits.sort();
    others.sort();
    let mut others = others.into_iter().peekable();
    hits.retain(|hit| {
        while others.next_if(|other| other < hit).is_some() {}
        others.next_if(|other| other == hit).is_none()
    });
    hits.into_iter().cloned().collect()
}
