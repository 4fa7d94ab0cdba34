//! Editions of protobuf, which the pool of descriptors cannot hold: their features are resolved and each file is turned into
//! one of the two syntaxes, with what neither of them can say kept beside it.
//!
//! Source of defaults, targets and inheritance: "Feature Settings for Editions" and `descriptor.proto` of protobuf.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DynamicMessage, ReflectMessage, Value};

/// What files of editions say that no syntax says, by full name. What is not in here follows the syntax of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    editions: BTreeMap<String, String>,
    open: BTreeMap<String, bool>,
    json: BTreeMap<String, bool>,
    utf8: BTreeMap<String, bool>,
    implicit: BTreeSet<String>,
}

impl Features {
    /// The edition of a file, for instance `2023`.
    pub fn edition(&self, file: &str) -> Option<&str> {
        self.editions.get(file).map(String::as_str)
    }

    /// Whether an enum takes numbers that it does not declare.
    pub fn is_open(&self, enumeration: &str) -> Option<bool> {
        self.open.get(enumeration).copied()
    }

    /// Whether proto JSON is promised for a message or enum.
    pub fn has_json(&self, name: &str) -> Option<bool> {
        self.json.get(name).copied()
    }

    /// Whether the text of a field or extension is checked to be UTF-8.
    pub fn checks_utf8(&self, field: &str) -> Option<bool> {
        self.utf8.get(field).copied()
    }

    /// Whether a field cannot tell its default value from nothing. The pool may say otherwise: a file whose enums do not
    /// begin with zero is no `proto3`, and `proto2` has no such fields.
    pub fn is_implicit(&self, field: &str) -> bool {
        self.implicit.contains(field)
    }

    pub(crate) fn extend(&mut self, other: Features) {
        self.editions.extend(other.editions);
        self.open.extend(other.open);
        self.json.extend(other.json);
        self.utf8.extend(other.utf8);
        self.implicit.extend(other.implicit);
    }
}

/// Numbers of enums and fields of `descriptor.proto`.
mod number {
    pub(super) const EDITION_PROTO2: i32 = 998;
    pub(super) const EDITION_PROTO3: i32 = 999;
    pub(super) const EDITION_2023: i32 = 1000;
    pub(super) const EDITION_2024: i32 = 1001;
    pub(super) const TYPE_STRING: i32 = 9;
    pub(super) const TYPE_GROUP: i32 = 10;
    pub(super) const TYPE_MESSAGE: i32 = 11;
    pub(super) const TYPE_BYTES: i32 = 12;
    pub(super) const LABEL_REQUIRED: i32 = 2;
    pub(super) const LABEL_REPEATED: i32 = 3;
}

/// The features that bear on what is sent, as `google.protobuf.FeatureSet` numbers their values.
#[derive(Clone, Copy)]
struct Resolved {
    /// 1 explicit, 2 implicit, 3 required.
    field_presence: i32,
    /// 1 open, 2 closed.
    enum_type: i32,
    /// 1 packed, 2 expanded.
    repeated_field_encoding: i32,
    /// 2 checked, 3 not.
    utf8_validation: i32,
    /// 1 length-prefixed, 2 delimited.
    message_encoding: i32,
    /// 1 promised, 2 best effort.
    json_format: i32,
}

impl Resolved {
    /// The defaults of an edition, or the name of one that is not known.
    fn of_edition(edition: i32) -> Result<(Resolved, &'static str), String> {
        let newer = Resolved {
            field_presence: 1,
            enum_type: 1,
            repeated_field_encoding: 1,
            utf8_validation: 2,
            message_encoding: 1,
            json_format: 1,
        };
        match edition {
            number::EDITION_PROTO2 => Ok((
                Resolved {
                    enum_type: 2,
                    repeated_field_encoding: 2,
                    utf8_validation: 3,
                    json_format: 2,
                    ..newer
                },
                "proto2",
            )),
            number::EDITION_PROTO3 => Ok((Resolved { field_presence: 2, ..newer }, "proto3")),
            number::EDITION_2023 => Ok((newer, "2023")),
            number::EDITION_2024 => Ok((newer, "2024")),
            other => Err(format!("the edition with number {other} is not known")),
        }
    }

    /// What holds for something with these options.
    fn with(mut self, declared: &DynamicMessage) -> Resolved {
        let options = message(declared, "options");
        let Some(features) = options.as_ref().and_then(|options| message(options, "features")) else {
            return self;
        };
        for (name, slot) in [
            ("field_presence", &mut self.field_presence),
            ("enum_type", &mut self.enum_type),
            ("repeated_field_encoding", &mut self.repeated_field_encoding),
            ("utf8_validation", &mut self.utf8_validation),
            ("message_encoding", &mut self.message_encoding),
            ("json_format", &mut self.json_format),
        ] {
            if let Some(value) = number(&features, name) {
                *slot = value;
            }
        }
        self
    }
}

/// Whether a file is written in an edition.
pub(crate) fn is_of_edition(file: &DynamicMessage) -> bool {
    text(file, "syntax") == "editions"
}

/// Turns a file of an edition into one of `proto2` or `proto3` that sends the same bytes, and says what that cannot.
pub(crate) fn lower(file: &mut DynamicMessage) -> Result<Features, String> {
    let edition = number(file, "edition").unwrap_or_default();
    let (defaults, shown) = Resolved::of_edition(edition)?;
    let inherited = defaults.with(file);
    let mut pass = Pass { features: Features::default(), begins_elsewhere: false };
    let package = text(file, "package");
    each(file, "enum_type", |it| pass.enumeration(it, &package, inherited));
    each(file, "message_type", |it| pass.message(it, &package, inherited));
    each(file, "extension", |it| pass.field(it, &package, inherited, Place::Extension));
    // Only `proto3` has fields without presence, and only `proto2` enums that do not begin with zero.
    let proto3 = !pass.features.implicit.is_empty() && !pass.begins_elsewhere;
    set(file, "syntax", Value::String(if proto3 { "proto3" } else { "proto2" }.to_owned()));
    file.clear_field_by_name("edition");
    pass.features.editions.insert(text(file, "name"), shown.to_owned());
    Ok(pass.features)
}

/// Where a field stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Message,
    /// In the entries of a map, or a map itself: encoded alike whatever the features.
    Map,
    Extension,
}

struct Pass {
    features: Features,
    /// Whether an enum begins with another number than zero.
    begins_elsewhere: bool,
}

impl Pass {
    fn message(&mut self, declared: &mut DynamicMessage, scope: &str, inherited: Resolved) {
        let own = inherited.with(declared);
        let name = join(scope, &text(declared, "name"));
        self.features.json.insert(name.clone(), own.json_format == 1);
        let mut maps = BTreeSet::new();
        each(declared, "nested_type", |nested| {
            if is_map_entry(nested) {
                maps.insert(format!(".{}", join(&name, &text(nested, "name"))));
            }
        });
        let entry = is_map_entry(declared);
        each(declared, "field", |field| {
            let is_map = entry || maps.contains(&text(field, "type_name"));
            self.field(field, &name, own, if is_map { Place::Map } else { Place::Message });
        });
        each(declared, "extension", |it| self.field(it, &name, own, Place::Extension));
        each(declared, "enum_type", |it| self.enumeration(it, &name, own));
        each(declared, "nested_type", |it| self.message(it, &name, own));
    }

    fn enumeration(&mut self, declared: &mut DynamicMessage, scope: &str, inherited: Resolved) {
        let own = inherited.with(declared);
        let name = join(scope, &text(declared, "name"));
        self.features.open.insert(name.clone(), own.enum_type == 1);
        self.features.json.insert(name, own.json_format == 1);
        let mut first = None;
        each(declared, "value", |value| {
            first.get_or_insert(number(value, "number").unwrap_or_default());
        });
        self.begins_elsewhere |= first.is_some_and(|first| first != 0);
    }

    fn field(&mut self, declared: &mut DynamicMessage, scope: &str, inherited: Resolved, place: Place) {
        let own = inherited.with(declared);
        let name = join(scope, &text(declared, "name"));
        let kind = number(declared, "type").unwrap_or_default();
        if kind == number::TYPE_STRING {
            self.features.utf8.insert(name.clone(), own.utf8_validation == 2);
        }
        if number(declared, "label") == Some(number::LABEL_REPEATED) {
            let packable =
                ![number::TYPE_STRING, number::TYPE_GROUP, number::TYPE_MESSAGE, number::TYPE_BYTES]
                    .contains(&kind);
            if packable {
                pack(declared, own.repeated_field_encoding == 1);
            }
        } else if place != Place::Map && !declared.has_field_by_name("oneof_index") {
            let is_message = kind == number::TYPE_MESSAGE || kind == number::TYPE_GROUP;
            match own.field_presence {
                3 => set(declared, "label", Value::EnumNumber(number::LABEL_REQUIRED)),
                2 if place == Place::Message && !is_message => drop(self.features.implicit.insert(name)),
                _ if place == Place::Message => set(declared, "proto3_optional", Value::Bool(true)),
                _ => {}
            }
        }
        if kind == number::TYPE_MESSAGE && own.message_encoding == 2 && place != Place::Map {
            set(declared, "type", Value::EnumNumber(number::TYPE_GROUP));
        }
    }
}

fn pack(field: &mut DynamicMessage, packed: bool) {
    let Some(descriptor) = field.descriptor().get_field_by_name("options") else { return };
    if let Value::Message(options) = field.get_field_mut(&descriptor) {
        set(options, "packed", Value::Bool(packed));
    }
}

fn is_map_entry(declared: &DynamicMessage) -> bool {
    let options = message(declared, "options");
    options.and_then(|options| options.get_field_by_name("map_entry")?.as_bool()).unwrap_or_default()
}

/// Goes through a list of declarations.
fn each(of: &mut DynamicMessage, list: &str, mut visit: impl FnMut(&mut DynamicMessage)) {
    let Some(field) = of.descriptor().get_field_by_name(list).filter(|field| of.has_field(field)) else {
        return;
    };
    for item in of.get_field_mut(&field).as_list_mut().into_iter().flatten() {
        if let Value::Message(item) = item {
            visit(item);
        }
    }
}

fn set(of: &mut DynamicMessage, field: &str, value: Value) {
    of.set_field_by_name(field, value);
}

fn message(of: &DynamicMessage, field: &str) -> Option<DynamicMessage> {
    if !of.has_field_by_name(field) {
        return None;
    }
    of.get_field_by_name(field)?.as_message().cloned()
}

pub(crate) fn text(of: &DynamicMessage, field: &str) -> String {
    of.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A number or the number of an enum's value, where it is set.
fn number(of: &DynamicMessage, field: &str) -> Option<i32> {
    if !of.has_field_by_name(field) {
        return None;
    }
    let value = of.get_field_by_name(field)?;
    value.as_enum_number().or_else(|| value.as_i32())
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
