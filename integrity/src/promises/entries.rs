//! Entries of scenario files: what of one only promises more than the base's did.

use serde_json::Value;

use super::laws::{all_among, is_as_strict};
use super::{Entry, STRICT, Said, Terms, is_part, limits, restore};

/// How many cases of a property are made where it does not say how many.
const CASES: u64 = 100;

/// How many streams are opened at once where an entry of `robustness` does not say how many.
const STREAMS: u64 = 200;

/// How many milliseconds later than its deadline a status may come where the file does not say when.
const SLACK: u64 = 100;

/// More cases, more laws and stricter ones, narrower limits, fewer fields of the answer that are passed over.
pub(super) fn property(old: &Entry, new: &mut Entry, said: &Said<'_>) {
    let cases = |side: &Entry| side.get("cases").map_or(Some(CASES), Value::as_u64);
    if cases(old).zip(cases(new)).is_some_and(|(old, new)| new >= old) {
        restore("cases", old, new);
    }
    for key in ["ignore", "partial_if"] {
        if new.get(key).is_none_or(|now| old.get(key).is_some_and(|before| is_part(now, before))) {
            restore(key, old, new);
        }
    }
    let (before, after) = (list(old, "require"), list(new, "require"));
    let is_valid = |laws: &[Value]| laws.iter().any(|law| law == "response_valid");
    // Without the law nothing asked for the limits of answers.
    let is_new = !is_valid(&before) && is_valid(&after);
    if is_new || limits::are_as_strict(old.get("response"), new.get("response"), said.limits_in_protos) {
        restore("response", old, new);
    }
    if all_among(&before, &after, &is_as_strict) {
        restore("require", old, new);
    }
}

/// More that must be in the answer, and checks that are stricter.
pub(super) fn scenario(old: &Entry, new: &mut Entry, _: &Said<'_>) {
    let Some((before, after)) = expectations(old, new) else { return };
    if all_among(&list(before, "checks"), &list(after, "checks"), &is_as_strict) {
        restore("checks", before, after);
    }
    for key in ["cel", "details"] {
        if all_among(&list(before, key), &list(after, key), &|old, new| old == new) {
            restore(key, before, after);
        }
    }
    // What is named must be so, and of the rest nothing is said.
    for key in ["response", "metadata", "trailers"] {
        let has_all = |old: &Entry, new: &Entry| old.iter().all(|(name, value)| new.get(name) == Some(value));
        let (one, other) = (before.get(key), after.get(key).and_then(Value::as_object));
        if one.is_some_and(|old| old.as_object().zip(other).is_some_and(|(old, new)| has_all(old, new))) {
            restore(key, before, after);
        }
    }
    if let (Some(Value::String(part)), Some(Value::String(now))) =
        (before.get("message_contains"), after.get("message_contains"))
        && now.contains(part)
    {
        restore("message_contains", before, after);
    }
    for key in ["message_contains", "response", "responses", "count", "metadata", "trailers"] {
        if before.get(key).is_none() {
            after.remove(key);
        }
    }
}

/// Less time to answer in, and fewer statuses that are right.
pub(super) fn deadline(old: &Entry, new: &mut Entry, said: &Said<'_>) {
    let (Some(before), Some(mut after)) = (expected(old), expected(new)) else { return };
    let within = |side: &Entry, expect: &Entry| match expect.get("within") {
        Some(within) => within.as_str().and_then(millis),
        None => side.get("timeout")?.as_str().and_then(millis)?.checked_add(SLACK),
    };
    if within(old, &before).zip(within(new, &after)).is_some_and(|(old, new)| new <= old) {
        restore("within", &before, &mut after);
    }
    let statuses = |side: &Entry, expect: &Entry, terms: &Terms| match expect.get("status_in") {
        Some(Value::Array(statuses)) if !statuses.is_empty() => Some(Value::from(statuses.clone())),
        None | Some(Value::Array(_)) => Some(right_by_default(side, terms)),
        Some(_) => None,
    };
    if statuses(old, &before, said.before)
        .zip(statuses(new, &after, said.after))
        .is_some_and(|(old, new)| is_part(&new, &old))
    {
        restore("status_in", &before, &mut after);
    }
    if before == after {
        restore("expect", old, new);
    }
}

/// The statuses of a deadline that names none: those of its profile for calls that are late, and an answer in time where
/// nothing stalls.
fn right_by_default(deadline: &Entry, terms: &Terms) -> Value {
    let mut statuses = vec!["DEADLINE_EXCEEDED"];
    if terms.profile != STRICT {
        statuses.push("CANCELLED");
    }
    if deadline.get("stalls").is_none() {
        statuses.push("OK");
    }
    Value::from(statuses)
}

/// More that is sent, more streams at once, fewer statuses that are right besides.
pub(super) fn robustness(old: &Entry, new: &mut Entry, said: &Said<'_>) {
    if let (Some(before), Some(after)) =
        (old.get("sound").and_then(Value::as_object), new.get_mut("sound").and_then(Value::as_object_mut))
    {
        scenario(before, after, said);
    }
    // Without the key everything there is.
    if new.get("cases").is_none_or(|now| old.get("cases").is_some_and(|before| is_part(before, now))) {
        restore("cases", old, new);
    }
    let streams = |side: &Entry| side.get("streams").map_or(Some(STREAMS), Value::as_u64);
    if streams(old).zip(streams(new)).is_some_and(|(old, new)| new >= old) {
        restore("streams", old, new);
    }
    let is_less = |now: &Value| {
        let (Some(now), Some(before)) = (now.as_object(), old.get("statuses").and_then(Value::as_object))
        else {
            return false;
        };
        now.iter().all(|(case, now)| before.get(case).is_some_and(|before| is_part(now, before)))
    };
    if new.get("statuses").is_none_or(is_less) {
        restore("statuses", old, new);
    }
}

fn expectations<'v>(old: &'v Entry, new: &'v mut Entry) -> Option<(&'v Entry, &'v mut Entry)> {
    Some((old.get("expect")?.as_object()?, new.get_mut("expect")?.as_object_mut()?))
}

/// What a deadline expects, which it need not say.
fn expected(side: &Entry) -> Option<Entry> {
    side.get("expect").map_or_else(|| Some(Entry::new()), |expect| expect.as_object().cloned())
}

/// The list under a key, which need not be there. What is no list is the only entry of one, and like nothing else.
fn list(side: &Entry, key: &str) -> Vec<Value> {
    match side.get(key) {
        None => Vec::new(),
        Some(Value::Array(entries)) => entries.clone(),
        Some(other) => vec![other.clone()],
    }
}

/// A time as scenario files write it, in milliseconds: `250ms`, `5s`, `10m`.
fn millis(text: &str) -> Option<u64> {
    let at = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at(at);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}
