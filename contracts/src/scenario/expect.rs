//! Whether an answer is what a scenario expects: everything that is not, in words.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};
use service::{Answer, Code, code_name, to_json};

use super::file::Expect;
use super::shape::is_written_specially;

/// What of the answer is not as expected; nothing if all is.
pub(super) fn failures(expect: &Expect, answer: &Answer, response: &MessageDescriptor) -> Vec<String> {
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
    let Some(got) = answer.response.as_ref().filter(|_| answer.code == Code::Ok) else { return failures };
    if let Some(expected) = &expect.response {
        match canonical(expected, response) {
            Ok(expected) => differences("", &expected, got, &mut failures),
            Err(reason) => failures.push(format!("the expected response cannot be read: {reason}")),
        }
    }
    failures.extend(expect.checks.iter().filter_map(|check| check.failure(got)));
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
