//! What the wire format lets pass and values do not survive: fields of a new type, and names that moved to numbers of others.

use std::collections::BTreeSet;

use crate::asked::Asked;
use crate::breach::{Breach, Sides, names_by_number};
use crate::cause::Cause;
use crate::element::Element;
use crate::rules::field_same_type::shown;
use crate::rules::lossy_change::LOSSY_CHANGE;
use crate::slot::Slot;
use crate::surface::map_field;
use crate::witness;

/// Buf's ids of the rules that let such a change pass.
const WIRE_JSON: &str = "FIELD_WIRE_JSON_COMPATIBLE_TYPE";
const WIRE: &str = "FIELD_WIRE_COMPATIBLE_TYPE";
const VALUE: &str = "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED";

/// What was retyped or moved, is no breach of any rule that is asked for, and is lossy.
pub(super) fn find(sides: &Sides, asked: &Asked, breaches: &[Breach]) -> Vec<Breach> {
    let known: BTreeSet<&Element> = breaches.iter().map(|breach| &breach.element).collect();
    let mut found = Vec::new();
    for (old, new) in sides.slots().filter(|(_, new)| !known.contains(&new.element())) {
        let Some((message, help, cause)) = retyped(&old, &new).or_else(|| moved(&old, &new)) else {
            continue;
        };
        let breach = |id| Breach {
            rule: &LOSSY_CHANGE,
            id,
            at: sides.new.slot_place(&new, &[]),
            element: new.element(),
            message: message.clone(),
            help: help.clone(),
        };
        let Some(breach) = [WIRE_JSON, WIRE].into_iter().map(breach).find(|breach| asked.asks(sides, breach))
        else {
            continue;
        };
        if witness::is_lossy(sides, &cause, breach.id == WIRE_JSON) {
            found.push(breach);
        }
    }
    let values = moved_values(sides).into_iter();
    found.extend(values.filter(|breach| !known.contains(&breach.element) && asked.asks(sides, breach)));
    found
}

/// A field of another type: what is wrong, what to do, and what travels to show it.
fn retyped(old: &Slot, new: &Slot) -> Option<(String, String, Cause)> {
    let (was, is) = (shown(old), shown(new));
    if was == is && old.is_list() == new.is_list() && old.is_map() == new.is_map() {
        return None;
    }
    // The entries of a map travel in it.
    let element = match map_field(&new.message()) {
        Some(map) => {
            Element::Field { message: map.parent_message().full_name().to_owned(), number: map.number() }
        }
        None => new.element(),
    };
    let message = format!(
        "{} became `{is}`, which the encoding of `{was}` lets pass and its values do not survive",
        new.shown()
    );
    Some((message, format!("keep `{was}`, and add a field with a new number for `{is}`"), Cause::Of(element)))
}

/// A number that has another field's name: what is written as one is read as the other. A name that neither side has
/// elsewhere is just a new name.
fn moved(old: &Slot, new: &Slot) -> Option<(String, String, Cause)> {
    let (was, is) = (old.field()?, new.field()?);
    if was.name() == is.name() {
        return None;
    }
    let stays = is.parent_message().get_field_by_name(was.name()).map(|_| was.name());
    let came = || was.parent_message().get_field_by_name(is.name()).map(|_| is.name());
    let field = stays.or_else(came)?.to_owned();
    let message = format!("{} was `{}`, which the encoding reads as it", new.shown(), was.name());
    let help = format!("give number {} back to `{}`", was.number(), was.name());
    let cause = Cause::Renumbered { message: new.message().full_name().to_owned(), field };
    Some((message, help, cause))
}

/// Numbers of enums that have the name of another value.
fn moved_values(sides: &Sides) -> Vec<Breach> {
    let mut found = Vec::new();
    for (old, new) in sides.enums() {
        let kept = names_by_number(new);
        for (number, was) in names_by_number(old) {
            let Some(is) = kept.get(&number).filter(|is| is.is_disjoint(&was)) else { continue };
            let stays = was.iter().any(|name| new.get_value_by_name(name).is_some());
            let came = is.iter().any(|name| old.get_value_by_name(name).is_some());
            let (Some(before), Some(now), true) = (was.first(), is.first(), stays || came) else { continue };
            let value = new.get_value(number);
            found.push(Breach {
                rule: &LOSSY_CHANGE,
                id: VALUE,
                at: value.and_then(|value| sides.new.place(&value.parent_file(), value.path())),
                element: Element::EnumValue { enumeration: new.full_name().to_owned(), number },
                message: format!(
                    "value `{now}` with number {number} of `{}` was `{before}`, which is read as it",
                    new.full_name()
                ),
                help: format!("give number {number} back to `{before}`"),
            });
        }
    }
    found
}
