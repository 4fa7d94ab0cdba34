//! Fields whose new type the wire format lets pass and their values do not survive.

use std::collections::BTreeSet;

use crate::asked::Asked;
use crate::breach::{Breach, Sides};
use crate::cause::Cause;
use crate::element::Element;
use crate::rules::field_same_type::shown;
use crate::rules::lossy_change::LOSSY_CHANGE;
use crate::witness;

/// Buf's ids of the rules that let such a change pass.
const WIRE_JSON: &str = "FIELD_WIRE_JSON_COMPATIBLE_TYPE";
const WIRE: &str = "FIELD_WIRE_COMPATIBLE_TYPE";

/// The fields that were retyped, are no breach of any rule that is asked for, and are lossy.
pub(super) fn find(sides: &Sides, asked: &Asked, breaches: &[Breach]) -> Vec<Breach> {
    let known: BTreeSet<&Element> = breaches.iter().map(|breach| &breach.element).collect();
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
