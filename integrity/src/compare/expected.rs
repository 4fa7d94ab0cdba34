//! Expected values that changed while nothing did that could have changed the result.

use crate::compare::renames::renamed;
use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form, is_literal};
use crate::rust::At;

/// The assertions that differ in literals of what they expect, where nothing else of the test differs. A test
/// whose input changed as well is another test.
pub(super) fn literals_changed(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (one, other) = (base.function, head.function);
    if one.cases != other.cases {
        return rows_changed(base, head);
    }
    let in_rows = rows_changed_in_loops(base, head);
    if one.assertions.len() != other.assertions.len() {
        return in_rows;
    }
    let Some(all) = literal_differences(&one.body, &other.body).filter(|_| in_rows.is_empty()) else {
        return in_rows;
    };
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

/// Rows of loops whose text is looked for in what the code says, and is empty now: then it is always found.
pub(super) fn emptied(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let all = said_otherwise(base, head);
    let empty = |expected: &[String]| matches!(expected, [text] if text == "\"\"");
    let emptied = all.iter().filter(|(before, after)| {
        Searched::of(before).is_some_and(|one| !empty(one.text))
            && Searched::of(after).is_some_and(|one| empty(one.text))
    });
    emptied.map(|(one, other)| weaker("looks for an empty text, which is always there", one, other)).collect()
}

/// Values that rows of a loop expect, or that stood outside of one, where all that is fed to the code is as it was.
fn rows_changed_in_loops(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let all = said_otherwise(base, head);
    let fed = |at: At<'_>, expected: Vec<&[String]>| -> Vec<String> {
        let literals = at.function.body.iter().filter(|token| is_literal(token));
        let mut fed: Vec<String> = literals.cloned().collect();
        for token in expected.into_iter().flatten() {
            if let Some(place) = fed.iter().position(|other| other == token) {
                fed.swap_remove(place);
            }
        }
        fed.sort_unstable();
        fed
    };
    let before = fed(base, all.iter().map(|(one, _)| halves(one).1).collect());
    let after = fed(head, all.iter().map(|(_, other)| halves(other).1).collect());
    if before != after {
        return Vec::new();
    }
    let emptied = emptied(base, head).len();
    if emptied > 0 {
        return Vec::new();
    }
    let what = "expects another value, while nothing changed that could change the result";
    all.iter().map(|(one, other)| weaker(what, one, other)).collect()
}

/// The assertions of the base, with those that loops make of rows, beside those of head that look at the same and
/// expect other literals of it.
fn said_otherwise(base: At<'_>, head: At<'_>) -> Vec<(Assertion, Assertion)> {
    if base.function.unrolled.is_empty() && head.function.unrolled.is_empty() {
        return Vec::new();
    }
    let names = renamed(base, head);
    let spelled = |at: At<'_>| -> Vec<Assertion> {
        let own = at.function.assertions.iter().chain(&at.function.unrolled);
        own.filter(|one| one.form >= Form::Truth && one.form != Form::Snapshot).cloned().collect()
    };
    let before: Vec<Assertion> = spelled(base).iter().map(|one| one.with(&names)).collect();
    let after = spelled(head);
    let gone = before.iter().filter(|one| !after.iter().any(|other| one.says(other)));
    let mut fresh: Vec<&Assertion> =
        after.iter().filter(|other| !before.iter().any(|one| one.says(other))).collect();
    let mut found = Vec::new();
    for one in gone {
        let (subject, expected) = halves(one);
        let same = |other: &&Assertion| {
            let (looked_at, wanted) = halves(other);
            let differing = literal_differences(expected, wanted).is_some_and(|count| count > 0);
            one.form == other.form && one.bound == other.bound && subject == looked_at && differing
        };
        if let Some(at) = fresh.iter().position(same) {
            found.push((one.clone(), fresh.remove(at).clone()));
        }
    }
    found
}

/// `text.contains("words")`
struct Searched<'a> {
    within: &'a [String],
    text: &'a [String],
}

impl<'a> Searched<'a> {
    fn of(assertion: &'a Assertion) -> Option<Searched<'a>> {
        let [within @ .., method, open, text, close] = assertion.subject.as_slice() else { return None };
        let searches = ["contains", "starts_with", "ends_with"].contains(&method.as_str());
        let whole = searches && open == "(" && close == ")" && is_literal(text);
        let text = std::slice::from_ref(text);
        whole.then_some(Searched { within, text }).filter(|_| assertion.expected == ["true"])
    }
}

/// What an assertion looks at, and what it expects of it.
fn halves(assertion: &Assertion) -> (&[String], &[String]) {
    match Searched::of(assertion) {
        Some(searched) => (searched.within, searched.text),
        None => (&assertion.subject, &assertion.expected),
    }
}

fn weaker(what: &str, before: &Assertion, after: &Assertion) -> Weakening {
    let place = |assertion: &Assertion| Some((assertion.text.clone(), assertion.span));
    let (before, after) = (place(before), place(after));
    Weakening { kind: Kind::Weaker, what: what.to_owned(), before, after, lost: None }
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
