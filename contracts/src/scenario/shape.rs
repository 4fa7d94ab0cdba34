//! Whether a scenario fits the protos: its method, every field, every value, each with its place.

use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor,
};
use serde_json::{Map, Value};
use service::{Code, code_name};

use super::Scenario;
use super::entry::Expect;
use crate::promise::{Misfit, Terms};
use crate::statement::Statements;

impl Scenario {
    /// Refuses the first thing in which it does not fit the protos.
    pub(crate) fn check(&self, terms: &Terms, pool: &DescriptorPool) -> Result<(), Misfit> {
        let method = service::any_method(pool, &terms.method(&self.rpc))
            .map_err(|error| ("rpc".to_owned(), error.to_string()))?;
        match (&self.request, &self.requests, method.is_client_streaming()) {
            (Some(_), _, true) => return no("request", "the method takes a stream: write `requests`"),
            (_, None, true) => return no("rpc", "the method takes a stream: `requests` are missing"),
            (_, Some(_), false) => return no("requests", "the method takes one request: write `request`"),
            (Some(request), None, false) => check_message("request", request, &method.input())?,
            _ => check_messages("requests", self.requests.as_deref(), &method.input())?,
        }
        self.expect.check(&method, pool)
    }
}

impl Expect {
    fn check(&self, method: &MethodDescriptor, pool: &DescriptorPool) -> Result<(), Misfit> {
        let Some(code) = service::parse_code(&self.status) else {
            let number = self.status.parse().ok().filter(|number| (0..=16).contains(number));
            let name = number.map(|number| format!(": write `{}`", code_name(Code::from_i32(number))));
            let fault = format!("`{}` is no status code of gRPC{}", self.status, name.unwrap_or_default());
            return no("expect.status", &fault);
        };
        let output = method.output();
        if method.is_server_streaming() {
            if self.response.is_some() || !self.checks.is_empty() {
                let key = if self.response.is_some() { "expect.response" } else { "expect.checks" };
                return no(key, "the method answers with a stream: write `responses`, `count` or `cel`");
            }
            check_messages("expect.responses", self.responses.as_deref(), &output)?;
        } else if self.responses.is_some() || self.count.is_some() {
            let key = if self.responses.is_some() { "expect.responses" } else { "expect.count" };
            return no(key, "the method answers with one response: write `response`");
        }
        if code != Code::Ok && (self.response.is_some() || !self.checks.is_empty()) {
            return no("expect", &format!("{} comes without a response", self.status));
        }
        if code == Code::Ok && (self.message_contains.is_some() || !self.details.is_empty()) {
            let key = if self.details.is_empty() { "expect.message_contains" } else { "expect.details" };
            return no(key, "OK comes without a message and without details");
        }
        if let Some(response) = &self.response {
            check_message("expect.response", response, &output)?;
        }
        for (index, check) in self.checks.iter().enumerate() {
            if let Some((key, fault)) = check.fault(&output) {
                return Err((format!("expect.checks[{index}].{}.{key}", check.key()), fault));
            }
        }
        for (key, expected) in [("metadata", &self.metadata), ("trailers", &self.trailers)] {
            for (name, sent) in expected {
                sent.check(&format!("expect.{key}"), name, pool)?;
            }
        }
        for (index, detail) in self.details.iter().enumerate() {
            detail.check(&format!("expect.details[{index}]"), pool)?;
        }
        Statements::of(&self.cel, method, code)
            .map(drop)
            .map_err(|(index, fault)| (format!("expect.cel[{index}]"), fault))
    }
}

fn no(at: &str, fault: &str) -> Result<(), Misfit> {
    Err((at.to_owned(), fault.to_owned()))
}

fn check_messages(at: &str, list: Option<&[Value]>, message: &MessageDescriptor) -> Result<(), Misfit> {
    let mut list = list.unwrap_or_default().iter().enumerate();
    list.try_for_each(|(index, json)| check_message(&format!("{at}[{index}]"), json, message))
}

pub(crate) fn check_message(at: &str, json: &Value, message: &MessageDescriptor) -> Result<(), Misfit> {
    if is_written_specially(message) {
        return fits(at, json, message);
    }
    let Value::Object(fields) = json else {
        return Err((at.to_owned(), format!("a `{}` is written as a map", message.full_name())));
    };
    for (name, value) in fields {
        let at = format!("{at}{}", step(name));
        let field =
            message.get_field_by_name(name).ok_or_else(|| (at.clone(), service::no_field(message, name)))?;
        check_field(&at, value, &field)?;
    }
    Ok(())
}

fn check_field(at: &str, json: &Value, field: &FieldDescriptor) -> Result<(), Misfit> {
    match (json, field.kind()) {
        (Value::Null, _) => Ok(()),
        (Value::Object(entries), Kind::Message(entry)) if field.is_map() => {
            let value = entry.map_entry_value_field();
            for (key, json) in entries {
                check_field(&format!("{at}{}", step(key)), json, &value)?;
            }
            alone(at, json, field)
        }
        (Value::Array(items), Kind::Message(message)) if field.is_list() => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| check_message(&format!("{at}[{index}]"), item, &message))
        }
        (_, Kind::Message(message)) if !field.is_list() && !field.is_map() => {
            check_message(at, json, &message)
        }
        (Value::Array(items), _) if field.is_list() => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| {
                let written = Value::Array(vec![item.clone()]);
                single(&format!("{at}[{index}]"), item, written, field)
            })
        }
        _ => alone(at, json, field),
    }
}

/// Whether a value can be read as a field by itself.
fn alone(at: &str, json: &Value, field: &FieldDescriptor) -> Result<(), Misfit> {
    single(at, json, json.clone(), field)
}

/// Whether a value can be read as a field, or as an item of it, when it is written like this.
fn single(at: &str, json: &Value, written: Value, field: &FieldDescriptor) -> Result<(), Misfit> {
    let message = Value::Object(Map::from_iter([(field.name().to_owned(), written)]));
    fits(at, &message, field.parent_message())
        .map_err(|(at, fault)| (at, no_integer(json, &field.kind()).unwrap_or(fault)))
}

/// What is wrong with a value that is no integer of a type, or with one out of its range.
fn no_integer(json: &Value, kind: &Kind) -> Option<String> {
    let (least, most): (i128, i128) = match kind {
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => (i32::MIN.into(), i32::MAX.into()),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => (i64::MIN.into(), i64::MAX.into()),
        Kind::Uint32 | Kind::Fixed32 => (0, u32::MAX.into()),
        Kind::Uint64 | Kind::Fixed64 => (0, u64::MAX.into()),
        _ => return None,
    };
    let range = format!("whole numbers of type `{kind:?}` go from {least} to {most}");
    let number = match json {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.parse::<i128>().ok()?.to_string(),
        _ => return Some(range),
    };
    Some(format!("`{number}` does not fit: {range}"))
}

fn fits(at: &str, json: &Value, message: &MessageDescriptor) -> Result<(), Misfit> {
    DynamicMessage::deserialize(message.clone(), json.clone())
        .map(drop)
        .map_err(|error| (at.to_owned(), error.to_string()))
}

/// Whether proto JSON writes a message otherwise than as a map of its fields: times, wrappers, structs.
pub(super) fn is_written_specially(message: &MessageDescriptor) -> bool {
    message.package_name() == "google.protobuf" && message.name() != "Empty"
}

/// A step down to a key, as places are written.
fn step(key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']);
    if plain { format!(".{key}") } else { format!("[\"{key}\"]") }
}
