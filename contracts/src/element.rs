//! The parts of protos that can break.

/// What a breach is about, by full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    File(String),
    Package(String),
    Message(String),
    Enum(String),
    Service(String),
    Method { service: String, name: String },
    Field { message: String, number: u32 },
    Extension { message: String, number: u32 },
    Oneof { message: String, name: String },
    EnumValue { enumeration: String, number: i32 },
}
