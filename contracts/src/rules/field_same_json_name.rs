//! A field that kept its number and changed its name in proto JSON.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::surface::part;

rule! {
    /// Finds a field that proto JSON names differently than before, through its own name or through `json_name`.
    ///
    /// ## Why it hurts
    /// Whoever speaks proto JSON (gateways, stored requests, golden corpora) sends a name that is refused as unknown, and
    /// reads one that is not there.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   string track_id = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Track {
    ///   string track_id = 1 [json_name = "id"]; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   string track_id = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Track {
    ///   string track_id = 1 [json_name = "trackId"];
    /// }
    /// ```
    pub static FIELD_SAME_JSON_NAME = {
        id: "field-same-json-name",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that kept their number and changed their name in proto JSON",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.has_json(), "FIELD_SAME_JSON_NAME")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    sides
        .slots()
        .filter_map(|(old, new)| Some((old.field()?.clone(), new.field()?.clone(), new)))
        .filter(|(old, field, _)| old.json_name() != field.json_name())
        .map(|(old, field, new)| Breach {
            rule: &FIELD_SAME_JSON_NAME,
            id,
            at: sides.new.slot_place(&new, &[part::JSON_NAME]).or_else(|| sides.new.slot_place(&new, &[])),
            element: new.element(),
            message: format!(
                "{} changed its JSON name from `{}` to `{}`",
                new.shown(),
                old.json_name(),
                field.json_name()
            ),
            help: format!("write `[json_name = \"{}\"]`", old.json_name()),
        })
        .collect()
}
