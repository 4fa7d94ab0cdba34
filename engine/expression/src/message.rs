//! Messages as values, by the specification of the language: "Protocol Buffer Data Conversion".

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use cel::common::traits::Indexer;
use cel::common::types::DYN_TYPE;
use cel::common::types::{
    CelBool, CelBytes, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt, Type,
};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::{DeclarationError, Env, ExecutionError};
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, ReflectMessage, Value as Proto,
};

use crate::json::{self, MAX_VALUE_DEPTH};
use crate::types::is_wrapper;
use crate::words::HAS;

/// A message. A clone shares what it holds.
#[derive(Clone)]
pub(crate) struct Message(Arc<Read>);

struct Read {
    descriptor: MessageDescriptor,
    r#type: Type,
    /// What is set, and the defaults of what is not, less messages that are not set: those are made when asked for, since
    /// a message may hold itself.
    fields: HashMap<String, Field>,
}

#[derive(Debug)]
struct Field {
    value: Box<dyn Val>,
    /// Whether `has` finds it.
    is_set: bool,
}

impl Message {
    fn of(message: &DynamicMessage, depth: usize) -> Option<Message> {
        let descriptor = message.descriptor();
        let mut fields = HashMap::with_capacity(descriptor.fields().len());
        for field in descriptor.fields() {
            let is_set = message.has_field(&field);
            if !is_set && is_message(&field) {
                continue;
            }
            let value = read_field(&message.get_field(&field), depth + 1)?;
            fields.insert(field.name().to_owned(), Field { value, is_set });
        }
        let r#type = Type::new_struct(descriptor.full_name().to_owned());
        Some(Message(Arc::new(Read { descriptor, r#type, fields })))
    }

    /// Its values, for whoever counts them.
    pub(crate) fn values(&self) -> impl Iterator<Item = &dyn Val> {
        self.0.fields.values().map(|field| field.value.as_ref())
    }

    /// What is set in it.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&str, &dyn Val)> {
        let set = self.0.fields.iter().filter(|(_, field)| field.is_set);
        set.map(|(name, field)| (name.as_str(), field.value.as_ref()))
    }
}

/// A single message, which has no default but an empty one.
fn is_message(field: &FieldDescriptor) -> bool {
    matches!(field.kind(), Kind::Message(_)) && !field.is_list() && !field.is_map()
}

/// A message as the value that it is; `None` where it is nested too deep.
pub(crate) fn read(message: &DynamicMessage, depth: usize) -> Option<Box<dyn Val>> {
    if depth > MAX_VALUE_DEPTH {
        return None;
    }
    let descriptor = message.descriptor();
    let name = descriptor.full_name();
    if is_wrapper(name) {
        let field = descriptor.get_field_by_name("value")?;
        return read_field(&message.get_field(&field), depth);
    }
    if matches!(name, "google.protobuf.Struct" | "google.protobuf.Value" | "google.protobuf.ListValue") {
        // Any message of theirs can be written as JSON, and JSON is what they hold.
        return json::read(&serde_json::to_value(message).ok()?, depth);
    }
    Message::of(message, depth).map(|message| Box::new(message) as Box<dyn Val>)
}

fn read_field(value: &Proto, depth: usize) -> Option<Box<dyn Val>> {
    if depth > MAX_VALUE_DEPTH {
        return None;
    }
    Some(match value {
        Proto::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| read_field(item, depth + 1)).collect();
            Box::new(CelList::from(items?))
        }
        Proto::Map(entries) => {
            let mut map: HashMap<CelMapKey<'static>, Box<dyn Val>> = HashMap::with_capacity(entries.len());
            for (key, value) in entries {
                map.insert(read_key(key), read_field(value, depth + 1)?);
            }
            Box::new(CelMap::from(map))
        }
        Proto::Bool(flag) => Box::new(CelBool::from(*flag)),
        Proto::I32(number) | Proto::EnumNumber(number) => Box::new(CelInt::from(i64::from(*number))),
        Proto::I64(number) => Box::new(CelInt::from(*number)),
        Proto::U32(number) => Box::new(CelUInt::from(u64::from(*number))),
        Proto::U64(number) => Box::new(CelUInt::from(*number)),
        Proto::F32(number) => Box::new(CelDouble::from(f64::from(*number))),
        Proto::F64(number) => Box::new(CelDouble::from(*number)),
        Proto::String(text) => Box::new(CelString::from(text.clone())),
        Proto::Bytes(bytes) => Box::new(CelBytes::from(bytes.to_vec())),
        Proto::Message(message) => return read(message, depth),
    })
}

fn read_key(key: &MapKey) -> CelMapKey<'static> {
    match key {
        MapKey::Bool(key) => CelMapKey::from(*key),
        MapKey::I32(key) => CelMapKey::from(i64::from(*key)),
        MapKey::I64(key) => CelMapKey::from(*key),
        MapKey::U32(key) => CelMapKey::from(u64::from(*key)),
        MapKey::U64(key) => CelMapKey::from(*key),
        MapKey::String(key) => CelMapKey::from(key.clone()),
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct(self.0.descriptor.full_name()).field("fields", &self.0.fields).finish()
    }
}

impl StaticVal for Message {}

impl Val for Message {
    fn get_type(&self) -> &Type {
        &self.0.r#type
    }

    fn cel_type() -> &'static Type {
        &DYN_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        let Some(other) = other.downcast_ref::<Message>() else { return false };
        let equal =
            |(name, field): (&String, &Field)| {
                other.0.fields.get(name).is_some_and(|other| {
                    field.is_set == other.is_set && field.value.equals(other.value.as_ref())
                })
            };
        self.0.descriptor == other.0.descriptor
            && self.0.fields.len() == other.0.fields.len()
            && self.0.fields.iter().all(equal)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl Indexer for Message {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = index.downcast_ref::<CelString<'_>>().map(CelString::inner).unwrap_or_default();
        if let Some(field) = self.0.fields.get(name) {
            return Ok(CowVal::Borrowed(field.value.as_ref()));
        }
        let no_such = || ExecutionError::NoSuchKey(Arc::new(name.to_owned()));
        let field = self.0.descriptor.get_field_by_name(name).ok_or_else(no_such)?;
        let Kind::Message(message) = field.kind() else { return Err(no_such()) };
        if is_wrapper(message.full_name()) {
            return Ok(CowVal::owned(CelNull));
        }
        let empty = read(&DynamicMessage::new(message), 0).ok_or_else(no_such)?;
        Ok(CowVal::Owned(empty))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(index).map(CowVal::into_owned)
    }
}

pub(crate) fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(HAS, HAS, vec![DYN_TYPE, DYN_TYPE], has)
}

/// `has(a.b)`: of a message what its proto says of presence, of a map whether it has the key.
fn has<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let (Some(name), Some(value)) = (args.pop(), args.pop()) else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    if let Some(message) = value.downcast_ref::<Message>() {
        let name = name.downcast_ref::<CelString<'_>>().map(CelString::inner).unwrap_or_default();
        let is_set = message.0.fields.get(name).is_some_and(|field| field.is_set);
        return Ok(CowVal::owned(CelBool::from(is_set)));
    }
    let has = value.as_indexer().ok_or_else(|| ExecutionError::UnexpectedType {
        got: value.get_type().name().to_owned(),
        want: "message or map".to_owned(),
    });
    let has = has?.get(name.as_ref()).is_ok();
    Ok(CowVal::owned(CelBool::from(has)))
}
