//! A message or enum for which proto JSON is no longer promised.

use findings::Location;
use findings::rule;
use prost_reflect::FileDescriptor;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds messages and enums that proto JSON was promised for (all of `proto3`) and is only attempted for now (those of
    /// `proto2`).
    ///
    /// ## Why it hurts
    /// For `proto2` the compiler no longer refuses what has no JSON, such as two fields with one JSON name, and runtimes may
    /// write it each in its own way.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// ```
    /// ```new bad category=WIRE_JSON
    /// syntax = "proto2";
    /// message Query { optional string text = 1; } //~
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Query { optional string text = 1; }
    /// ```
    /// ```new good category=WIRE_JSON
    /// syntax = "proto3";
    /// message Query { optional string text = 1; }
    /// ```
    pub static SAME_JSON_FORMAT = {
        id: "same-json-format",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds messages and enums that proto JSON is no longer promised for",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const MESSAGES: &str = "MESSAGE_SAME_JSON_FORMAT";
const ENUMS: &str = "ENUM_SAME_JSON_FORMAT";

fn ids(category: Category) -> Vec<&'static str> {
    if category.has_json() { vec![MESSAGES, ENUMS] } else { Vec::new() }
}

/// `json_format` of `google.protobuf.FeatureSet` in the options of a message, and of an enum.
const OF_MESSAGES: [i32; 3] = [part::MESSAGE_OPTIONS, 12, 6];
const OF_ENUMS: [i32; 3] = [part::ENUM_OPTIONS, 7, 6];

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let lost = |name: &str, old: &FileDescriptor, new: &FileDescriptor| {
        sides.old.has_json(name, old) && !sides.new.has_json(name, new)
    };
    let breach = |at: Option<Location>, element: Element, name: &str| Breach {
        rule: &SAME_JSON_FORMAT,
        id,
        at,
        element,
        message: format!("proto JSON is no longer promised for `{name}`"),
        help: "keep `syntax = \"proto3\";`, or the feature `json_format = ALLOW`".to_owned(),
    };
    if id == MESSAGES {
        let messages = sides
            .messages()
            .filter(|(old, new)| lost(new.full_name(), &old.parent_file(), &new.parent_file()));
        let named = messages.map(|(_, new)| {
            let feature = sides.new.place(&new.parent_file(), &[new.path(), &OF_MESSAGES].concat());
            (feature.or_else(|| sides.new.message_place(new)), new.full_name())
        });
        named.map(|(at, name)| breach(at, Element::Message(name.to_owned()), name)).collect()
    } else {
        let enums =
            sides.enums().filter(|(old, new)| lost(new.full_name(), &old.parent_file(), &new.parent_file()));
        let named = enums.map(|(_, new)| {
            let feature = sides.new.place(&new.parent_file(), &[new.path(), &OF_ENUMS].concat());
            (feature.or_else(|| sides.new.enum_place(new)), new.full_name())
        });
        named.map(|(at, name)| breach(at, Element::Enum(name.to_owned()), name)).collect()
    }
}
