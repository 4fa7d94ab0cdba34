//! Expected values that changed while nothing did that could have changed the result.

use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form, is_literal};
use crate::rust::At;

/// The assertions that differ in literals of what they expect, where nothing else of the test differs. A test
/// whose input changed as well is another test.
pub(super) fn literals_changed(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (one, other) = (base.function, head.function);
    if one.assertions.len() != other.assertions.len() || one.cases != other.cases {
        return rows_changed(base, head);
    }
    let Some(all) = literal_differences(&one.body, &other.body) else { return Vec::new() };
    let mut found = Vec::new();
    let mut explained = 0;
    for (before, after) in one.assertions.iter().zip(&other.assertions) {
        if before.form != after.form || before.form < Form::Truth || before.form == Form::Snapshot {
            continue;
        }
        let tokens = |assertion: &Assertion| match assertion.bound {
            Some(bound) => vec![bound.value.to_string()],
            None => assertion.expected.clone(),
        };
        if before.bound.is_some() {
            explained += usize::from(before.bound != after.bound);
            continue;
        }
        match literal_differences(&tokens(before), &tokens(after)) {
            Some(0) | None => {}
            Some(count) => {
                explained += count;
                found.push(Weakening {
                    kind: Kind::Weaker,
                    what: "expects another value, while nothing changed that could change the result"
                        .to_owned(),
                    before: Some((before.text.clone(), before.span)),
                    after: Some((after.text.clone(), after.span)),
                    lost: None,
                });
            }
        }
    }
    if explained == all { found } else { Vec::new() }
}

/// Rows of a parametrised test that differ in literals.
fn rows_changed(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (one, other) = (base.function, head.function);
    if one.body != other.body || one.cases.len() != other.cases.len() {
        return Vec::new();
    }
    let rows = one.cases.iter().zip(&other.cases).filter(|(before, after)| before != after);
    rows.map(|(before, after)| Weakening {
        kind: Kind::Weaker,
        what: "has another row, while nothing changed that could change the result".to_owned(),
        before: Some((before.clone(), one.span)),
        after: Some((after.clone(), other.span)),
        lost: None,
    })
    .collect()
}

/// How many literals differ; `None` where anything else does.
fn literal_differences(one: &[String], other: &[String]) -> Option<usize> {
    if one.len() != other.len() {
        return None;
    }
    let differing = one.iter().zip(other).filter(|(before, after)| before != after);
    differing
        .map(|(before, after)| is_literal(before) && is_literal(after))
        .try_fold(0, |count, literals| literals.then_some(count + 1))
}
