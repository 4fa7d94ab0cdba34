//! Assertions that something holds which a function or a macro of the change decides: what that compares, in its place.

use std::collections::BTreeMap;

use crate::compare::helpers::{Helpers, arguments};
use crate::facts::{Assertion, Form, tokens_of_line};
use crate::rust::At;

/// The same assertions, those that the other side does not make written out.
pub(super) fn written_out(
    all: Vec<Assertion>,
    others: &[Assertion],
    at: At<'_>,
    helpers: &Helpers<'_>,
) -> Vec<Assertion> {
    let written = |assertion: Assertion| {
        let known = others.iter().any(|other| assertion.says(other));
        let compared = if known { Vec::new() } else { compared(&assertion, at, helpers) };
        if compared.is_empty() { vec![assertion] } else { compared }
    };
    all.into_iter().flat_map(written).collect()
}

fn compared(assertion: &Assertion, at: At<'_>, helpers: &Helpers<'_>) -> Vec<Assertion> {
    let tokens = match assertion.form {
        Form::Truth if assertion.expected == ["true"] => assertion.subject.clone(),
        Form::Close => tokens_of_line(&assertion.text),
        _ => return Vec::new(),
    };
    let Some(open) = tokens.iter().position(|token| token == "(") else { return Vec::new() };
    let name = match &tokens[..open] {
        [.., name, bang] if bang == "!" => format!("{name}!"),
        // What stands before the name of a function is its path.
        [path @ .., name] if !path.iter().any(|token| token == ".") => name.clone(),
        _ => return Vec::new(),
    };
    let Some(named) = helpers.get(name.as_str()) else { return Vec::new() };
    let here = named.iter().find(|helper| helper.side.path == at.side.path);
    let Some(helper) = here.or_else(|| named.first()) else { return Vec::new() };
    let arguments = arguments(false, &tokens);
    if arguments.len() != helper.function.parameters.len() {
        return Vec::new();
    }
    let parameters = helper.function.parameters.iter().map(String::as_str);
    let values: BTreeMap<&str, Vec<String>> = parameters.zip(arguments).collect();
    let placed = |one: &Assertion| {
        let Assertion { span, only_if, quiet, text, .. } = assertion.clone();
        Assertion { span, only_if, quiet, text, ..one.with(&values) }
    };
    helper.function.holds.iter().map(placed).collect()
}
