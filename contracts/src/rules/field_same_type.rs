//! A field that kept its number and changed its type.

use findings::rule;
use prost_reflect::Kind;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;
use crate::surface::{nested_name, part};

rule! {
    /// Finds a field whose type is not what it was: another scalar, another message or another enum.
    ///
    /// The categories WIRE and WIRE_JSON let types pass that their encoding can hold. The note of the finding shows what a
    /// value becomes: a type that the encoding can hold can still mean something else.
    ///
    /// ## Why it hurts
    /// Whoever still sends the old type is misread. `int64` as `int32` parses and turns 5000000000 into 705032704, a
    /// `string` as `int32` makes the whole message unreadable in Rust and is dropped without a word in Python.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int64 plays = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 plays = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Give the new type a field of its own and reserve the old one once nobody sends it.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int64 plays = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Answer {
    ///   int64 plays = 1;
    ///   int32 plays_today = 2;
    /// }
    /// ```
    pub static FIELD_SAME_TYPE = {
        id: "field-same-type",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that kept their number and changed their type",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const SAME: &str = "FIELD_SAME_TYPE";
const WIRE_JSON: &str = "FIELD_WIRE_JSON_COMPATIBLE_TYPE";
const WIRE: &str = "FIELD_WIRE_COMPATIBLE_TYPE";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::Callers | Category::File | Category::Package => vec![SAME],
        Category::Csr => vec![SAME, WIRE_JSON],
        Category::WireJson => vec![WIRE_JSON],
        Category::Wire => vec![WIRE],
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    sides
        .slots()
        .filter(|(old, new)| !is_allowed(sides, old, new, id))
        .map(|(old, new)| {
            let part = if new.type_name().is_some() { part::TYPE_NAME } else { part::TYPE };
            let (was, is) = (shown(&old), shown(&new));
            Breach {
                rule: &FIELD_SAME_TYPE,
                id,
                at: sides.new.slot_place(&new, &[part]),
                element: new.element(),
                message: format!("{} changed type from `{was}` to `{is}`", new.shown()),
                help: format!("keep `{was}`, and add a field with a new number for `{is}`"),
            }
        })
        .collect()
}

/// The type as the proto writes it.
pub(crate) fn shown(field: &Slot) -> String {
    field.type_name().unwrap_or_else(|| kind_name(field).to_owned())
}

fn is_allowed(sides: &Sides, old: &Slot, new: &Slot, id: &str) -> bool {
    let (was, is) = (kind_name(old), kind_name(new));
    let same_name = old.type_name() == new.type_name();
    if id == SAME {
        return was == is && same_name;
    }
    let groups = if id == WIRE { WIRE_GROUPS } else { WIRE_JSON_GROUPS };
    let together = was == is || groups.iter().any(|group| group.contains(&was) && group.contains(&is));
    if !together {
        return id == WIRE && was == "string" && is == "bytes";
    }
    same_name || is_grown_enum(sides, old, new)
}

/// Types whose values share an encoding, by the documentation of protobuf ("Updating A Message Type").
const WIRE_GROUPS: &[&[&str]] = &[
    &["int32", "int64", "uint32", "uint64", "bool"],
    &["sint32", "sint64"],
    &["fixed32", "sfixed32"],
    &["fixed64", "sfixed64"],
];

/// Those that proto JSON writes alike too.
const WIRE_JSON_GROUPS: &[&[&str]] =
    &[&["int32", "uint32"], &["int64", "uint64"], &["fixed32", "sfixed32"], &["fixed64", "sfixed64"]];

/// Whether both are enums of one short name, and the new one has all values of the old one.
fn is_grown_enum(sides: &Sides, old: &Slot, new: &Slot) -> bool {
    let (Kind::Enum(was), Kind::Enum(is)) = (old.kind(), new.kind()) else { return false };
    // An enum of a well-known file is none of ours to compare.
    if !sides.old.enums.contains_key(was.full_name()) || !sides.new.enums.contains_key(is.full_name()) {
        return false;
    }
    nested_name(was.name(), "") == nested_name(is.name(), "")
        && was.values().all(|value| {
            is.get_value_by_name(value.name()).is_some_and(|known| known.number() == value.number())
        })
}

fn kind_name(field: &Slot) -> &'static str {
    match field.kind() {
        Kind::Double => "double",
        Kind::Float => "float",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Uint32 => "uint32",
        Kind::Uint64 => "uint64",
        Kind::Sint32 => "sint32",
        Kind::Sint64 => "sint64",
        Kind::Fixed32 => "fixed32",
        Kind::Fixed64 => "fixed64",
        Kind::Sfixed32 => "sfixed32",
        Kind::Sfixed64 => "sfixed64",
        Kind::Bool => "bool",
        Kind::String => "string",
        Kind::Bytes => "bytes",
        Kind::Message(_) if field.is_group() => "group",
        Kind::Message(_) => "message",
        Kind::Enum(_) => "enum",
    }
}
