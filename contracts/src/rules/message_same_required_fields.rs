//! A required field that came or went.

use findings::Location;
use findings::rule;
use prost_reflect::{Cardinality, FieldDescriptor, MessageDescriptor};

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds `required` fields that a message has now and had not, or the other way round.
    ///
    /// ## Why it hurts
    /// A message without a required field cannot be read at all. Whoever was built before it came never sends it; whoever was
    /// built before it went refuses every message without it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// message Query {
    ///   optional string text = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto2";
    /// message Query {
    ///   optional string text = 1;
    ///   required string viewer_id = 2; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Query {
    ///   optional string text = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto2";
    /// message Query {
    ///   optional string text = 1;
    ///   optional string viewer_id = 2;
    /// }
    /// ```
    pub static MESSAGE_SAME_REQUIRED_FIELDS = {
        id: "message-same-required-fields",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds required fields that came or went",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "MESSAGE_SAME_REQUIRED_FIELDS")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.messages() {
        let mut add = |field: &FieldDescriptor, at: Option<Location>, what: &str, help: &str| {
            breaches.push(Breach {
                rule: &MESSAGE_SAME_REQUIRED_FIELDS,
                id,
                at,
                element: Element::Field { message: new.full_name().to_owned(), number: field.number() },
                message: format!(
                    "the required field `{}` with number {} of `{}` {what}",
                    field.name(),
                    field.number(),
                    new.full_name()
                ),
                help: help.to_owned(),
            });
        };
        for field in required(old) {
            if !required(new).any(|kept| kept.number() == field.number()) {
                add(&field, sides.new.message_place(new), "is gone", "keep it required");
            }
        }
        for field in required(new) {
            if !required(old).any(|known| known.number() == field.number()) {
                let at = sides.new.field_place(&field, None);
                add(&field, at, "is new", "make it `optional`");
            }
        }
    }
    breaches
}

fn required(message: &MessageDescriptor) -> impl Iterator<Item = FieldDescriptor> {
    message.fields().filter(|field| field.cardinality() == Cardinality::Required)
}
