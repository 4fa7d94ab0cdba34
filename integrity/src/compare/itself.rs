//! Values that are compared with themselves, under whatever name.

use std::collections::{BTreeMap, BTreeSet};

use findings::Span;

use crate::compare::{Kind, Weakening, softened};
use crate::facts::{Assertion, Form, replaced};
use crate::rust::At;

/// Assertions that compare a value with what it was given a name from, where the base compared it with something else.
pub(super) fn compared(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (was, is) = (written_out(base), written_out(head));
    let is_itself = |one: &Assertion| one.subject == one.expected && one.subject.iter().any(|it| it == "(");
    let stays = |one: &Assertion| is.iter().any(|(_, other)| other.says(one));
    let mut found = Vec::new();
    for (told, after) in is.iter().filter(|(_, after)| is_itself(after)) {
        // As it stands, it is told where assertions are paired; and what happened in between may be what is tested.
        if told.subject == told.expected || !is_left_alone(&after.subject, &head.function.body) {
            continue;
        }
        let of_value =
            |one: &Assertion| [&one.subject, &one.expected].contains(&&after.subject) && !is_itself(one);
        if let Some((before, _)) = was.iter().find(|(_, before)| of_value(before) && !stays(before)) {
            let place = |one: &Assertion| Some((one.text.clone(), one.span));
            let what = "compares a value with itself".to_owned();
            found.push(Weakening {
                kind: Kind::Weaker,
                what,
                before: place(before),
                after: place(told),
                lost: None,
            });
        }
    }
    found
}

/// Assertions that stand as they stood, of a name that stands for a call where it stood for something written down.
pub(super) fn computed(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (was, is) = (written_out(base), written_out(head));
    let alike = |(told, before): &(&Assertion, Assertion)| {
        let (_, after) = is.iter().find(|(other, _)| told.says(other))?;
        softened::softer(before, after).filter(|softer| softer.kind == Kind::Computed)
    };
    // The assertion alone shows no difference.
    let whole =
        |at: At<'_>, place: Option<(String, Span)>| place.map(|(_, span)| (at.function.text.clone(), span));
    let told = |softer: Weakening| {
        let (before, after) = (whole(base, softer.before.clone()), whole(head, softer.after.clone()));
        Weakening { before, after, ..softer }
    };
    was.iter().filter_map(alike).map(told).collect()
}

/// The equalities of a function, each with the same where names stand for what `let` gives them.
fn written_out(at: At<'_>) -> Vec<(&Assertion, Assertion)> {
    let values = values(&at.function.body);
    let equal = at.function.assertions.iter().filter(|one| matches!(one.form, Form::Equal | Form::Close));
    let written = |one: &Assertion| {
        let mut whole = one.with(&values);
        for side in [&mut whole.subject, &mut whole.expected] {
            side.retain(|token| token != "&");
        }
        whole
    };
    equal.map(|one| (one, written(one))).collect()
}

/// Whether nothing of a body is done with what a value is made of, but to make it: no method is called on it, and nothing is put
/// there.
fn is_left_alone(value: &[String], body: &[String]) -> bool {
    let names = value.iter().enumerate().filter(|(at, token)| {
        let is_name = token.starts_with(|first: char| first.is_lowercase() || first == '_');
        let next = value.get(at + 1).map(String::as_str);
        is_name && next != Some("(") && next != Some(":") && next != Some("!")
    });
    let is_touched = |name: &str| {
        body.windows(3).any(|three| {
            three[1] == name && (three[2] == "." || three[2] == "=" && three[0] != "let" || three[0] == "mut")
        })
    };
    !names.map(|(_, name)| name.as_str()).any(is_touched)
}

/// What the names stand for that a body binds once, each by itself, and does not change.
fn values(body: &[String]) -> BTreeMap<&str, Vec<String>> {
    let mut values: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut again = BTreeSet::new();
    for at in (0..body.len()).filter(|at| body[*at] == "let") {
        let Some((name, value)) = binding(&body[at + 1..]) else { continue };
        if values.contains_key(name) {
            again.insert(name);
        }
        let whole = replaced(value, &values);
        if whole.len() <= LONGEST {
            values.insert(name, whole);
        }
    }
    values.retain(|name, _| !again.contains(name));
    values
}

/// More tokens than these are not put in the place of a name.
const LONGEST: usize = 200;

/// `name = value ;`, with a type or without.
fn binding(rest: &[String]) -> Option<(&str, &[String])> {
    let name = rest.first()?.as_str();
    let sign = rest.iter().take(LONGEST).position(|token| token == "=")?;
    let is_plain = sign == 1 || rest.get(1).is_some_and(|token| token == ":");
    let mut depth = 0_i32;
    let end = rest[sign + 1..].iter().position(|token| {
        depth += i32::from(matches!(token.as_str(), "(" | "[" | "{"))
            - i32::from(matches!(token.as_str(), ")" | "]" | "}"));
        depth < 0 || depth == 0 && token == ";"
    })?;
    let value = &rest[sign + 1..sign + 1 + end];
    let is_name = name.starts_with(|first: char| first.is_lowercase() || first == '_') && name != "mut";
    (is_plain && is_name && !value.is_empty() && !value.iter().any(|token| token == "else"))
        .then_some((name, value))
}
