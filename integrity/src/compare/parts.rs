//! Assertions that look at a part of what they looked at: one of many, a shorter text, how many there are.

use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form};

/// A text this short is in nearly every other.
const HARDLY: usize = 3;

/// How a condition of the same subject lets more pass. A text that became shorter may follow the code, so it counts
/// where no code changed, or where hardly a text is left.
pub(super) fn smaller(one: &Assertion, other: &Assertion, code_may_differ: bool) -> Option<Weakening> {
    if one.form != Form::Truth || other.form != Form::Truth {
        return None;
    }
    let what = if one_of_many(one, other) {
        "holds where one does, and asked it of all".to_owned()
    } else if counts_only(one, other) {
        "asserts only how many there are".to_owned()
    } else {
        let text = shorter_text(one, other)?;
        (!code_may_differ || text.trim_matches('"').len() <= HARDLY)
            .then(|| format!("is content with {}", crate::evidence::short(&format!("`{text}`"))))?
    };
    let place = |assertion: &Assertion| Some((assertion.text.clone(), assertion.span));
    Some(Weakening { kind: Kind::Weaker, what, before: place(one), after: place(other), lost: None })
}

/// `any` where it was `all`, or the other way round where it must not hold.
fn one_of_many(one: &Assertion, other: &Assertion) -> bool {
    let (strict, loose) = match holds(other) {
        Some(true) => ("all", "any"),
        Some(false) => ("any", "all"),
        None => return false,
    };
    let is_call = |at: usize| at > 0 && one.subject[at - 1] == "." && one.subject[at] == strict;
    let differing = differing(one, other);
    !differing.is_empty() && differing.iter().all(|at| is_call(*at) && other.subject[*at] == loose)
}

/// A limit on the length alone, where each was looked at.
pub(super) fn counts_only(one: &Assertion, other: &Assertion) -> bool {
    let counts = |side: &[String]| {
        let end: Vec<&str> = side.iter().rev().map(String::as_str).take(4).collect();
        matches!(end.as_slice(), [")", "(", "len" | "count", "."])
    };
    let each = one.subject.windows(2).any(|pair| pair[0] == "." && (pair[1] == "all" || pair[1] == "any"));
    let order = other.expected.first().is_some_and(|word| word == "<" || word == ">");
    each && order && counts(&other.subject)
}

/// Head's text to search for, where the base's contains it; of what must be missing, the longer one.
fn shorter_text<'a>(one: &'a Assertion, other: &'a Assertion) -> Option<&'a str> {
    let differing = differing(one, other);
    let [at] = differing.as_slice() else { return None };
    let (before, after) = (one.subject[*at].as_str(), other.subject[*at].as_str());
    let method = one.subject[..*at].iter().rev().find(|token| *token != "(" && *token != "&")?;
    let searches = ["contains", "starts_with", "ends_with"].contains(&method.as_str());
    let text = |token: &'a str| token.strip_prefix('"')?.strip_suffix('"');
    let (long, short) = match holds(other)? {
        true => (text(before)?, text(after)?),
        false => (text(after)?, text(before)?),
    };
    (searches && long.contains(short)).then_some(after)
}

/// Whether a condition must hold, or must not.
fn holds(assertion: &Assertion) -> Option<bool> {
    match assertion.expected.as_slice() {
        [flag] => flag.parse().ok(),
        _ => None,
    }
}

/// Where the subjects differ, token by token; nowhere where they are not built alike.
fn differing(one: &Assertion, other: &Assertion) -> Vec<usize> {
    if one.subject.len() != other.subject.len() || one.expected != other.expected {
        return Vec::new();
    }
    (0..one.subject.len()).filter(|at| one.subject[*at] != other.subject[*at]).collect()
}
