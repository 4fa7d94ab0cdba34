//! A change that the wire format lets pass and that values do not survive.

use findings::rule;

use crate::asked::Asked;
use crate::breach::{Breach, Sides};
use crate::cause::Cause;
use crate::element::Element;
use crate::rules::field_same_type::shown;
use crate::witness;

rule! {
    /// Finds a field whose new type the encoding can hold and its values do not survive: for some value, what one side
    /// writes means something else to the other, or cannot be read. It is looked for where the categories WIRE or WIRE_JSON
    /// are asked for, which let such changes pass; the others find every change of a type. The note shows the value.
    /// `contracts.breaking.lossy` says whether it is looked for.
    ///
    /// ## Why it hurts
    /// Nothing fails. 5000000000 plays are 705032704 from one deployment to the next, -1 becomes 4294967295, and the ranking
    /// is learned from it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    /// }
    /// ```
    /// ```new bad category=WIRE_JSON
    /// syntax = "proto3";
    /// message Answer {
    ///   uint32 change = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Give the new type a field of its own and reserve the old one once nobody sends it.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    /// }
    /// ```
    /// ```new good category=WIRE_JSON
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    ///   uint32 plays = 2;
    /// }
    /// ```
    pub static LOSSY_CHANGE = {
        id: "lossy-change",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds changes of a type that the wire format lets pass and values do not survive",
    };
}

/// Buf's ids of the rules that let such a change pass.
const WIRE_JSON: &str = "FIELD_WIRE_JSON_COMPATIBLE_TYPE";
const WIRE: &str = "FIELD_WIRE_COMPATIBLE_TYPE";

/// The fields that were retyped, are no breach of any rule that is asked for, and are lossy.
pub(crate) fn find(sides: &Sides, asked: &Asked, breaches: &[Breach]) -> Vec<Breach> {
    let known: std::collections::BTreeSet<&Element> = breaches.iter().map(|breach| &breach.element).collect();
    let mut found = Vec::new();
    for (old, new) in sides.slots() {
        let (was, is) = (shown(&old), shown(&new));
        let same = was == is && old.is_list() == new.is_list() && old.is_map() == new.is_map();
        if same || known.contains(&new.element()) || new.message().is_map_entry() {
            continue;
        }
        let breach = |id| Breach {
            rule: &LOSSY_CHANGE,
            id,
            at: sides.new.slot_place(&new, &[]),
            element: new.element(),
            message: format!(
                "{} became `{is}`, which the encoding of `{was}` lets pass and its values do not survive",
                new.shown()
            ),
            help: format!("keep `{was}`, and add a field with a new number for `{is}`"),
        };
        let Some(breach) = [WIRE_JSON, WIRE].into_iter().map(breach).find(|breach| asked.asks(sides, breach))
        else {
            continue;
        };
        if witness::is_lossy(sides, &Cause::Of(new.element()), breach.id == WIRE_JSON) {
            found.push(breach);
        }
    }
    found
}
