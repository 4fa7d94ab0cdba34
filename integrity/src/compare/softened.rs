//! Assertions that ask for equality as before, of something else: of what was made alike first, or with what the code
//! itself computes.

use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form, is_literal};

/// Methods after which values are equal that were not.
const ALIKE: &[&str] = &[
    "trim",
    "trim_start",
    "trim_end",
    "round",
    "floor",
    "ceil",
    "trunc",
    "abs",
    "to_lowercase",
    "to_uppercase",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "unwrap_or_default",
    "sorted",
    "dedup",
];

/// How an assertion that is as strong by its form may let more pass, if it does.
pub(super) fn softer(one: &Assertion, other: &Assertion) -> Option<Weakening> {
    if one.form != Form::Equal || other.form != Form::Equal {
        return None;
    }
    let (kind, what) = match normalised(one, other) {
        Some(method) => (Kind::Normalised, format!("compares only after `{method}`")),
        None if computed(one, other) => {
            (Kind::Computed, "expects what is computed where it was written down".to_owned())
        }
        None => return None,
    };
    let place = |assertion: &Assertion| Some((assertion.text.clone(), assertion.span));
    Some(Weakening { kind, what, before: place(one), after: place(other), lost: None })
}

/// The method that stands behind what was looked at, where the same is expected.
fn normalised<'a>(one: &Assertion, other: &'a Assertion) -> Option<&'a str> {
    let rest = other.subject.strip_prefix(one.subject.as_slice())?;
    let [dot, method, open, ..] = rest else { return None };
    let called = dot == "." && open == "(" && ALIKE.contains(&method.as_str());
    (called && one.expected == other.expected).then_some(method)
}

/// Whether literals of what is expected of the same gave way to a call.
fn computed(one: &Assertion, other: &Assertion) -> bool {
    let literal = |side: &[String]| side.iter().any(|token| is_literal(token));
    let calls = |side: &[String]| {
        side.windows(2).any(|pair| pair[1] == "(" && pair[0].starts_with(|c: char| c.is_ascii_lowercase()))
    };
    one.subject == other.subject
        && literal(&one.expected)
        && !calls(&one.expected)
        && !literal(&other.expected)
        && calls(&other.expected)
}
