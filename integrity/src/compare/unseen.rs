//! Failures that a surviving test no longer shows: any panic passes, or nobody looks at an error.

use crate::compare::{Kind, Weakening};
use crate::facts::{Assertion, Form, Role};
use crate::rust::At;

/// `#[should_panic]` on a test that had none: beside assertions of the base it passes where one of them fails, and
/// where no code changed, what passed has to panic now.
pub(super) fn panic_expected(
    base: At<'_>,
    head: At<'_>,
    (before, after): (&[Assertion], &[Assertion]),
    code_may_differ: bool,
) -> Option<Weakening> {
    let (one, other) = (base.function, head.function);
    let text = match (&one.should_panic, &other.should_panic) {
        (None, Some(text)) => text.as_deref(),
        _ => return None,
    };
    let stays = |assertion: &Assertion| {
        assertion.form > Form::Unwrap && after.iter().any(|other| assertion.says(other))
    };
    let of_assertions = text.is_none_or(|text| {
        ["assertion", "left ==", "left !=", "\"\""].iter().any(|word| text.contains(word))
    });
    let expected_one = one.body.iter().any(|token| token.contains("panic") || token == "catch_unwind");
    let what = if of_assertions && before.iter().any(stays) {
        "passes where one of its assertions fails"
    } else if !code_may_differ && !expected_one {
        "expects a panic where it expected none, while no code changed"
    } else {
        return None;
    };
    Some(Weakening {
        kind: Kind::Weaker,
        what: what.to_owned(),
        before: Some((one.text.clone(), one.span)),
        after: Some((other.text.clone(), other.span)),
        lost: None,
    })
}

/// What cleans up may fail.
const LEAVES: &[&str] = &[
    "abort",
    "cleanup",
    "close",
    "delete",
    "disconnect",
    "drop",
    "flush",
    "join",
    "kill",
    "remove",
    "send",
    "shutdown",
    "stop",
    "unlink",
    "wait",
];

/// Calls that had to succeed, and whose result is dropped: `read()?;` that became `let _ = read();`.
pub(super) fn errors_dropped(base: At<'_>, head: At<'_>) -> Vec<Weakening> {
    let (one, other) = (base.function, head.function);
    if other.role != Role::Test {
        return Vec::new();
    }
    let (was, is) = (one.body.join(" "), other.body.join(" "));
    if !is.contains("let _ = ") {
        return Vec::new();
    }
    let cleans =
        |subject: &[String]| subject.iter().any(|token| token.split('_').any(|word| LEAVES.contains(&word)));
    let dropped = |assertion: &&Assertion| {
        let line = format!("let _ = {} ;", assertion.subject.join(" "));
        assertion.form == Form::Unwrap
            && !assertion.subject.is_empty()
            && !cleans(&assertion.subject)
            && is.contains(&line)
            && !was.contains(&line)
            && !other.assertions.iter().any(|other| other.subject == assertion.subject)
    };
    let found = one.assertions.iter().filter(dropped);
    found
        .map(|assertion| Weakening {
            kind: Kind::Weaker,
            what: "drops an error that it failed for".to_owned(),
            before: Some((assertion.text.clone(), assertion.span)),
            after: Some((format!("let _ = {};", receiver(&assertion.text)), other.span)),
            lost: None,
        })
        .collect()
}

/// What stands before `?` or `.unwrap()`.
fn receiver(text: &str) -> &str {
    text.strip_suffix('?').or_else(|| text.rsplit_once('.').map(|(receiver, _)| receiver)).unwrap_or(text)
}
