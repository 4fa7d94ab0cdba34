//! Breaches of one cause become one finding: a field that was renumbered is one fact, not three.

use std::collections::{BTreeMap, BTreeSet};

use findings::Rule;
use prost_reflect::{EnumDescriptor, MessageDescriptor};

use crate::breach::{Breach, Sides};
use crate::element::Element;
use crate::rules::enum_same_type::ENUM_SAME_TYPE;
use crate::rules::field_same_oneof::FIELD_SAME_ONEOF;
use crate::rules::field_same_utf8_validation::FIELD_SAME_UTF8_VALIDATION;
use crate::rules::file_same_package::FILE_SAME_PACKAGE;
use crate::rules::file_same_syntax::FILE_SAME_SYNTAX;
use crate::rules::oneof_no_delete::ONEOF_NO_DELETE;
use crate::rules::same_json_format::SAME_JSON_FORMAT;
use crate::surface::map_field;

/// Why something broke.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// A field of a message has another number than before.
    Renumbered { message: String, field: String },
    /// A value of an enum has another number than before.
    ValueRenumbered { enumeration: String, value: String },
    /// The element itself changed.
    Of(Element),
}

/// The breaches by cause, each group in the order of the checks.
pub(crate) fn by_cause(sides: &Sides, breaches: Vec<Breach>) -> BTreeMap<Cause, Vec<Breach>> {
    let of_rule = |rule: &Rule| {
        let found = breaches.iter().filter(|breach| breach.rule == rule);
        found.map(|breach| breach.element.clone()).collect::<BTreeSet<Element>>()
    };
    let wider = Wider {
        repackaged: of_rule(&FILE_SAME_PACKAGE),
        rewritten: of_rule(&FILE_SAME_SYNTAX),
        dissolved: of_rule(&ONEOF_NO_DELETE),
    };
    let mut causes: BTreeMap<Cause, Vec<Breach>> = BTreeMap::new();
    for breach in breaches {
        let cause = wider.cause(sides, &breach).unwrap_or_else(|| cause(sides, &breach, &wider));
        causes.entry(cause).or_default().push(breach);
    }
    causes
}

/// What is wider than what follows from it.
struct Wider {
    /// Files that declare another package.
    repackaged: BTreeSet<Element>,
    /// Files that are written in another syntax.
    rewritten: BTreeSet<Element>,
    /// Oneofs that went.
    dissolved: BTreeSet<Element>,
}

impl Wider {
    /// The syntax of the file that a breach follows from, or the oneof that its field was in.
    fn cause(&self, sides: &Sides, breach: &Breach) -> Option<Cause> {
        if *breach.rule == FIELD_SAME_ONEOF {
            let Element::Field { message, number } = &breach.element else { return None };
            let field = sides.old.messages.get(message)?.get_field(*number)?;
            let name = field.containing_oneof()?.name().to_owned();
            return known(&self.dissolved, Element::Oneof { message: message.clone(), name });
        }
        if ![&ENUM_SAME_TYPE, &SAME_JSON_FORMAT, &FIELD_SAME_UTF8_VALIDATION].contains(&breach.rule) {
            return None;
        }
        let file = match &breach.element {
            Element::Message(name) | Element::Field { message: name, .. } => {
                sides.old.messages.get(name)?.parent_file()
            }
            Element::Enum(name) => sides.old.enums.get(name)?.parent_file(),
            Element::Extension { message, number } => sides.old.extension(message, *number)?.parent_file(),
            _ => return None,
        };
        known(&self.rewritten, Element::File(file.name().to_owned()))
    }

    /// The package of a file, where it is another.
    fn package(&self, file: &str) -> Option<Cause> {
        known(&self.repackaged, Element::File(file.to_owned()))
    }
}

fn known(elements: &BTreeSet<Element>, element: Element) -> Option<Cause> {
    elements.contains(&element).then_some(Cause::Of(element))
}

fn cause(sides: &Sides, breach: &Breach, wider: &Wider) -> Cause {
    let of_file = |file: &str| wider.package(file);
    let own = || Cause::Of(breach.element.clone());
    match &breach.element {
        Element::Field { message, number } => match sides.old.messages.get(message) {
            Some(old) => field_cause(sides, old, *number),
            None => own(),
        },
        Element::EnumValue { enumeration, number } => match sides.old.enums.get(enumeration) {
            Some(old) => value_cause(sides, old, *number).unwrap_or_else(own),
            None => own(),
        },
        // Reserved numbers that are set free belong to a message that is still there.
        Element::Message(name) if sides.new.messages.contains_key(name) => own(),
        Element::Message(name) => match sides.old.messages.get(name) {
            Some(old) => of_file(old.parent_file().name()).unwrap_or_else(|| message_cause(sides, old)),
            None => own(),
        },
        Element::Enum(name) if sides.new.enums.contains_key(name) => own(),
        Element::Enum(name) => match sides.old.enums.get(name) {
            Some(old) => of_file(old.parent_file().name())
                .or_else(|| old.parent_message().and_then(|outer| deleted_with(sides, &outer)))
                .unwrap_or_else(own),
            None => own(),
        },
        Element::Service(name) => {
            sides.old.services.get(name).and_then(|old| of_file(old.parent_file().name())).unwrap_or_else(own)
        }
        Element::Package(package) => sides
            .old
            .files
            .values()
            .filter(|file| file.package_name() == package)
            .find_map(|file| of_file(file.name()))
            .unwrap_or_else(own),
        Element::File(_) | Element::Method { .. } | Element::Extension { .. } | Element::Oneof { .. } => {
            own()
        }
    }
}

/// What befell the field that the base has under a number: what befell its map, if it is part of one; another number;
/// a field with another number that took its own; else just itself.
fn field_cause(sides: &Sides, old: &MessageDescriptor, number: u32) -> Cause {
    if let Some(map) = map_field(old) {
        return field_cause(sides, map.parent_message(), map.number());
    }
    let message = old.full_name().to_owned();
    let new = sides.new.messages.get(&message);
    let moved = |name: &str| {
        let was = old.get_field_by_name(name)?.number();
        let is = new?.get_field_by_name(name)?.number();
        (was != is).then(|| Cause::Renumbered { message: message.clone(), field: name.to_owned() })
    };
    old.get_field(number)
        .and_then(|field| moved(field.name()))
        .or_else(|| new?.get_field(number).and_then(|field| moved(field.name())))
        .unwrap_or_else(|| Cause::Of(Element::Field { message: message.clone(), number }))
}

fn value_cause(sides: &Sides, old: &EnumDescriptor, number: i32) -> Option<Cause> {
    let new = sides.new.enums.get(old.full_name())?;
    let moved = |name: &str| {
        let was = old.get_value_by_name(name)?.number();
        let is = new.get_value_by_name(name)?.number();
        (was != is).then(|| Cause::ValueRenumbered {
            enumeration: old.full_name().to_owned(),
            value: name.to_owned(),
        })
    };
    let of = |enumeration: &EnumDescriptor| {
        enumeration.values().filter(|value| value.number() == number).find_map(|value| moved(value.name()))
    };
    of(old).or_else(|| of(new))
}

/// A message goes with the outermost message around it that went, and the entries of a map with their field.
fn message_cause(sides: &Sides, old: &MessageDescriptor) -> Cause {
    if let Some(outer) = old.parent_message().and_then(|outer| deleted_with(sides, &outer)) {
        return outer;
    }
    match map_field(old) {
        Some(map) => field_cause(sides, map.parent_message(), map.number()),
        None => Cause::Of(Element::Message(old.full_name().to_owned())),
    }
}

fn deleted_with(sides: &Sides, message: &MessageDescriptor) -> Option<Cause> {
    if let Some(outer) = message.parent_message().and_then(|outer| deleted_with(sides, &outer)) {
        return Some(outer);
    }
    let gone = !sides.new.messages.contains_key(message.full_name());
    gone.then(|| Cause::Of(Element::Message(message.full_name().to_owned())))
}
