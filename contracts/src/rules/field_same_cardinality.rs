//! A field that became a list, stopped being one, or lost its presence.

use findings::rule;
use prost_reflect::Cardinality;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;
use crate::surface::Surface;

rule! {
    /// Finds a field that changed between single, `optional`, `required`, `repeated` and `map`.
    ///
    /// A single field may become `optional`: whatever was sent still arrives. The categories FILE and PACKAGE find that too,
    /// because generated code changes.
    ///
    /// ## Why it hurts
    /// A reader of a single field keeps the last of several values and drops the rest without a word; proto JSON writes a
    /// list where a value was expected and cannot be read at all. Without `optional` a zero that was sent looks like
    /// nothing was sent.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   string genre = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query {
    ///   repeated string genre = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   string genre = 1;
    ///   int32 limit = 2;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query {
    ///   string genre = 1;
    ///   optional int32 limit = 2;
    ///   repeated string more_genres = 3;
    /// }
    /// ```
    pub static FIELD_SAME_CARDINALITY = {
        id: "field-same-cardinality",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that became a list, stopped being one, or lost their presence",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const SAME: &str = "FIELD_SAME_CARDINALITY";
const WIRE_JSON: &str = "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY";
const WIRE: &str = "FIELD_WIRE_COMPATIBLE_CARDINALITY";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Many {
    Explicit,
    Implicit,
    Required,
    Repeated,
    Map,
}

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::Callers | Category::File | Category::Package => vec![SAME],
        Category::Csr | Category::WireJson => vec![WIRE_JSON],
        Category::Wire => vec![WIRE],
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    sides
        .slots()
        .filter(|(old, new)| !old.message().is_map_entry() || !new.message().is_map_entry())
        .filter(|(old, new)| !is_allowed(sides.category, id, many(&sides.old, old), many(&sides.new, new)))
        .map(|(old, new)| (many(&sides.old, &old), many(&sides.new, &new), new))
        .map(|(was, is, new)| Breach {
            rule: &FIELD_SAME_CARDINALITY,
            id,
            at: sides.new.slot_place(&new, &[]),
            element: new.element(),
            message: format!("{} changed from {} to {}", new.shown(), was.shown(), is.shown()),
            help: format!("keep it {}, and add a field with a new number", was.shown()),
        })
        .collect()
}

fn is_allowed(category: Category, id: &str, was: Many, is: Many) -> bool {
    match id {
        WIRE => was.wire_group() == is.wire_group(),
        WIRE_JSON => was.wire_group() == is.wire_group() && (was == Many::Map) == (is == Many::Map),
        _ => was == is || (category == Category::Callers && was == Many::Implicit && is == Many::Explicit),
    }
}

fn many(surface: &Surface, field: &Slot) -> Many {
    if field.is_map() {
        Many::Map
    } else if field.is_list() {
        Many::Repeated
    } else if field.cardinality() == Cardinality::Required {
        Many::Required
    } else if field.supports_presence() && !surface.features.is_implicit(field.full_name()) {
        Many::Explicit
    } else {
        Many::Implicit
    }
}

impl Many {
    fn wire_group(self) -> u8 {
        match self {
            Many::Explicit | Many::Implicit => 1,
            Many::Required => 2,
            Many::Repeated | Many::Map => 3,
        }
    }

    fn shown(self) -> &'static str {
        match self {
            Many::Explicit => "single with presence",
            Many::Implicit => "single without presence",
            Many::Required => "required",
            Many::Repeated => "repeated",
            Many::Map => "a map",
        }
    }
}
