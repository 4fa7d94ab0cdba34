//! What an expression over messages may name, and of which type it is.

use std::fmt;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};

/// The variables and constants of an expression over messages.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The variables with their types.
    pub variables: Vec<(&'a str, Type)>,
    /// Where constants of enums are found.
    pub pool: &'a DescriptorPool,
    /// The package from which their names may be shortened; see "Name Resolution" of the language's specification.
    pub package: &'a str,
}

/// The type of a value as far as it is known before there is one.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Anything.
    Any,
    /// Nothing.
    Null,
    /// True or false.
    Bool,
    /// A signed integer, or the number of an enum.
    Int,
    /// An unsigned integer.
    Uint,
    /// A floating-point number.
    Double,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A message.
    Message(MessageDescriptor),
    /// A list of one type.
    List(Box<Type>),
    /// A map from whatever to one type.
    Map(Box<Type>),
}

impl Type {
    /// The type of a message, some of which are not read as such: wrappers are what they wrap or nothing, a `Struct` is
    /// a map.
    pub fn of(message: &MessageDescriptor) -> Type {
        match message.full_name() {
            "google.protobuf.Struct" => Type::Map(Box::new(Type::Any)),
            "google.protobuf.ListValue" => Type::List(Box::new(Type::Any)),
            "google.protobuf.Value" => Type::Any,
            name if is_wrapper(name) => Type::Any,
            _ => Type::Message(message.clone()),
        }
    }

    /// A list of messages.
    pub fn list_of(message: &MessageDescriptor) -> Type {
        Type::List(Box::new(Type::of(message)))
    }

    pub(crate) fn of_field(field: &FieldDescriptor) -> Type {
        let one = match field.kind() {
            Kind::Bool => Type::Bool,
            Kind::String => Type::Text,
            Kind::Bytes => Type::Bytes,
            Kind::Float | Kind::Double => Type::Double,
            Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 => Type::Uint,
            Kind::Int32 | Kind::Int64 | Kind::Sint32 | Kind::Sint64 | Kind::Sfixed32 | Kind::Sfixed64 => {
                Type::Int
            }
            Kind::Enum(_) => Type::Int,
            Kind::Message(entry) if field.is_map() => {
                return Type::Map(Box::new(Type::of_field(&entry.map_entry_value_field())));
            }
            Kind::Message(message) => Type::of(&message),
        };
        if field.is_list() { Type::List(Box::new(one)) } else { one }
    }

    /// What two values of one place have in common.
    pub(crate) fn or(self, other: Type) -> Type {
        match (self, other) {
            (Type::Any, other) | (other, Type::Any) => other,
            (Type::List(one), Type::List(other)) => Type::List(Box::new(one.or(*other))),
            (Type::Map(one), Type::Map(other)) => Type::Map(Box::new(one.or(*other))),
            (one, other) if one == other => one,
            _ => Type::Any,
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Type::Int | Type::Uint | Type::Double)
    }

    /// Whether a value of this type can equal one of the other.
    pub(crate) fn can_equal(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Any, _) | (_, Type::Any) => true,
            (Type::List(one), Type::List(other)) | (Type::Map(one), Type::Map(other)) => one.can_equal(other),
            (one, other) if one.is_number() && other.is_number() => true,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Any => "anything",
            Type::Null => "null",
            Type::Bool => "true or false",
            Type::Int => "an int",
            Type::Uint => "a uint",
            Type::Double => "a double",
            Type::Text => "text",
            Type::Bytes => "bytes",
            Type::List(_) => "a list",
            Type::Map(_) => "a map",
            Type::Message(message) => return write!(f, "a `{}`", message.full_name()),
        })
    }
}

/// Messages around one value, which are that value or null. Specification: google/protobuf/wrappers.proto.
pub(crate) fn is_wrapper(name: &str) -> bool {
    name.strip_prefix("google.protobuf.").and_then(|name| name.strip_suffix("Value")).is_some_and(|of| {
        ["Bool", "Bytes", "Double", "Float", "Int32", "Int64", "String", "UInt32", "UInt64"].contains(&of)
    })
}
