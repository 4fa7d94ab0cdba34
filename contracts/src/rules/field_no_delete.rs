//! A field that went without its number and name being reserved.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::ranges::{Reserved, inclusive};

rule! {
    /// Finds a field that is gone from a message while its number or its name is free to be taken again.
    ///
    /// In the categories FILE and PACKAGE every removed field is found, reserved or not.
    ///
    /// ## Why it hurts
    /// Callers that still send the field are not heard, and callers that still read it see its default. Worse comes
    /// later: whoever adds a field takes the free number, and every message that was stored or is still on its way is
    /// read as something else. A reserved number cannot be taken.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Candidate {
    ///   string track_id = 1;
    ///   double boost = 2;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Candidate { //~
    ///   string track_id = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// Reserve both the number and the name.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Candidate {
    ///   string track_id = 1;
    ///   double boost = 2;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Candidate {
    ///   reserved 2;
    ///   reserved "boost";
    ///   string track_id = 1;
    /// }
    /// ```
    pub static FIELD_NO_DELETE = {
        id: "field-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that were removed without reserving their number and name",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const ANY: &str = "FIELD_NO_DELETE";
const NUMBER: &str = "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED";
const NAME: &str = "FIELD_NO_DELETE_UNLESS_NAME_RESERVED";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File | Category::Package => vec![ANY],
        Category::Csr => vec![ANY, NUMBER, NAME],
        Category::Callers | Category::WireJson => vec![NUMBER, NAME],
        Category::Wire => vec![NUMBER],
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.messages() {
        let reserved = Reserved::of(new.reserved_ranges().map(inclusive), new.reserved_names());
        for field in old.fields().filter(|field| new.get_field(field.number()).is_none()) {
            let allowed = match id {
                NUMBER => reserved.has_number(i64::from(field.number())),
                NAME => reserved.has_name(field.name()),
                _ => false,
            };
            if allowed {
                continue;
            }
            let (name, number, owner) = (field.name(), field.number(), new.full_name());
            let without = match id {
                NUMBER => " and its number is not reserved",
                NAME => " and its name is not reserved",
                _ => "",
            };
            breaches.push(Breach {
                rule: &FIELD_NO_DELETE,
                id,
                at: sides.new.message_place(new),
                element: Element::Field { message: owner.to_owned(), number },
                message: format!("field `{name}` with number {number} of `{owner}` is gone{without}"),
                help: format!("put it back, or write `reserved {number};` and `reserved \"{name}\";`"),
            });
        }
    }
    breaches
}
