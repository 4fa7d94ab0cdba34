//! A field that kept its number and changed its name.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
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
        .slots()
        .filter(|(old, new)| old.name() != new.name())
        .map(|(old, new)| Breach {
            rule: &FIELD_SAME_NAME,
            id,
            at: sides.new.slot_place(&new, &[part::NAME]),
            element: new.element(),
            message: format!(
                "{} with number {} of `{}` changed name from `{}` to `{}`",
                new.word(),
                new.number(),
                new.message().full_name(),
                old.name(),
                new.name()
            ),
            help: format!("keep the name `{}`, or add one with a new number", old.name()),
        })
        .collect()
}
