//! Limits of answers, by path of a field: whether head's refuse all that the base's did.

use serde_json::{Number, Value};

use super::{Entry, is_part};

/// What only adds to the limits that protos have; all else stands in their place.
const ADDED: [&str; 6] = ["required", "finite", "unique", "none_of", "defined", "examples"];

/// Whether head's limits are at least as narrow. Where protos have limits, one that was not said before may be wider than
/// theirs.
pub(super) fn are_as_strict(old: Option<&Value>, new: Option<&Value>, limits_in_protos: bool) -> bool {
    let nothing = Value::Object(Entry::new());
    let paths = |side: Option<&'_ Value>| side.unwrap_or(&nothing).as_object().cloned();
    let (Some(old), Some(new)) = (paths(old), paths(new)) else { return old == new };
    old.keys().all(|path| new.contains_key(path))
        && new.iter().all(|(path, now)| {
            let before = old.get(path).unwrap_or(&nothing).as_object();
            before
                .zip(now.as_object())
                .is_some_and(|(before, now)| is_as_narrow(before, now, limits_in_protos))
        })
}

/// The limits of one field.
fn is_as_narrow(old: &Entry, new: &Entry, limits_in_protos: bool) -> bool {
    old.iter().all(|(key, old)| {
        let narrower = |new| old == new || is_narrower(key, old, new, limits_in_protos);
        new.get(key).is_some_and(narrower)
    }) && new
        .iter()
        .filter(|(key, _)| !old.contains_key(*key))
        .all(|(key, now)| !limits_in_protos || is_added(key, now))
}

/// A list that may have equal items is the one that takes from what the protos say.
fn is_added(key: &str, now: &Value) -> bool {
    ADDED.contains(&key) && now != &Value::Bool(false)
}

/// Whether one limit lets nothing pass that it did not.
fn is_narrower(key: &str, old: &Value, new: &Value, limits_in_protos: bool) -> bool {
    match key {
        "min" => at_most(old, new),
        "max" => at_most(new, old),
        "size" | "length" => {
            let end = |side: &'_ Value, key: &str| side.get(key).cloned();
            let least =
                end(old, "min").is_none_or(|old| end(new, "min").is_some_and(|new| at_most(&old, &new)));
            let most =
                end(old, "max").is_none_or(|old| end(new, "max").is_some_and(|new| at_most(&new, &old)));
            // An end that was not said may be the protos'.
            let is_said = |key: &&str| old.get(*key).is_some() || new.get(*key).is_none();
            least && most && (!limits_in_protos || ["min", "max"].iter().all(is_said))
        }
        "one_of" => is_part(new, old),
        "none_of" => is_part(old, new),
        "required" | "finite" | "defined" => old == &Value::Bool(false) && new == &Value::Bool(true),
        "examples" => true,
        _ => false,
    }
}

/// Whether a number is no greater than another, both in the form of proto JSON; not where one of them is none.
fn at_most(one: &Value, other: &Value) -> bool {
    let whole = |value: &Value| match value {
        Value::Number(number) => Number::as_i128(number),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one <= other,
        _ => one.as_f64().zip(other.as_f64()).is_some_and(|(one, other)| one <= other),
    }
}
