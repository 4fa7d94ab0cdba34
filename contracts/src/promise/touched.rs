//! What promises touch of a service: the methods that they call, the fields that they set, the fields of answers of which
//! they say something.

use std::collections::BTreeSet;

use prost_reflect::{Kind, MessageDescriptor, MethodDescriptor};
use serde_json::Value;

/// What promises touch, by full names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// Methods, as in `ranking.v1.NowPlaying.RankQueue`.
    pub(crate) methods: BTreeSet<String>,
    /// Fields of requests.
    pub(crate) set: BTreeSet<String>,
    /// Fields of answers.
    pub(crate) read: BTreeSet<String>,
}

impl Touched {
    /// A method is called.
    pub(crate) fn call(&mut self, method: &MethodDescriptor) {
        self.methods.insert(method.full_name().to_owned());
    }

    /// A request is sent that is written so.
    pub(crate) fn send(&mut self, json: &Value, message: &MessageDescriptor) {
        walk(json, message, &mut self.set);
    }

    /// Any request is sent that the protos allow.
    pub(crate) fn send_all(&mut self, message: &MessageDescriptor) {
        self.set.extend(fields_below(message));
    }

    /// An answer is compared with a part that is written so.
    pub(crate) fn compare(&mut self, json: &Value, message: &MessageDescriptor) {
        walk(json, message, &mut self.read);
    }

    /// Something is said of the values at a path of an answer, and of a value within each.
    pub(crate) fn look(&mut self, message: &MessageDescriptor, path: &str, by: Option<&str>) {
        let mut within = Some(message.clone());
        for name in path.split('.').chain(by.into_iter().flat_map(|by| by.split('.'))) {
            let Some(field) = within.as_ref().and_then(|message| message.get_field_by_name(name)) else {
                return;
            };
            self.read.insert(field.full_name().to_owned());
            within = field.kind().as_message().cloned();
        }
    }

    /// Something is said of a field of an answer.
    pub(crate) fn look_at(&mut self, field: &str) {
        self.read.insert(field.to_owned());
    }
}

/// The fields that are named in a message that is written as JSON.
fn walk(json: &Value, message: &MessageDescriptor, named: &mut BTreeSet<String>) {
    let Value::Object(fields) = json else { return };
    for (name, value) in fields {
        let Some(field) = message.get_field_by_name(name) else { continue };
        named.insert(field.full_name().to_owned());
        let Kind::Message(inner) = field.kind() else { continue };
        match value {
            Value::Object(entries) if field.is_map() => {
                if let Kind::Message(inner) = inner.map_entry_value_field().kind() {
                    entries.values().for_each(|value| walk(value, &inner, named));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, &inner, named)),
            _ => walk(value, &inner, named),
        }
    }
}

/// The full names of the fields of a message and of all messages in it, less those that are deprecated. Messages of
/// `google.protobuf` are values.
pub(crate) fn fields_below(message: &MessageDescriptor) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![message.clone()]);
    while let Some(message) = waiting.pop() {
        if message.package_name() == "google.protobuf" || !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        for field in message.fields() {
            if field.field_descriptor_proto().options.as_ref().is_some_and(|options| options.deprecated()) {
                continue;
            }
            fields.insert(field.full_name().to_owned());
            match field.kind() {
                Kind::Message(entry) if field.is_map() => {
                    waiting.extend(entry.map_entry_value_field().kind().as_message().cloned());
                }
                Kind::Message(inner) => waiting.push(inner),
                _ => {}
            }
        }
    }
    fields
}
