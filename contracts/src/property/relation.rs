//! Laws over several answers: what is asked beside a request, and how the answers must agree.

use prost_reflect::prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, ReflectMessage, Value};
use serde_json::Value as Json;
use service::{Answer, Code, code_name};

use super::choices::Chance;
use super::holds::whole;
use super::law::{Larger, Law};
use crate::scenario::{list_at, value_at};

/// The requests that a law asks beside a request; none of laws over one answer.
pub(super) fn others(law: &Law, request: &DynamicMessage) -> Vec<DynamicMessage> {
    match law {
        Law::Deterministic(repeats) => vec![request.clone(); repeats.repeats.saturating_sub(1)],
        Law::PermutationInvariant(permuted) => permutations(request, &permuted.field),
        Law::PrefixOfLarger(larger) => with_more(request, larger).into_iter().collect(),
        Law::ToleratesUnknownFields => with_unknown_fields(request).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What does not hold between the answer to a request and those to the others. Fields that are ignored may differ.
pub(super) fn failure(law: &Law, answer: &Answer, others: &[Answer], ignored: &[String]) -> Option<String> {
    let when = match law {
        Law::Deterministic(_) => "asked again",
        Law::PermutationInvariant(_) => "asked in another order",
        Law::PrefixOfLarger(_) => "asked for more",
        Law::ToleratesUnknownFields => "asked with unknown fields",
        _ => return None,
    };
    others.iter().find_map(|other| {
        if answer.code != other.code {
            let (one, other) = (code_name(answer.code), code_name(other.code));
            return Some(format!("expected the status {one} when {when}, got {other}"));
        }
        let (Some(one), Some(other)) = (&answer.response, &other.response) else { return None };
        if let Law::PrefixOfLarger(larger) = law {
            return prefix_failure(larger, one, other);
        }
        let (at, one, other) = difference(String::new(), one, other, ignored)?;
        Some(format!(
            "expected the same answer when {when}, got in `{at}` {} instead of {}",
            short(&other),
            short(&one)
        ))
    })
}

/// Whether a field in which an answer says that it is not a full one is set.
pub(super) fn is_partial(answer: &Answer, partial_if: &[String]) -> bool {
    let Some(response) = answer.response.as_ref().filter(|_| answer.code == Code::Ok) else { return false };
    partial_if.iter().any(|path| match value_at(response, path) {
        Json::Null | Json::Bool(false) => false,
        Json::Array(items) => !items.is_empty(),
        Json::Object(fields) => !fields.is_empty(),
        Json::String(text) => !text.is_empty() && text != "0",
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::Bool(true) => true,
    })
}

/// The list turned round, and in one other order.
fn permutations(request: &DynamicMessage, field: &str) -> Vec<DynamicMessage> {
    let Some(Value::List(items)) = request.get_field_by_name(field).map(|value| value.into_owned()) else {
        return Vec::new();
    };
    if items.len() < 2 {
        return Vec::new();
    }
    let mut turned = items.clone();
    turned.reverse();
    let mut orders = vec![turned];
    if items.len() > 2 {
        let mut shuffled = items;
        let mut chance = Chance::of(shuffled.len() as u64);
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, usize::try_from(chance.up_to(at as u64)).unwrap_or(0));
        }
        orders.push(shuffled);
    }
    let with = |items: Vec<Value>| {
        let mut request = request.clone();
        request.set_field_by_name(field, Value::List(items));
        request
    };
    orders.into_iter().map(with).collect()
}

/// The request with a limit that is greater by one, if there is one.
fn with_more(request: &DynamicMessage, larger: &Larger) -> Option<DynamicMessage> {
    let more = whole(request, &larger.vary)? + 1;
    let more = match request.get_field_by_name(&larger.vary)?.as_ref() {
        Value::I32(_) => Value::I32(i32::try_from(more).ok()?),
        Value::I64(_) => Value::I64(i64::try_from(more).ok()?),
        Value::U32(_) => Value::U32(u32::try_from(more).ok()?),
        Value::U64(_) => Value::U64(u64::try_from(more).ok()?),
        _ => return None,
    };
    let mut request = request.clone();
    request.set_field_by_name(&larger.vary, more);
    Some(request)
}

fn prefix_failure(larger: &Larger, one: &Json, other: &Json) -> Option<String> {
    let values = |response: &Json| -> Vec<Json> {
        let items = list_at(response, &larger.of).iter();
        items.map(|item| larger.by.as_ref().map_or(item, |by| value_at(item, by)).clone()).collect()
    };
    let (fewer, more) = (values(one), values(other));
    let at = (0..fewer.len()).find(|at| more.get(*at) != Some(&fewer[*at]))?;
    let got = more.get(at).map_or_else(|| "nothing".to_owned(), short);
    Some(format!(
        "expected `{}` to go on when asked for one more, got {got} instead of {} at index {at}",
        larger.of,
        short(&fewer[at])
    ))
}

/// The request with a text and a number that no field of its type has, in it and in the first message within it.
fn with_unknown_fields(request: &DynamicMessage) -> Option<DynamicMessage> {
    let mut request = request.clone();
    let inner = request.fields_mut().find_map(|(_, value)| match value {
        Value::Message(inner) => Some(inner),
        Value::List(items) => items.first_mut().and_then(Value::as_message_mut),
        _ => None,
    });
    if let Some(inner) = inner {
        *inner = with_unknown(inner)?;
    }
    with_unknown(&request)
}

fn with_unknown(message: &DynamicMessage) -> Option<DynamicMessage> {
    let mut bytes = message.encode_to_vec();
    let number = free_number(&message.descriptor())?;
    // A varint (wire type 0) and a text (wire type 2). Source: protobuf.dev, "Encoding".
    varint(u64::from(number) << 3, &mut bytes);
    bytes.push(1);
    varint((u64::from(number) + 1) << 3 | 2, &mut bytes);
    bytes.extend_from_slice(b"\x07unknown");
    DynamicMessage::decode(message.descriptor(), bytes.as_slice()).ok()
}

/// Two numbers in a row that no field has, neither of them one that is kept for implementations.
fn free_number(message: &MessageDescriptor) -> Option<u32> {
    let last = message.fields().map(|field| field.number()).max().unwrap_or(0);
    [last.saturating_add(1_000), 18_000, 30_000].into_iter().find(|number| {
        let is_free = |number| message.get_field(number).is_none();
        *number < 536_870_911
            && !(18_990..20_000).contains(number)
            && is_free(*number)
            && is_free(*number + 1)
    })
}

fn varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

/// The first place where two values differ, and both.
fn difference(at: String, one: &Json, other: &Json, ignored: &[String]) -> Option<(String, Json, Json)> {
    if one == other || ignored.iter().any(|path| *path == without_indices(&at)) {
        return None;
    }
    match (one, other) {
        (Json::Object(fields), Json::Object(others)) => {
            let names = fields.keys().chain(others.keys().filter(|name| !fields.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let below = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                let value =
                    |fields: &serde_json::Map<String, Json>| fields.get(name).cloned().unwrap_or_default();
                difference(below, &value(fields), &value(others), ignored)
            })
        }
        (Json::Array(items), Json::Array(others)) if items.len() == others.len() => {
            let mut pairs = items.iter().zip(others).enumerate();
            pairs.find_map(|(index, (one, other))| difference(format!("{at}[{index}]"), one, other, ignored))
        }
        (Json::Array(items), Json::Array(others)) => {
            let count = |items: &[Json]| Json::from(format!("{} items", items.len()));
            Some((at, count(items), count(others)))
        }
        _ => Some((at, one.clone(), other.clone())),
    }
}

fn without_indices(path: &str) -> String {
    let parts = path.split('[').enumerate();
    parts
        .map(
            |(index, part)| if index == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) },
        )
        .collect()
}

fn short(value: &Json) -> String {
    let text = value.to_string().replace('`', "'");
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text,
    }
}
