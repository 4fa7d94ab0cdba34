//! A field that moved into, out of or between oneofs.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;

rule! {
    /// Finds a field that entered a oneof, left one, or changed from one to another.
    ///
    /// ## Why it hurts
    /// Fields of a oneof push each other out. Once two fields share a oneof, a message that carries both arrives with one of
    /// them, and the sender is not told.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   string track_id = 1;
    ///   string artist_id = 2;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query {
    ///   oneof seed {
    ///     string track_id = 1; //~
    ///     string artist_id = 2; //~
    ///   }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   string track_id = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query {
    ///   string track_id = 1;
    ///   oneof seed {
    ///     string seed_track_id = 3;
    ///     string seed_artist_id = 4;
    ///   }
    /// }
    /// ```
    pub static FIELD_SAME_ONEOF = {
        id: "field-same-oneof",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that moved into, out of or between oneofs",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "FIELD_SAME_ONEOF")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.slots() {
        let moved = match (oneof(&old), oneof(&new)) {
            (None, Some(is)) => format!("entered the oneof `{is}`"),
            (Some(was), None) => format!("left the oneof `{was}`"),
            (Some(was), Some(is)) if was != is => format!("moved from the oneof `{was}` to `{is}`"),
            _ => continue,
        };
        breaches.push(Breach {
            rule: &FIELD_SAME_ONEOF,
            id,
            at: sides.new.slot_place(&new, &[]),
            element: new.element(),
            message: format!("{} {moved}", new.shown()),
            help: "leave it where it was, and add fields with new numbers for the new choice".to_owned(),
        });
    }
    breaches
}

/// The oneof that the proto writes; the one that `optional` stands for is none.
fn oneof(slot: &Slot) -> Option<String> {
    let oneof = slot.field()?.containing_oneof().filter(|oneof| !oneof.is_synthetic())?;
    Some(oneof.name().to_owned())
}
