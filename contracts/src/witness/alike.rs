//! Types of another name: whether only the name is another.
//!
//! Buf tells types apart by their names, and a witness shows one message. What is said of a whole type is read from its
//! declaration.

use std::collections::BTreeSet;

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

use crate::breach::{Sides, method_of};
use crate::cause::Cause;
use crate::element::Element;

/// The package whose types proto JSON writes by their names.
const WELL_KNOWN: &str = "google.protobuf";

/// What is said of types that have another name, one note a pair.
pub(super) fn notes(sides: &Sides, cause: &Cause) -> Vec<String> {
    let mut notes: Vec<String> =
        pairs(sides, cause).into_iter().filter_map(|(was, is)| note(&was, &is)).collect();
    // A request and its response may be of one type.
    notes.dedup();
    notes
}

/// The types of what broke, before and after.
fn pairs(sides: &Sides, cause: &Cause) -> Vec<(Kind, Kind)> {
    let found = match cause {
        Cause::Of(Element::Field { message, number }) => {
            let messages = sides.old.messages.get(message).zip(sides.new.messages.get(message));
            let fields = messages.and_then(|(old, new)| old.get_field(*number).zip(new.get_field(*number)));
            fields.map(|(old, new)| vec![(value_kind(&old), value_kind(&new))])
        }
        Cause::Of(Element::Method { service, name }) => {
            let services = sides.old.services.get(service).zip(sides.new.services.get(service));
            let methods = services.and_then(|(old, new)| method_of(old, name).zip(method_of(new, name)));
            methods.map(|(old, new)| {
                let types = [(old.input(), new.input()), (old.output(), new.output())];
                types.map(|(old, new)| (Kind::Message(old), Kind::Message(new))).to_vec()
            })
        }
        _ => None,
    };
    found.unwrap_or_default()
}

/// The type of a field, or of the values of a map.
fn value_kind(field: &FieldDescriptor) -> Kind {
    match field.kind() {
        Kind::Message(entry) if entry.is_map_entry() => entry.map_entry_value_field().kind(),
        kind => kind,
    }
}

fn note(was: &Kind, is: &Kind) -> Option<String> {
    let (before, now) = (type_name(was)?, type_name(is)?);
    if before == now {
        return None;
    }
    Some(match difference(was, is) {
        None => format!(
            "`{before}` and `{now}` differ in nothing but names of types: bytes and proto JSON are the same, and code \
             that names the type has to be changed"
        ),
        Some(what) => format!("`{now}` is not `{before}` under another name: {what}"),
    })
}

fn type_name(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Message(message) => Some(message.full_name().to_owned()),
        Kind::Enum(enumeration) => Some(enumeration.full_name().to_owned()),
        _ => None,
    }
}

/// The first thing in which two types differ besides their names, all the way down. Types that have themselves are
/// compared once.
fn difference(was: &Kind, is: &Kind) -> Option<String> {
    let mut left = vec![(was.clone(), is.clone())];
    let mut seen = BTreeSet::new();
    while let Some((was, is)) = left.pop() {
        if !seen.insert((type_name(&was), type_name(&is))) {
            continue;
        }
        match (was, is) {
            (Kind::Message(was), Kind::Message(is)) => {
                if let Some(what) = of_messages(&was, &is) {
                    return Some(what);
                }
                let both = was
                    .fields()
                    .filter_map(|field| Some((field.kind(), is.get_field(field.number())?.kind())));
                left.extend(both.filter(|(kind, _)| type_name(kind).is_some()));
            }
            (Kind::Enum(was), Kind::Enum(is)) => {
                if let Some(what) = of_enums(&was, &is) {
                    return Some(what);
                }
            }
            _ => return Some("one is a message and the other is an enum".to_owned()),
        }
    }
    None
}

fn of_messages(was: &MessageDescriptor, is: &MessageDescriptor) -> Option<String> {
    let by_name = |message: &MessageDescriptor| message.package_name() == WELL_KNOWN;
    if was.full_name() != is.full_name() && (by_name(was) || by_name(is)) {
        return Some(format!("proto JSON writes those of `{WELL_KNOWN}` in ways of their own"));
    }
    let extended = |message: &MessageDescriptor| message.extension_ranges().next().is_some();
    if extended(was) || extended(is) {
        return Some("others may add extensions".to_owned());
    }
    if was.parent_file().syntax() != is.parent_file().syntax() {
        return Some("their files are of different syntaxes".to_owned());
    }
    let added = is.fields().find(|field| was.get_field(field.number()).is_none());
    if let Some(field) = added {
        return Some(format!("`{}` is only in `{}`", field.name(), is.full_name()));
    }
    was.fields().find_map(|field| match is.get_field(field.number()) {
        None => Some(format!("`{}` is only in `{}`", field.name(), was.full_name())),
        Some(other) => (!is_written_alike(&field, &other)).then(|| {
            format!(
                "the field with number {} is another in `{}` and in `{}`",
                field.number(),
                was.full_name(),
                is.full_name()
            )
        }),
    })
}

/// Whether two fields are written alike, as far as the type of a message or enum does not decide it.
fn is_written_alike(was: &FieldDescriptor, is: &FieldDescriptor) -> bool {
    let oneof = |field: &FieldDescriptor| field.containing_oneof().map(|oneof| oneof.name().to_owned());
    let kind = |field: &FieldDescriptor| match field.kind() {
        Kind::Message(message) => format!("message {}", message.is_map_entry()),
        Kind::Enum(_) => "enum".to_owned(),
        scalar => format!("{scalar:?}"),
    };
    was.name() == is.name()
        && was.json_name() == is.json_name()
        && was.cardinality() == is.cardinality()
        && was.supports_presence() == is.supports_presence()
        && was.is_packed() == is.is_packed()
        && was.is_group() == is.is_group()
        // That of a message is a message of its own type.
        && (was.kind().as_message().is_some() || was.default_value() == is.default_value())
        && oneof(was) == oneof(is)
        && kind(was) == kind(is)
}

fn of_enums(was: &EnumDescriptor, is: &EnumDescriptor) -> Option<String> {
    if was.full_name() != is.full_name() && [was, is].iter().any(|side| side.package_name() == WELL_KNOWN) {
        return Some(format!("proto JSON writes those of `{WELL_KNOWN}` in ways of their own"));
    }
    if was.parent_file().syntax() != is.parent_file().syntax() {
        return Some("their files are of different syntaxes".to_owned());
    }
    let values = |side: &EnumDescriptor| -> Vec<(i32, String)> {
        side.values().map(|value| (value.number(), value.name().to_owned())).collect()
    };
    (values(was) != values(is))
        .then(|| format!("the values of `{}` and `{}` are not the same", was.full_name(), is.full_name()))
}
