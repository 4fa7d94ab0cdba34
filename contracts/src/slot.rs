//! What has a number in a message: a field of it, or an extension that was declared elsewhere.

use prost_reflect::prost_types::FieldDescriptorProto;
use prost_reflect::{
    Cardinality, ExtensionDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor, Value,
};

use crate::element::Element;

/// A field or an extension.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// Declared in the message.
    Field(FieldDescriptor),
    /// Declared by an `extend` block.
    Extension(ExtensionDescriptor),
}

/// What both kinds of descriptors answer alike.
macro_rules! of_either {
    ($slot:expr, $of:ident => $answer:expr) => {
        match $slot {
            Slot::Field($of) => $answer,
            Slot::Extension($of) => $answer,
        }
    };
}

impl Slot {
    /// The field, where it is one.
    pub(crate) fn field(&self) -> Option<&FieldDescriptor> {
        match self {
            Slot::Field(field) => Some(field),
            Slot::Extension(_) => None,
        }
    }

    /// The message whose number it takes.
    pub(crate) fn message(&self) -> MessageDescriptor {
        match self {
            Slot::Field(field) => field.parent_message().clone(),
            Slot::Extension(extension) => extension.containing_message(),
        }
    }

    /// Its name; of an extension, which many packages may declare for one message, the full one.
    pub(crate) fn name(&self) -> &str {
        match self {
            Slot::Field(field) => field.name(),
            Slot::Extension(extension) => extension.full_name(),
        }
    }

    /// In words: what it is, its name, its number and its message.
    pub(crate) fn shown(&self) -> String {
        format!(
            "{} `{}` with number {} of `{}`",
            self.word(),
            self.name(),
            self.number(),
            self.message().full_name()
        )
    }

    /// What it is called.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Slot::Field(_) => "field",
            Slot::Extension(_) => "extension",
        }
    }

    /// What a breach of it is about.
    pub(crate) fn element(&self) -> Element {
        let message = self.message().full_name().to_owned();
        match self {
            Slot::Field(field) => Element::Field { message, number: field.number() },
            Slot::Extension(extension) => Element::Extension { message, number: extension.number() },
        }
    }

    /// Its full name, package included.
    pub(crate) fn full_name(&self) -> &str {
        of_either!(self, it => it.full_name())
    }

    pub(crate) fn number(&self) -> u32 {
        of_either!(self, it => it.number())
    }

    pub(crate) fn kind(&self) -> Kind {
        of_either!(self, it => it.kind())
    }

    pub(crate) fn cardinality(&self) -> Cardinality {
        of_either!(self, it => it.cardinality())
    }

    pub(crate) fn is_group(&self) -> bool {
        of_either!(self, it => it.is_group())
    }

    pub(crate) fn is_list(&self) -> bool {
        of_either!(self, it => it.is_list())
    }

    pub(crate) fn is_map(&self) -> bool {
        of_either!(self, it => it.is_map())
    }

    pub(crate) fn supports_presence(&self) -> bool {
        of_either!(self, it => it.supports_presence())
    }

    pub(crate) fn default_value(&self) -> Value {
        of_either!(self, it => it.default_value())
    }

    pub(crate) fn proto(&self) -> &FieldDescriptorProto {
        of_either!(self, it => it.field_descriptor_proto())
    }

    pub(crate) fn file(&self) -> FileDescriptor {
        of_either!(self, it => it.parent_file())
    }

    /// Its place in the descriptor of its file.
    pub(crate) fn path(&self) -> &[i32] {
        of_either!(self, it => it.path())
    }

    /// The full name of its type, if that has one.
    pub(crate) fn type_name(&self) -> Option<String> {
        match self.kind() {
            Kind::Message(message) => Some(message.full_name().to_owned()),
            Kind::Enum(enumeration) => Some(enumeration.full_name().to_owned()),
            _ => None,
        }
    }
}
