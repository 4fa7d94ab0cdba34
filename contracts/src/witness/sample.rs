//! Messages that show trouble if there is any: values at the edges of their types.

use std::collections::HashMap;

use prost_reflect::{
    DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};

use crate::slot::Slot;

/// How deep messages are filled.
const DEPTH: usize = 3;
/// How many fields of a message are filled.
const FIELDS: usize = 16;
/// How many values of an enum are tried.
const VALUES: usize = 8;

/// Messages in which a field is set, the telling ones first. If the reader has the field in a oneof, there is one in
/// which its rivals are set too.
pub(super) fn messages_with(field: &FieldDescriptor, reader: &MessageDescriptor) -> Vec<DynamicMessage> {
    let writer = field.parent_message();
    let mut samples: Vec<DynamicMessage> =
        of_field(field, 0).into_iter().map(|value| with(field, value)).collect();
    let oneof = reader.get_field(field.number()).and_then(|field| field.containing_oneof());
    if let Some(oneof) = oneof.filter(|oneof| !oneof.is_synthetic()) {
        let mut crowded = DynamicMessage::new(writer.clone());
        for rival in oneof.fields().filter_map(|rival| writer.get_field(rival.number())) {
            if let Some(value) = of_field(&rival, 0).into_iter().next() {
                crowded.set_field(&rival, value);
            }
        }
        samples.push(crowded);
    }
    samples
}

/// Messages in which an extension is set.
pub(super) fn messages_with_extension(extension: &ExtensionDescriptor) -> Vec<DynamicMessage> {
    let with = |value| {
        let mut message = DynamicMessage::new(extension.containing_message());
        message.set_extension(extension, value);
        message
    };
    values(&Slot::Extension(extension.clone()), 0).into_iter().map(with).collect()
}

/// A message in which a field has one value of its enum.
pub(super) fn message_with_value(field: &FieldDescriptor, number: i32) -> DynamicMessage {
    let value = Value::EnumNumber(number);
    with(field, if field.is_list() { Value::List(vec![value]) } else { value })
}

/// A message with every field set, one of each oneof.
pub(super) fn filled(descriptor: &MessageDescriptor) -> DynamicMessage {
    fill(descriptor, 0)
}

fn with(field: &FieldDescriptor, value: Value) -> DynamicMessage {
    let mut message = DynamicMessage::new(field.parent_message().clone());
    message.set_field(field, value);
    message
}

fn fill(descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    if depth == DEPTH {
        return message;
    }
    for field in descriptor.fields().take(FIELDS) {
        let taken = field
            .containing_oneof()
            .is_some_and(|oneof| oneof.fields().any(|rival| message.has_field(&rival)));
        if let Some(value) = of_field(&field, depth).into_iter().next().filter(|_| !taken) {
            message.set_field(&field, value);
        }
    }
    message
}

fn of_field(field: &FieldDescriptor, depth: usize) -> Vec<Value> {
    values(&Slot::Field(field.clone()), depth)
}

/// Values of a field or extension, the telling ones first.
fn values(field: &Slot, depth: usize) -> Vec<Value> {
    if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
        let keys = scalars(&entry.map_entry_key_field().kind(), depth).into_iter().filter_map(into_key);
        let keys: Vec<MapKey> = keys.collect();
        let values = scalars(&entry.map_entry_value_field().kind(), depth);
        let first_key = values.iter().filter_map(|value| Some((keys.first()?, value)));
        let first_value = keys.iter().skip(1).filter_map(|key| Some((key, values.first()?)));
        let pairs = first_key.chain(first_value);
        return pairs.map(|(key, value)| Value::Map(HashMap::from([(key.clone(), value.clone())]))).collect();
    }
    let mut values = scalars(&field.kind(), depth);
    if field.is_list() {
        // Two values show what a reader of one makes of a list; one shows the rest.
        let mut lists = vec![Value::List(values.iter().cycle().take(2).cloned().collect())];
        lists.extend(values.into_iter().map(|value| Value::List(vec![value])));
        return lists;
    }
    if field.supports_presence() && field.kind().as_message().is_none() {
        // A default that is sent on purpose.
        values.push(Value::default_value(&field.kind()));
    }
    values
}

fn into_key(value: Value) -> Option<MapKey> {
    value.into_map_key()
}

fn scalars(kind: &Kind, depth: usize) -> Vec<Value> {
    match kind {
        // The digits that a `float` does not hold are digits that are shown.
        Kind::Double => vec![Value::F64(0.123456789), Value::F64(1e300)],
        Kind::Float => vec![Value::F32(0.5)],
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            vec![Value::I32(-7), Value::I32(i32::MAX), Value::I32(3)]
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
            vec![Value::I64(5_000_000_000), Value::I64(-7), Value::I64(3)]
        }
        Kind::Uint32 | Kind::Fixed32 => vec![Value::U32(u32::MAX), Value::U32(3)],
        Kind::Uint64 | Kind::Fixed64 => vec![Value::U64(5_000_000_000), Value::U64(u64::MAX), Value::U64(3)],
        Kind::Bool => vec![Value::Bool(true)],
        Kind::String => vec![Value::String("t7".to_owned())],
        Kind::Bytes => vec![Value::Bytes(vec![0xff, 0x07].into())],
        Kind::Message(message) => vec![Value::Message(fill(message, depth + 1))],
        Kind::Enum(enumeration) => {
            let numbers = enumeration.values().map(|value| value.number()).filter(|number| *number != 0);
            let values: Vec<Value> = numbers.take(VALUES).map(Value::EnumNumber).collect();
            if values.is_empty() { vec![Value::EnumNumber(0)] } else { values }
        }
    }
}
