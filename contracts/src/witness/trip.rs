//! One message on its way: encoded by one side, decoded by the other, compared.

use std::fmt::Write;

use prost_reflect::prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

use super::verdict::Verdict;
use super::{Way, json};

/// How many bytes and how much JSON are shown.
const SHOWN_BYTES: usize = 48;
const SHOWN_TEXT: usize = 240;

/// One message, as it was sent and as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Trip {
    /// What became of it in bytes.
    pub(crate) verdict: Verdict,
    sent: String,
    bytes: String,
    arrived: String,
    json: (Verdict, String),
}

/// Sends a message to a reader.
pub(super) fn travel(message: &DynamicMessage, reader: &MessageDescriptor) -> Trip {
    let bytes = message.encode_to_vec();
    let (verdict, arrived) = match DynamicMessage::decode(reader.clone(), bytes.as_slice()) {
        Ok(arrived) => (compare(message, &arrived), text(&arrived)),
        Err(error) => (Verdict::Undecodable, error.to_string()),
    };
    Trip { verdict, sent: text(message), bytes: hex(&bytes), arrived, json: as_json(message, reader) }
}

impl Trip {
    /// What became of it in bytes, or in proto JSON where that counts and is worse.
    pub(super) fn worst(&self, json: bool) -> Verdict {
        if json { self.verdict.max(self.json.0) } else { self.verdict }
    }

    /// A note for the bytes, and one for proto JSON if that goes otherwise.
    pub(super) fn notes(&self, way: Way, json: bool) -> Vec<String> {
        let word = self.verdict.word();
        // Other runtimes keep a wrong wire type as an unknown field, where prost refuses the message.
        let arrives = if self.verdict == Verdict::Undecodable { "fails in prost with" } else { "arrives as" };
        let mut notes = vec![format!(
            "{}: {word}: {} ({}) {arrives} {}",
            way.shown(),
            self.sent,
            self.bytes,
            self.arrived
        )];
        let (verdict, arrived) = &self.json;
        if json && *verdict > self.verdict {
            let arrives = if *verdict == Verdict::Undecodable { "fails with" } else { "arrives as" };
            notes.push(format!(
                "{}, as proto JSON: {}: {} {arrives} {arrived}",
                way.shown(),
                verdict.word(),
                self.sent
            ));
        }
        notes
    }
}

fn as_json(message: &DynamicMessage, reader: &MessageDescriptor) -> (Verdict, String) {
    let sent = match serde_json::to_value(message) {
        Ok(sent) => sent,
        Err(error) => return (Verdict::Undecodable, error.to_string()),
    };
    match DynamicMessage::deserialize(reader.clone(), sent) {
        Ok(arrived) => (json::compare(message, &arrived).unwrap_or(Verdict::Lossy), text(&arrived)),
        Err(error) => (Verdict::Undecodable, error.to_string()),
    }
}

fn compare(sent: &DynamicMessage, arrived: &DynamicMessage) -> Verdict {
    use prost_reflect::ReflectMessage;
    let reader = arrived.descriptor();
    let mut verdict = Verdict::Identical;
    for (field, value) in sent.fields() {
        let found = reader.get_field(field.number()).filter(|other| arrived.has_field(other));
        verdict = verdict.max(match found {
            None => Verdict::Lost,
            Some(other) if is_taken(&field, &other) => Verdict::Lossy,
            Some(other) => {
                compare_values((&field.kind(), value), (&other.kind(), &arrived.get_field(&other)))
            }
        });
    }
    for (extension, value) in sent.extensions() {
        let found = reader.get_extension(extension.number()).filter(|other| arrived.has_extension(other));
        verdict = verdict.max(match found {
            None => Verdict::Lost,
            Some(other) => {
                compare_values((&extension.kind(), value), (&other.kind(), &arrived.get_extension(&other)))
            }
        });
    }
    verdict
}

/// Whether a number was taken by another field: one side has the other's name elsewhere.
fn is_taken(field: &FieldDescriptor, other: &FieldDescriptor) -> bool {
    let elsewhere = |side: &FieldDescriptor, name: &str| {
        side.parent_message().get_field_by_name(name).is_some_and(|found| found.number() != field.number())
    };
    field.name() != other.name() && (elsewhere(other, field.name()) || elsewhere(field, other.name()))
}

fn compare_values(sent: (&Kind, &Value), arrived: (&Kind, &Value)) -> Verdict {
    match (sent.1, arrived.1) {
        (Value::Message(a), Value::Message(b)) => compare(a, b),
        (Value::List(a), Value::List(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .map(|(a, b)| compare_values((sent.0, a), (arrived.0, b)))
            .max()
            .unwrap_or(Verdict::Identical),
        (Value::List(a), b) if a.len() == 1 => compare_values((sent.0, &a[0]), (arrived.0, b)),
        (a, Value::List(b)) if b.len() == 1 => compare_values((sent.0, a), (arrived.0, &b[0])),
        (Value::Map(a), Value::Map(b)) if a.len() == b.len() => a
            .iter()
            .map(|(key, value)| {
                let found = b.iter().find(|(other, _)| is_same_key(key, other));
                found.map_or(Verdict::Lossy, |(_, other)| compare_map_values(sent.0, value, arrived.0, other))
            })
            .max()
            .unwrap_or(Verdict::Identical),
        (Value::EnumNumber(a), Value::EnumNumber(b)) if a == b => {
            match (value_name(sent.0, *a), value_name(arrived.0, *b)) {
                (Some(a), Some(b)) if a == b => Verdict::Identical,
                (Some(_), None) => Verdict::Lost,
                (None, None) => Verdict::Identical,
                _ => Verdict::Lossy,
            }
        }
        (a, b) if is_same_scalar(a, b) => Verdict::Identical,
        _ => Verdict::Lossy,
    }
}

fn compare_map_values(kind: &Kind, sent: &Value, other: &Kind, arrived: &Value) -> Verdict {
    let value_of = |kind: &Kind| match kind {
        Kind::Message(entry) if entry.is_map_entry() => entry.map_entry_value_field().kind(),
        kind => kind.clone(),
    };
    compare_values((&value_of(kind), sent), (&value_of(other), arrived))
}

fn value_name(kind: &Kind, number: i32) -> Option<String> {
    let Kind::Enum(enumeration) = kind else { return None };
    Some(enumeration.get_value(number)?.name().to_owned())
}

fn is_same_scalar(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::F64(a), Value::F64(b)) => a.to_bits() == b.to_bits(),
        (Value::F32(a), Value::F32(b)) => a.to_bits() == b.to_bits(),
        _ => match (octets(a), octets(b)) {
            (Some(a), Some(b)) => a == b,
            _ => integer(a).is_some() && integer(a) == integer(b),
        },
    }
}

fn octets(value: &Value) -> Option<&[u8]> {
    match value {
        Value::String(text) => Some(text.as_bytes()),
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(value) => Some((*value).into()),
        Value::I32(value) | Value::EnumNumber(value) => Some((*value).into()),
        Value::I64(value) => Some((*value).into()),
        Value::U32(value) => Some((*value).into()),
        Value::U64(value) => Some((*value).into()),
        _ => None,
    }
}

fn is_same_key(a: &MapKey, b: &MapKey) -> bool {
    is_same_scalar(&Value::from(a.clone()), &Value::from(b.clone()))
}

fn text(message: &DynamicMessage) -> String {
    let text = serde_json::to_string(message).unwrap_or_else(|error| format!("({error})"));
    match text.char_indices().nth(SHOWN_TEXT) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text,
    }
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "no bytes".to_owned();
    }
    let mut shown = String::new();
    for byte in &bytes[..bytes.len().min(SHOWN_BYTES)] {
        let space = if shown.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(shown, "{space}{byte:02x}");
    }
    if bytes.len() > SHOWN_BYTES { shown + " .." } else { shown }
}
