//! Scenario files of services: what of a file only promises more than the base's did.
//!
//! A service that keeps the stricter promise keeps the former one as well. What changes a promise into another one (a
//! seed, a request, a deadline of the caller) is no such thing, whichever way it goes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The key by which a file says that it is a scenario file.
const MARK: &str = "contracts";

/// How many cases of a property are made where it does not say how many.
const CASES: u64 = 100;

/// How often a law asks for the same answer where it does not say how often.
const REPEATS: u64 = 2;

/// An entry of a section, or a part of one.
type Entry = Map<String, Value>;

/// Puts back what an entry of head's only promises more than the base's.
type PutBack = fn(&Entry, &mut Entry);

/// The sections of which that is known.
const SECTIONS: [(&str, PutBack); 3] =
    [("properties", property), ("scenarios", scenario), ("deadlines", deadline)];

/// Head's file with what only promises more put back to what the base says, so that what is left of the difference is
/// another promise. A file that is no scenario file stays as it is.
pub(crate) fn put_back(base: &Value, head: &Value) -> Value {
    let mut head = head.clone();
    if base.get(MARK).is_none() || base.get(MARK) != head.get(MARK) {
        return head;
    }
    for (section, put_back) in SECTIONS {
        let (Some(before), Some(after)) = (
            base.get(section).and_then(Value::as_array),
            head.get_mut(section).and_then(Value::as_array_mut),
        ) else {
            continue;
        };
        let named = |entry: &Entry| entry.get("name").and_then(Value::as_str).map(str::to_owned);
        let before = before.iter().filter_map(Value::as_object);
        let before: BTreeMap<String, &Entry> = before.filter_map(|old| Some((named(old)?, old))).collect();
        for item in after.iter_mut().filter_map(Value::as_object_mut) {
            if let Some(old) = named(item).and_then(|name| before.get(&name)) {
                put_back(old, item);
            }
        }
    }
    head
}

/// More cases, more laws and stricter ones, fewer fields of the answer that are passed over.
fn property(old: &Entry, new: &mut Entry) {
    let cases = |side: &Entry| side.get("cases").map_or(Some(CASES), Value::as_u64);
    if cases(old).zip(cases(new)).is_some_and(|(old, new)| new >= old) {
        restore("cases", old, new);
    }
    for key in ["ignore", "partial_if"] {
        if new.get(key).is_none_or(|now| old.get(key).is_some_and(|before| is_part(now, before))) {
            restore(key, old, new);
        }
    }
    let laws = |side: &Entry| side.get("require").and_then(Value::as_array).cloned();
    let (Some(before), Some(after)) = (laws(old), laws(new)) else { return };
    if all_among(&before, &after, &is_as_strict) {
        let is_valid = |laws: &[Value]| laws.iter().any(|law| law == "response_valid");
        // Without the law nothing asked for the limits of answers.
        if !is_valid(&before) && is_valid(&after) {
            restore("response", old, new);
        }
        restore("require", old, new);
    }
}

/// Checks that are stricter.
fn scenario(old: &Entry, new: &mut Entry) {
    let Some((before, after)) = expectations(old, new) else { return };
    let checks = |side: &Entry| side.get("checks").and_then(Value::as_array).cloned();
    if let (Some(one), Some(other)) = (checks(before), checks(after))
        && all_among(&one, &other, &is_as_strict)
    {
        restore("checks", before, after);
    }
    let said = |side: &Entry| side.get("cel").and_then(Value::as_array).cloned();
    if let (Some(one), Some(other)) = (said(before), said(after))
        && all_among(&one, &other, &|old, new| old == new)
    {
        restore("cel", before, after);
    }
}

/// Less time to answer in, and fewer statuses that are right.
fn deadline(old: &Entry, new: &mut Entry) {
    let Some((before, after)) = expectations(old, new) else { return };
    let within = |side: &Entry| side.get("within").and_then(Value::as_str).and_then(millis);
    if within(before).zip(within(after)).is_some_and(|(old, new)| new <= old) {
        restore("within", before, after);
    }
    let (one, other) = (before.get("status_in"), after.get("status_in"));
    // None at all means those that gRPC has for calls that are late.
    let is_some = other.and_then(Value::as_array).is_some_and(|statuses| !statuses.is_empty());
    if is_some && one.zip(other).is_some_and(|(old, new)| is_part(new, old)) {
        restore("status_in", before, after);
    }
}

fn expectations<'v>(old: &'v Entry, new: &'v mut Entry) -> Option<(&'v Entry, &'v mut Entry)> {
    Some((old.get("expect")?.as_object()?, new.get_mut("expect")?.as_object_mut()?))
}

fn restore(key: &str, old: &Entry, new: &mut Entry) {
    match old.get(key) {
        Some(value) => drop(new.insert(key.to_owned(), value.clone())),
        None => drop(new.remove(key)),
    }
}

/// Whether every one of the base's has one of head's for itself.
fn all_among(before: &[Value], after: &[Value], is_one: &dyn Fn(&Value, &Value) -> bool) -> bool {
    let mut left: Vec<&Value> = after.iter().collect();
    // Equal ones first, so that none of them is taken by another.
    let (equal, others): (Vec<&Value>, Vec<&Value>) = before.iter().partition(|old| after.contains(old));
    equal.into_iter().chain(others).all(|old| {
        let same = left.iter().position(|new| *new == old);
        let at = same.or_else(|| left.iter().position(|new| is_one(old, new)));
        at.map(|at| left.swap_remove(at)).is_some()
    })
}

/// Whether head's law or check finds all that the base's does.
fn is_as_strict(old: &Value, new: &Value) -> bool {
    let only = |side: &Value| {
        let (key, value) = side.as_object().filter(|law| law.len() == 1)?.iter().next()?;
        Some((key.clone(), value.as_object()?.clone()))
    };
    let ((Some((law, old)), Some((now, mut new))), true) = ((only(old), only(new)), old != new) else {
        return old == new;
    };
    if law != now {
        return false;
    }
    let number = |side: &Entry, key: &str| side.get(key).map(Value::as_u64);
    match law.as_str() {
        "count" => {
            let (least, most) = (number(&old, "min"), number(&old, "max"));
            let exact = number(&new, "equals").flatten();
            let low = number(&new, "min").flatten().or(exact);
            let high = number(&new, "max").flatten().or(exact);
            let above = least.is_none_or(|least| least.zip(low).is_some_and(|(least, low)| low >= least));
            let below = most.is_none_or(|most| most.zip(high).is_some_and(|(most, high)| high <= most));
            if above && below && (old.get("equals").is_none() || old.get("equals") == new.get("equals")) {
                ["min", "max", "equals"].iter().for_each(|key| restore(key, &old, &mut new));
            }
        }
        "deterministic" => {
            let repeats = |side| number(side, "repeats").unwrap_or(Some(REPEATS));
            if repeats(&old).zip(repeats(&new)).is_some_and(|(old, new)| new >= old) {
                restore("repeats", &old, &mut new);
            }
        }
        "refused" => {
            let is_some =
                new.get("with").and_then(Value::as_array).is_some_and(|statuses| !statuses.is_empty());
            if is_some && new.get("with").zip(old.get("with")).is_some_and(|(new, old)| is_part(new, old)) {
                restore("with", &old, &mut new);
            }
            if new.get("names_field") == Some(&Value::Bool(true)) {
                restore("names_field", &old, &mut new);
            }
        }
        "among" if new.get("unless_empty") != Some(&Value::Bool(true)) => {
            restore("unless_empty", &old, &mut new);
        }
        _ => {}
    }
    old == new
}

/// Whether every entry of one list stands in another.
fn is_part(part: &Value, whole: &Value) -> bool {
    let (Some(part), Some(whole)) = (part.as_array(), whole.as_array()) else { return false };
    part.iter().all(|entry| whole.contains(entry))
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

#[cfg(test)]
mod tests {
    use crate::artefacts::says_as_much;

    const FILE: &str = "contracts: 1
service: p.Ranker
target: home
scenarios:
  - name: few
    rpc: Rank
    expect:
      status: OK
      checks:
        - count: { field: items, min: 1, max: 20 }
        - sorted: { field: items, by: score, order: descending }
      cel: [size(response.items) > 0]
properties:
  - name: sound
    rpc: Rank
    cases: 40
    seed: 3
    ignore: [took, model]
    require:
      - no_server_fault
      - count: { field: items, max: 50 }
      - deterministic: { repeats: 3 }
      - among: { field: items, of: candidates, unless_empty: true }
  - name: refuses
    rpc: Rank
    mode: invalid
    require:
      - refused: { with: [INVALID_ARGUMENT, OUT_OF_RANGE] }
deadlines:
  - name: in time
    rpc: Rank
    timeout: 400ms
    expect: { status_in: [OK, CANCELLED], within: 2s }
";

    fn check(from: &str, to: &str, expected: bool) {
        assert!(FILE.contains(from), "{from}");
        let head = FILE.replacen(from, to, 1);
        assert_eq!(says_as_much("services/home/contracts/a.yaml", FILE, &head), expected, "{from} -> {to}");
        // Nobody takes back what was promised in between.
        if expected && head != FILE {
            assert!(!says_as_much("services/home/contracts/a.yaml", &head, FILE), "{to} -> {from}");
        }
    }

    #[test]
    fn what_only_promises_more_says_as_much_and_is_not_taken_back() {
        for (from, to) in [
            ("cases: 40", "cases: 400"),
            ("mode: invalid", "mode: invalid\n    cases: 400"),
            ("- no_server_fault", "- no_server_fault\n      - tolerates_unknown_fields"),
            ("- no_server_fault", "- limit: { field: items, by: limit }\n      - no_server_fault"),
            ("ignore: [took, model]", "ignore: [took]"),
            ("    ignore: [took, model]\n", ""),
            ("max: 50", "max: 20"),
            ("max: 50", "min: 1, max: 50"),
            ("max: 50", "equals: 10"),
            ("repeats: 3", "repeats: 5"),
            (", unless_empty: true", ""),
            ("[INVALID_ARGUMENT, OUT_OF_RANGE]", "[INVALID_ARGUMENT]"),
            ("OUT_OF_RANGE] }", "OUT_OF_RANGE], names_field: true }"),
            ("min: 1, max: 20", "min: 2, max: 20"),
            ("min: 1, max: 20", "equals: 3"),
            ("- sorted", "- unique: { field: items, by: id }\n        - sorted"),
            ("> 0]", "> 0, response.model != '']"),
            ("within: 2s", "within: 1500ms"),
            ("within: 2s", "within: 1s"),
            ("[OK, CANCELLED]", "[OK]"),
        ] {
            check(from, to, true);
        }
    }

    #[test]
    fn what_promises_something_else_does_not() {
        for (from, to) in [
            ("cases: 40", "cases: 39"),
            ("cases: 40", "cases: many"),
            ("seed: 3", "seed: 4"),
            ("- no_server_fault\n", "- accepted\n"),
            ("ignore: [took, model]", "ignore: [took, score]"),
            ("max: 50", "max: 51"),
            ("max: 50", "min: 1"),
            ("field: items, max: 50", "field: others, max: 20"),
            ("repeats: 3", "repeats: 2"),
            ("min: 1, max: 20", "equals: 30"),
            ("min: 1, max: 20", "max: 20"),
            ("> 0]", "> 1]"),
            ("within: 2s", "within: 3s"),
            ("within: 2s", "within: soon"),
            ("timeout: 400ms", "timeout: 300ms"),
            (", within: 2s", ""),
            ("[OK, CANCELLED]", "[]"),
            ("[OK, CANCELLED]", "[OK, INTERNAL]"),
            ("order: descending", "order: ascending"),
            ("contracts: 1", "contracts: 2"),
        ] {
            check(from, to, false);
        }
    }

    #[test]
    fn one_law_of_the_base_takes_one_of_heads() {
        let two = FILE.replace(
            "- count: { field: items, max: 50 }",
            "- count: { field: items, max: 50 }\n      - count: { field: items, min: 5 }",
        );
        let path = "services/home/contracts/a.yaml";
        assert!(!says_as_much(path, &two, &two.replace("      - count: { field: items, min: 5 }\n", "")));
        assert!(says_as_much(path, &two, &two.replace("min: 5", "min: 6")));
    }

    #[test]
    fn limits_of_answers_come_with_the_law_that_asks_for_them() {
        let path = "services/home/contracts/a.yaml";
        let head = FILE.replace(
            "    require:\n      - no_server_fault",
            "    response: { items.score: { min: 0 } }\n    require:\n      - response_valid\n      - no_server_fault",
        );
        assert!(says_as_much(path, FILE, &head));
        assert!(!says_as_much(path, &head, &head.replace("min: 0", "min: -1")));
    }

    #[test]
    fn numbers_of_another_file_mean_what_they_mean() {
        let other = FILE.replace("contracts: 1\n", "");
        assert!(!says_as_much("tests/fixtures/a.yaml", &other, &other.replace("cases: 40", "cases: 400")));
    }
}
