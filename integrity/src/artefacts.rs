//! Files of expectations as data: whether head says all that the base said, and in what the two differ.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::manifest;
use crate::promises::{self, Beside};

/// Lists whose entries stand by themselves: more of them expect more, and their order says nothing.
const LISTS: &[&str] =
    &["scenarios", "tests", "cases", "checks", "alert_rule_test", "promql_expr_test", "sends", "reads"];

/// Maps of which every entry is one more thing that must hold.
const MAPS: &[&str] = &["expect", "response", "uses"];

/// Differences that are shown; the rest is counted.
const SHOWN: usize = 16;

/// Whether head says all that the base said, and adds at most what expects more.
pub(crate) fn says_as_much(path: &str, base: &str, head: &str, beside: &Beside) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let (before, after) = (plain(base), plain(head));
    if before == after {
        return true;
    }
    if let Some(is_as_much) = promises::says_as_much(path, base, Some(head), beside) {
        return is_as_much;
    }
    match extension(path) {
        "snap" => content(&before) == content(&after),
        "yaml" | "yml" | "json" | "toml" => match (read(path, base), read(path, head)) {
            (Some(one), Some(other)) => whole(&one, &promises::put_back_owner(&one, &other)),
            _ => false,
        },
        "jsonl" | "ndjson" => {
            let lines =
                |text: &str| text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
            match (lines(&before), lines(&after)) {
                (Ok(one), Ok(other)) => other.starts_with(&one),
                _ => after.starts_with(&format!("{before}\n")),
            }
        }
        // The compiler aligns what it prints by the widest line number.
        "stderr" => {
            let words = |text: &str| -> Vec<String> {
                text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
            };
            words(&before) == words(&after)
        }
        "csv" | "tsv" => after.starts_with(&format!("{before}\n")),
        _ if path.contains("proptest-regressions/") => {
            // What stands behind `#` is a remark.
            let seeds = |text: &str| -> Vec<String> {
                let seed = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
                text.lines().map(seed).filter(|seed| !seed.is_empty()).collect()
            };
            let after = seeds(&after);
            seeds(&before).iter().all(|seed| after.contains(seed))
        }
        _ => false,
    }
}

/// In what two files differ as data, a line each; `None` where they are not data.
pub(crate) fn differences(path: &str, base: &str, head: &str) -> Option<String> {
    let (one, other) = (read(path, base)?, read(path, head)?);
    let mut lines = Vec::new();
    differ("", Some(&one), Some(&other), &mut lines);
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!(".. and {more} more"));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How many entries of a list of scenarios, tests or cases are gone, if any: `5 of 10 scenarios are gone`.
pub(crate) fn entries_gone(path: &str, base: &str, head: &str) -> Option<String> {
    let (base, head) = (read(path, base)?, read(path, head)?);
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned();
    let lists = LISTS.iter().filter_map(|key| Some((*key, list(&base, key)?, list(&head, key))));
    let top = || Some(("entries", base.as_array()?.clone(), head.as_array().cloned()));
    lists.chain(top()).find_map(|(what, before, after)| {
        let after = after.unwrap_or_default();
        let names: BTreeSet<&str> = after.iter().filter_map(named).collect();
        let gone = match before.iter().all(|item| named(item).is_some()) {
            true => before.iter().filter_map(named).filter(|name| !names.contains(name)).count(),
            false => before.len().saturating_sub(after.len()),
        };
        let verb = if gone == 1 { "is" } else { "are" };
        (gone > 0).then(|| format!("{gone} of {} {what} {verb} gone", before.len()))
    })
}

/// A file of data; `None` where it is none, or cannot be read.
pub(crate) fn read(path: &str, text: &str) -> Option<Value> {
    match extension(path) {
        "yaml" | "yml" => ::policy::yaml::<Value>(path, text).ok(),
        "json" => serde_json::from_str(text).ok(),
        "toml" => manifest::read(text).ok(),
        _ => None,
    }
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// A snapshot without its header, which says where it comes from.
fn content(snapshot: &str) -> &str {
    let Some(rest) = snapshot.strip_prefix("---\n") else { return snapshot };
    rest.split_once("\n---\n").map_or(snapshot, |(_, content)| content)
}

fn whole(base: &Value, head: &Value) -> bool {
    match (base, head) {
        (Value::Array(one), Value::Array(other)) if one.iter().all(Value::is_object) => {
            let mut now = other.iter();
            one.iter().all(|item| now.any(|other| within("", item, other)))
        }
        _ => within("", base, head),
    }
}

/// Whether head has what the base has, below a key.
fn within(key: &str, base: &Value, head: &Value) -> bool {
    match (base, head) {
        (Value::Object(one), Value::Object(other)) => {
            let kept =
                |(key, value): (&String, &Value)| other.get(key).is_some_and(|now| within(key, value, now));
            let fresh = || other.keys().filter(|key| !one.contains_key(*key));
            one.iter().all(kept)
                && (MAPS.contains(&key)
                    || fresh().all(|key| LISTS.contains(&key.as_str()) && !picks(key, &other[key])))
        }
        (Value::Array(one), Value::Array(other))
            if LISTS.contains(&key) && one.iter().all(Value::is_string) =>
        {
            let now: BTreeSet<&str> = other.iter().filter_map(Value::as_str).collect();
            one.iter().filter_map(Value::as_str).all(|text| now.contains(text))
        }
        (Value::Array(one), Value::Array(other)) if LISTS.contains(&key) => {
            let mut left: Vec<&Value> = other.iter().collect();
            one.iter().all(|item| {
                let at = left.iter().position(|other| named(item) == named(other) && within("", item, other));
                at.map(|at| left.swap_remove(at)).is_some()
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(item, now)| within("", item, now))
        }
        _ => base == head,
    }
}

/// Whether a list that was not there picks from what was all done: names of `cases` say which of all there are.
fn picks(key: &str, list: &Value) -> bool {
    key == "cases" && list.as_array().is_some_and(|items| items.iter().any(Value::is_string))
}

fn named(item: &Value) -> Option<&str> {
    ["name", "id", "alertname"].iter().find_map(|key| item.get(key)?.as_str())
}

fn differ(place: &str, base: Option<&Value>, head: Option<&Value>, lines: &mut Vec<String>) {
    match (base, head) {
        _ if base == head => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            for key in keys(one, other) {
                let below = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                differ(&below, one.get(key), other.get(key), lines);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            let names = one.iter().chain(other).all(|item| named(item).is_some());
            if names {
                let find = |side: &'_ [Value], name: &str| -> Option<usize> {
                    side.iter().position(|item| named(item) == Some(name))
                };
                for item in one {
                    let name = named(item).unwrap_or_default();
                    let now = find(other, name).map(|at| &other[at]);
                    differ(&format!("{place}[{name}]"), Some(item), now, lines);
                }
                for item in other.iter().filter(|item| find(one, named(item).unwrap_or_default()).is_none()) {
                    let name = named(item).unwrap_or_default();
                    differ(&format!("{place}[{name}]"), None, Some(item), lines);
                }
            } else {
                for index in 0..one.len().max(other.len()) {
                    differ(&format!("{place}[{index}]"), one.get(index), other.get(index), lines);
                }
            }
        }
        _ => {
            lines.extend(base.map(|value| format!("- {place}: {}", shown(value))));
            lines.extend(head.map(|value| format!("+ {place}: {}", shown(value))));
        }
    }
}

fn keys<'a>(one: &'a Map<String, Value>, other: &'a Map<String, Value>) -> Vec<&'a String> {
    one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))).collect()
}

fn shown(value: &Value) -> String {
    crate::evidence::short(&value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says_as_much(path: &str, base: &str, head: &str) -> bool {
        super::says_as_much(path, base, head, &Beside::default())
    }

    #[test]
    fn names_of_cases_where_all_were_meant_expect_less_and_more_names_expect_more() {
        let all = "contracts: 1\nrobustness: [{ name: sound, sound: { rpc: Rank } }]\n";
        let some = |cases: &str| all.replace("Rank }", &format!("Rank }}, cases: [{cases}]"));
        assert!(!says_as_much("a.yaml", all, &some("unknown_method")));
        assert!(!says_as_much("a.yaml", &some("garbage, unknown_method"), &some("garbage")));
        assert!(says_as_much("a.yaml", &some("garbage"), &some("garbage, unknown_method")));
        let fresh = format!("{all}cases: [{{ name: new }}]\n");
        assert!(says_as_much("a.yaml", all, &fresh));
    }

    #[test]
    fn a_consumer_that_uses_more_expects_more_and_one_that_uses_less_does_not() {
        let base = "contracts: 1\nconsumer: app\nuses: { p.Ranker/Rank: { sends: [text], reads: [items.id, model] } }\n";
        for (head, as_much) in [
            (base.replace("items.id, model", "model, items.score, items.id"), true),
            (base.replace("} }", "}, p.Ranker/Explain: {} }"), true),
            (base.replace("items.id, model", "items.id"), false),
            (base.replace("items.id, model", "items.ids, model"), false),
            (base.replace("p.Ranker/Rank", "p.Ranker/Rang"), false),
            (base.replace("consumer: app", "consumer: app\nowner: apps"), true),
            (base.replace("consumer: app", "consumer: app\nsince: 2026"), false),
            (base.replace("consumer: app", "consumer: other"), false),
        ] {
            assert_eq!(says_as_much("contracts/consumers/app.yaml", base, &head), as_much, "{head}");
        }
    }
}
