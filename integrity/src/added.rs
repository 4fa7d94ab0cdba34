//! Tests that head has and the base does not: how many there are, and how many of them check something.

use std::collections::BTreeSet;

use crate::facts::{Form, Function, Role};
use crate::scene::Scene;

/// How many new tests check something when they run, and how many do not: those that are ignored, and those that neither
/// assert nor call anything, or assert only what is always true.
pub(crate) fn tests(scene: &Scene<'_>) -> (u64, u64) {
    let paired: BTreeSet<(&str, u32, u32)> =
        scene.tests.pairs.iter().map(|(_, head)| place(&head.side.path, head.function)).collect();
    let all = scene.rust.functions(false, Role::Test);
    let new = all.into_iter().filter(|at| !paired.contains(&place(&at.side.path, at.function)));
    let (checking, idle): (Vec<_>, Vec<_>) = new.partition(|at| checks(at.function));
    (checking.len() as u64, idle.len() as u64)
}

fn place<'a>(path: &'a str, function: &Function) -> (&'a str, u32, u32) {
    (path, function.span.line, function.span.column)
}

fn checks(test: &Function) -> bool {
    let says = test.assertions.iter().any(|assertion| assertion.form > Form::Constant)
        || !test.unrolled.is_empty()
        || test.should_panic.is_some();
    let only_calls = test.assertions.is_empty() && !test.calls.is_empty();
    test.ignored.is_none() && (says || only_calls)
}
