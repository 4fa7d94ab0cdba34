//! Rows of tables: those that a loop goes through, and those of a parametrised test.

use std::collections::BTreeMap;

use crate::compare::{Kind, Surroundings, Weakening, helpers};
use crate::facts::{Form, Role, spoken, telling, tokens_of_line};
use crate::matching::reachable;
use crate::rust::At;

/// Rows that head no longer has, where the table is still there with fewer of them, and nothing else says what they
/// said.
pub(super) fn lost(base: At<'_>, head: At<'_>, around: &Surroundings<'_>) -> Vec<Weakening> {
    let (before, mut after) = (rows(base), rows(head));
    for row in helpers::handed_over(base, head, around) {
        *after.entry(row).or_default() += 1;
    }
    let kept = before.keys().filter(|row| after.contains_key(*row)).count();
    let count = |rows: &BTreeMap<String, usize>| rows.values().sum::<usize>();
    // What a program in a folder of tests goes through is no table of a test.
    let asserts = head.function.assertions.iter().any(|assertion| assertion.form > Form::Unwrap);
    if !asserts && head.function.role == Role::Helper {
        return Vec::new();
    }
    if kept == 0 || count(&after) >= count(&before) {
        return Vec::new();
    }
    let fewer = count(&before) - count(&after);
    let (was, is) = (reachable(base, &around.base_helpers), reachable(head, &around.head_helpers));
    let (was, is) = (spoken(&was), spoken(&is));
    let body = head.function.body.join(" ");
    let as_often = |row: &str| {
        // A row that still stands there is one that the loop leaves out.
        if body.contains(row) {
            return false;
        }
        let tokens = tokens_of_line(row);
        let often = |all: &[String], word: &str| all.iter().filter(|token| *token == word).count();
        let words = telling(&tokens);
        !words.is_empty() && words.iter().all(|word| often(&is, word) >= often(&was, word))
    };
    let gone = before.iter().filter(|(row, count)| after.get(*row).copied().unwrap_or(0) < **count);
    let gone = gone.filter(|(row, _)| !as_often(row)).take(fewer);
    gone.map(|(row, _)| Weakening {
        kind: Kind::Removed,
        what: "lost a row".to_owned(),
        before: Some((row.clone(), base.function.span)),
        after: None,
        lost: None,
    })
    .collect()
}

/// Each row with how often it is there.
fn rows(at: At<'_>) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for row in at.function.tables.iter().flatten().chain(&at.function.cases) {
        *rows.entry(row.clone()).or_default() += 1;
    }
    rows
}
