//! A field that kept its number and changed its name.

use findings::rule;

use crate::breach::{Breach, Check, Sides, field_element};
use crate::category::Category;
use crate::surface::part;

rule! {
    /// Finds a field whose number carries another name than before.
    ///
    /// The category WIRE lets it pass, because bytes carry numbers only.
    ///
    /// ## Why it hurts
    /// If the meaning stayed, proto JSON breaks: callers of a gateway, stored requests, golden corpora and scenario files
    /// name the field. If the meaning changed with the name, bytes that were sent as the one are read as the other.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   string artist_id = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Track {
    ///   string album_id = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Track {
    ///   string artist_id = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Track {
    ///   string artist_id = 1 [deprecated = true];
    ///   string album_id = 2;
    /// }
    /// ```
    pub static FIELD_SAME_NAME = {
        id: "field-same-name",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that kept their number and changed their name",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.has_json(), "FIELD_SAME_NAME")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    sides
        .fields()
        .filter(|(old, new)| old.name() != new.name())
        .map(|(old, new)| Breach {
            rule: &FIELD_SAME_NAME,
            id,
            at: sides.new.field_place(&new, Some(part::NAME)),
            element: field_element(&new),
            message: format!(
                "field with number {} of `{}` changed name from `{}` to `{}`",
                new.number(),
                new.parent_message().full_name(),
                old.name(),
                new.name()
            ),
            help: format!("keep the name `{}`, or add a field with a new number", old.name()),
        })
        .collect()
}
