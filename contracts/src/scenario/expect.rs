//! Whether an answer is what a scenario expects: everything that is not, in words.

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
};
use serde_json::{Map, Value};
use service::{Answer, Code, code_name, to_json};

use super::entry::Expect;
use super::shape::is_written_specially;
use crate::statement::{self, Statements};

/// One call that was made: what was sent and what came back.
pub(super) struct Exchange<'a> {
    pub(super) method: &'a MethodDescriptor,
    pub(super) pool: &'a DescriptorPool,
    pub(super) requests: &'a [DynamicMessage],
    pub(super) answer: &'a Answer,
}

/// What of the answer is not as expected; nothing if all is.
pub(super) fn failures(expect: &Expect, exchange: &Exchange<'_>) -> Vec<String> {
    let Exchange { method, pool, requests, answer } = exchange;
    let got = code_name(answer.code);
    if got != expect.status {
        let said = answer.unsent.as_ref().unwrap_or(&answer.message);
        let said = if said.is_empty() { String::new() } else { format!(" ({})", one_line(said)) };
        return vec![format!("expected the status {}, got {got}{said}", expect.status)];
    }
    let mut failures = Vec::new();
    if let Some(part) = expect.message_contains.as_ref().filter(|part| !answer.message.contains(*part)) {
        failures.push(format!(
            "expected a status message that contains {}, got {}",
            Value::from(part.as_str()),
            Value::from(answer.message.as_str())
        ));
    }
    if let Some(got) = answer.response.as_ref().filter(|_| answer.code == Code::Ok) {
        if let Some(expected) = &expect.response {
            failures.extend(part_failures("", expected, got, &method.output()));
        }
        failures.extend(expect.checks.iter().filter_map(|check| check.failure(got)));
    }
    failures.extend(stream_failures(expect, answer, &method.output()));
    for (what, expected, pairs) in [
        ("the metadata", &expect.metadata, &answer.metadata),
        ("the trailer", &expect.trailers, &answer.trailers),
    ] {
        failures.extend(expected.iter().filter_map(|(name, sent)| sent.failure(what, name, pairs, pool)));
    }
    if !expect.details.is_empty() {
        match service::details(pool, &answer.details) {
            Ok(details) => {
                failures.extend(expect.details.iter().flat_map(|detail| detail.failures(&details, pool)));
            }
            Err(fault) => failures.push(fault),
        }
    }
    if !expect.cel.is_empty() {
        let statements = Statements::of(&expect.cel, method, answer.code).map_err(|(_, fault)| fault);
        match (statements, statement::values(method, requests, answer)) {
            (Ok(statements), Ok(values)) => failures.extend(statements.failures(&values)),
            (Err(fault), _) | (_, Err(fault)) => failures.push(fault),
        }
    }
    failures
}

fn stream_failures(expect: &Expect, answer: &Answer, response: &MessageDescriptor) -> Vec<String> {
    let got = answer.responses.len();
    let count = expect.count.or(expect.responses.as_ref().map(Vec::len));
    if let Some(count) = count.filter(|count| *count != got) {
        return vec![format!("expected {count} responses, got {got}")];
    }
    let expected = expect.responses.iter().flatten().enumerate();
    let each = expected.zip(&answer.responses).map(|((index, expected), got)| match to_json(got) {
        Ok(got) => part_failures(&format!("responses[{index}]"), expected, &got, response),
        Err(fault) => vec![fault],
    });
    each.flatten().collect()
}

/// In what a message, written as JSON, is not what a part of one expects.
pub(super) fn part_failures(
    at: &str,
    expected: &Value,
    got: &Value,
    message: &MessageDescriptor,
) -> Vec<String> {
    let mut failures = Vec::new();
    match canonical(expected, message) {
        Ok(expected) => differences(at, &expected, got, &mut failures),
        Err(reason) => failures.push(format!("the expected message cannot be read: {reason}")),
    }
    failures
}

/// The expected part of a response as the service's answer would write it: numbers, enums and times in their one form.
fn canonical(expected: &Value, message: &MessageDescriptor) -> Result<Value, String> {
    let read =
        DynamicMessage::deserialize(message.clone(), expected.clone()).map_err(|error| error.to_string())?;
    Ok(only(expected, &to_json(&read)?, message))
}

/// Of a whole message only what the expectation names.
fn only(expected: &Value, whole: &Value, message: &MessageDescriptor) -> Value {
    let (Value::Object(fields), false) = (expected, is_written_specially(message)) else {
        return whole.clone();
    };
    let named = fields.iter().filter_map(|(name, expected)| {
        let field = message.get_field_by_name(name)?;
        let whole = whole.get(name).unwrap_or(&Value::Null);
        Some((name.clone(), only_field(expected, whole, &field)))
    });
    Value::Object(Map::from_iter(named))
}

fn only_field(expected: &Value, whole: &Value, field: &FieldDescriptor) -> Value {
    match (expected, whole, field.kind()) {
        (Value::Null, _, _) => Value::Null,
        (Value::Array(items), Value::Array(wholes), Kind::Message(message)) if field.is_list() => {
            items.iter().zip(wholes).map(|(item, whole)| only(item, whole, &message)).collect()
        }
        (Value::Object(entries), Value::Object(wholes), Kind::Message(entry)) if field.is_map() => {
            let value = entry.map_entry_value_field();
            let named = entries.iter().map(|(key, expected)| {
                let whole = wholes.get(key).unwrap_or(&Value::Null);
                (key.clone(), only_field(expected, whole, &value))
            });
            Value::Object(Map::from_iter(named))
        }
        (_, _, Kind::Message(message)) if !field.is_map() => only(expected, whole, &message),
        _ => whole.clone(),
    }
}

fn differences(at: &str, expected: &Value, got: &Value, failures: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            for (name, expected) in expected {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                differences(&at, expected, got.get(name).unwrap_or(&Value::Null), failures);
            }
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
                differences(&format!("{at}[{index}]"), expected, got, failures);
            }
        }
        (Value::Array(expected), Value::Array(got)) => {
            failures.push(format!("expected {} items in `{at}`, got {}", expected.len(), got.len()));
        }
        _ if expected == got => {}
        (_, Value::Null) => failures.push(format!("expected `{at}` to be {expected}, got nothing")),
        (Value::Null, _) => failures.push(format!("expected nothing in `{at}`, got {got}")),
        _ => failures.push(format!("expected `{at}` to be {expected}, got {got}")),
    }
}

/// A status message in the words of a finding: one line, backticks in pairs.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|letter| !letter.is_control()).take(300).collect();
    if line.matches('`').count().is_multiple_of(2) { line } else { line.replace('`', "'") }
}
