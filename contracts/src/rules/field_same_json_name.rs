//! A field that kept its number and changed its name in proto JSON.

use findings::rule;

use crate::breach::{Breach, Check, Sides, field_element};
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
        .fields()
        .filter(|(old, new)| old.json_name() != new.json_name())
        .map(|(old, new)| Breach {
            rule: &FIELD_SAME_JSON_NAME,
            id,
            at: sides
                .new
                .field_place(&new, Some(part::JSON_NAME))
                .or_else(|| sides.new.field_place(&new, None)),
            element: field_element(&new),
            message: format!(
                "field `{}` with number {} of `{}` changed its JSON name from `{}` to `{}`",
                new.name(),
                new.number(),
                new.parent_message().full_name(),
                old.json_name(),
                new.json_name()
            ),
            help: format!("write `[json_name = \"{}\"]`", old.json_name()),
        })
        .collect()
}
