//! Tests that head has and the base does not: how many there are, and how many of them check something.

use std::collections::BTreeSet;

use crate::compare::{Helpers, asserts};
use crate::facts::{Form, Function, Role};
use crate::rust::{At, by_name};
use crate::scene::Scene;

/// How many new tests check something when they run, and how many do not: those that are ignored, and those that neither
/// assert nor call anything, throw away all that they call, or assert only what is always true.
pub(crate) fn tests(scene: &Scene<'_>) -> (u64, u64) {
    let paired: BTreeSet<(&str, u32, u32)> =
        scene.tests.pairs.iter().map(|(_, head)| place(&head.side.path, head.function)).collect();
    let all = scene.rust.functions(false, Role::Test);
    let new = all.into_iter().filter(|at| !paired.contains(&place(&at.side.path, at.function)));
    let helpers = by_name(&scene.rust.functions(false, Role::Helper));
    let (checking, idle): (Vec<_>, Vec<_>) = new.partition(|at| checks(*at, &helpers));
    (checking.len() as u64, idle.len() as u64)
}

fn place<'a>(path: &'a str, function: &Function) -> (&'a str, u32, u32) {
    (path, function.span.line, function.span.column)
}

fn checks(at: At<'_>, helpers: &Helpers<'_>) -> bool {
    let test = at.function;
    let says = test.assertions.iter().any(|assertion| assertion.form > Form::Constant && !assertion.quiet)
        || !test.unrolled.is_empty()
        || test.should_panic.is_some()
        || asserts(at, helpers);
    // A test that only calls shows that nothing panics there.
    let only_calls = test.assertions.is_empty() && test.calls.iter().any(|call| !call.quiet);
    test.ignored.is_none() && (says || only_calls && !throws_all_away(&test.body))
}

/// Whether every call of a body stands in a statement that throws away what comes of it: `let _ = rank();`.
fn throws_all_away(body: &[String]) -> bool {
    let ends = |token: &String| matches!(token.as_str(), ";" | "{" | "}");
    let calls = |statement: &&[String]| statement.iter().any(|token| token == "(");
    body.split(ends).filter(calls).all(|statement| {
        let words: Vec<&str> = statement.iter().take(3).map(String::as_str).collect();
        matches!(words.as_slice(), ["_", "=", ..])
            || matches!(words.as_slice(), ["let", name, "="] if name.starts_with('_'))
    })
}
