//! Whether what befell the protos befalls something that is used.

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, FieldDescriptor, FileDescriptor, MessageDescriptor};

use crate::breach::method_of;
use crate::cause::Cause;
use crate::element::Element;
use crate::surface::{Surface, map_field, type_name};

/// Whether a cause touches an element of the base, which is a field or a method.
pub(super) fn affects(old: &Surface, cause: &Cause, used: &Element) -> bool {
    match used {
        Element::Field { message, number } => {
            let Some(message) = old.messages.get(message) else { return false };
            message.get_field(*number).is_some_and(|field| affects_field(old, cause, message, &field))
        }
        Element::Method { service, name } => affects_method(old, cause, service, name),
        _ => false,
    }
}

fn affects_field(old: &Surface, cause: &Cause, message: &MessageDescriptor, field: &FieldDescriptor) -> bool {
    let full_name = message.full_name();
    let has_type = |name: &str| types(field).iter().any(|own| own == name);
    match cause {
        Cause::Renumbered { message, field: name } => full_name == message && field.name() == name,
        Cause::ValueRenumbered { enumeration, .. } => has_type(enumeration),
        Cause::Of(element) => match element {
            Element::Field { message, number } => {
                let entry = || old.messages.get(message).and_then(map_field);
                (full_name == message && field.number() == *number)
                    || entry().is_some_and(|map| map.full_name() == field.full_name())
            }
            Element::Message(name) => {
                let within = |own: &str| {
                    own == name || own.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.'))
                };
                within(full_name) || types(field).iter().any(|own| within(own))
            }
            Element::Enum(name) | Element::EnumValue { enumeration: name, .. } => has_type(name),
            Element::Oneof { message, name } => {
                full_name == message && field.containing_oneof().is_some_and(|oneof| oneof.name() == name)
            }
            Element::File(name) => message.parent_file().name() == name,
            Element::Package(name) => message.package_name() == name,
            Element::Service(_) | Element::Method { .. } | Element::Extension { .. } => false,
        },
    }
}

fn affects_method(old: &Surface, cause: &Cause, service: &str, name: &str) -> bool {
    let Cause::Of(element) = cause else { return false };
    let Some(owner) = old.services.get(service) else { return false };
    match element {
        Element::Method { service: broken, name: method } => broken == service && method == name,
        Element::Service(broken) => broken == service,
        Element::File(file) => owner.parent_file().name() == file,
        Element::Package(package) => owner.package_name() == package,
        Element::Message(message) => method_of(owner, name).is_some_and(|method| {
            method.input().full_name() == message || method.output().full_name() == message
        }),
        _ => false,
    }
}

/// The full names of a field's type, and of its values' type if it is a map.
fn types(field: &FieldDescriptor) -> Vec<String> {
    let entry = field.kind().as_message().filter(|_| field.is_map()).cloned();
    let value = entry.and_then(|entry| type_name(&entry.map_entry_value_field()));
    type_name(field).into_iter().chain(value).collect()
}

/// Whether it is told already that something which is used broke: the field or method itself, or what it stands in.
pub(super) fn is_told(told: &BTreeSet<Element>, base: &DescriptorPool, used: &Element) -> bool {
    let of_file = |file: &FileDescriptor| {
        told.contains(&Element::File(file.name().to_owned()))
            || told.contains(&Element::Package(file.package_name().to_owned()))
    };
    if told.contains(used) {
        return true;
    }
    match used {
        Element::Field { message, .. } => {
            let mut outer = base.get_message_by_name(message);
            while let Some(message) = outer {
                if told.contains(&Element::Message(message.full_name().to_owned()))
                    || of_file(&message.parent_file())
                {
                    return true;
                }
                outer = message.parent_message();
            }
            false
        }
        Element::Method { service, .. } => {
            told.contains(&Element::Service(service.clone()))
                || base.get_service_by_name(service).is_some_and(|service| of_file(&service.parent_file()))
        }
        _ => false,
    }
}
