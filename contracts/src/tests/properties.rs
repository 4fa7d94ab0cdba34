//! Properties: what is wrong in them is told with its place, and services that break a law are found with the smallest
//! request that shows it.

use std::sync::atomic::{AtomicU64, Ordering};

use findings::Finding;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Value, json};
use service::testing::{Call, Reaction};
use service::{Code, to_json};
use source::{Change, Tree};

use super::stand_in::{encoded, reacting};
use crate::{Error, Policy, Wanted, check_live, check_static};

pub(super) const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
message Query { string id = 1; repeated Candidate candidates = 2; uint32 limit = 3; bool degrade = 4; }
message Candidate { string track_id = 1; double ctr = 2; }
message Answer { repeated Item items = 1; bool degraded = 2; }
message Item { string track_id = 1; double score = 2; }
service Ranker { rpc Rank(Query) returns (Answer); rpc Watch(Query) returns (stream Answer); }
"#;
pub(super) const FILE: &str = "services/ranker/contracts/rank.yaml";

pub(super) const FIELDS: &str = "
    fields:
      id: { length: { min: 1, max: 8 }, letters: a-z0-9 }
      candidates: { size: { max: 20 } }
      candidates.track_id: { length: { min: 1, max: 8 }, letters: a-z0-9 }
      limit: { min: 1, max: 50 }
";
const LAWS: &str = "
    require:
      - no_server_fault
      - accepted
      - response_valid
      - limit: { field: items, by: limit }
      - unique: { field: items, by: track_id }
      - among: { field: items, by: track_id, of: candidates, key: track_id }
      - finite: { field: items, by: score }
      - sorted: { field: items, by: score, order: descending }
      - deterministic: { repeats: 2 }
      - permutation_invariant: { field: candidates }
      - prefix_of_larger: { vary: limit, of: items, by: track_id }
      - tolerates_unknown_fields
    response:
      items.track_id: { length: { min: 1 } }
";

pub(super) fn file(properties: &str) -> String {
    format!("contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\nproperties:\n{properties}")
}

fn tree(text: &str) -> Tree {
    Tree::from_memory([("protos/p.proto", PROTO), (FILE, text)])
}

/// A service that ranks as it should, or with one bug.
fn rank(bug: &str, calls: u64, request: &Value) -> Ranked {
    let candidates = request["candidates"].as_array().cloned().unwrap_or_default();
    let limit = request["limit"].as_u64().unwrap_or(0);
    let id = request["id"].as_str().unwrap_or_default();
    let wrong_id =
        |id: &str| id.is_empty() || id.len() > 8 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if bug != "no validation" {
        for (is_wrong, message) in [
            (wrong_id(id), "id is wrong"),
            (candidates.len() > 20, "too many candidates"),
            (
                candidates.iter().any(|one| wrong_id(one["track_id"].as_str().unwrap_or(""))),
                "candidates[0].track_id",
            ),
            (bug == "refuses many" && candidates.len() > 3, "no more than three, please"),
            (limit == 0 && bug != "no lower end", "limit is 0"),
            (limit > 50, if bug == "another name" { "count is above 50" } else { "limit is above 50" }),
        ] {
            if is_wrong {
                let code = if bug == "wrong code" { Code::Internal } else { Code::InvalidArgument };
                return Ranked::Refuse(code, message);
            }
        }
    }
    let mut items: Vec<(String, f64)> = Vec::new();
    for one in &candidates {
        let id = one["track_id"].as_str().unwrap_or_default().to_owned();
        let ctr = one["ctr"].as_f64().unwrap_or(match one["ctr"].as_str() {
            Some("NaN") if bug == "panics on NaN" => return Ranked::Reset,
            Some("NaN") if bug == "NaN gets through" => f64::NAN,
            _ => 0.0,
        });
        match items.iter_mut().find(|(known, _)| *known == id) {
            Some(known) if bug != "twice" => {
                known.1 = if bug == "last wins" { ctr } else { known.1.max(ctr) }
            }
            _ => items.push((id, ctr)),
        }
    }
    items.sort_by(|a, b| {
        b.1.total_cmp(&a.1).then_with(|| match bug {
            "input order" => std::cmp::Ordering::Equal,
            "ties alternate" if !calls.is_multiple_of(2) => b.0.cmp(&a.0),
            _ => a.0.cmp(&b.0),
        })
    });
    if bug == "worst first" {
        items.reverse();
    }
    if bug == "stranger" && items.len() > 2 {
        items[2].0 = "popular".to_owned();
    }
    if bug == "no name" && items.len() > 1 {
        items[1].0 = String::new();
    }
    let limit = usize::try_from(limit).expect("it is small");
    items.truncate(if bug == "one too many" && items.len() > 3 { limit + 1 } else { limit });
    if bug == "by page" && limit % 2 == 1 && items.len() > 1 {
        items.swap(0, 1);
        items[0].1 = items[1].1;
    }
    let items: Vec<Value> = items
        .into_iter()
        .map(|(id, score)| {
            let score = if score.is_nan() { json!("NaN") } else { json!(score) };
            json!({ "track_id": id, "score": score })
        })
        .collect();
    let is_hurried = bug == "always degraded" || (bug == "degraded at times" && calls.is_multiple_of(3));
    Ranked::Answer(json!({ "items": if is_hurried { &items[..0] } else { &items }, "degraded": is_hurried }))
}

enum Ranked {
    Answer(Value),
    Refuse(Code, &'static str),
    Reset,
}

pub(super) fn react(bug: &str, calls: &AtomicU64, pool: &DescriptorPool, call: &Call) -> Reaction {
    let query = pool.get_message_by_name("p.v1.Query").expect("the protos have it");
    let message = DynamicMessage::decode(query, call.messages[0].clone()).expect("it is a query");
    if bug == "refuses the unknown" && message.unknown_fields().next().is_some() {
        return Reaction::Refuse(Code::InvalidArgument, "unknown".to_owned(), vec![]);
    }
    let request = to_json(&message).expect("it is JSON");
    match rank(bug, calls.fetch_add(1, Ordering::SeqCst), &request) {
        Ranked::Answer(answer) => Reaction::Answer(encoded(pool, &call.path, &answer)),
        Ranked::Refuse(code, message) => Reaction::Refuse(code, message.to_owned(), vec![]),
        Ranked::Reset => Reaction::Reset,
    }
}

pub(super) fn ask(bug: &'static str, text: &str) -> Result<Vec<Finding>, Error> {
    let change = Change::of_trees(None, tree(text));
    let checked = check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
        let calls = AtomicU64::new(0);
        reacting(wanted, move |pool, call| react(bug, &calls, pool, call))
    });
    let findings = checked?.findings;
    findings.iter().for_each(findings::testing::check_message);
    Ok(findings)
}

/// What is said of a service with a bug, and the smallest request.
fn finds(bug: &'static str, laws: &[&str], smallest: &Value) {
    let cases = if bug.is_empty() { 300 } else { 100 };
    let text = file(&format!("  - name: laws\n    rpc: Rank\n    cases: {cases}{FIELDS}{LAWS}"));
    let findings = ask(bug, &text).expect("it is asked");
    let found: Vec<&str> = findings.iter().filter_map(|finding| finding.message.split('`').nth(3)).collect();
    assert_eq!(found, laws, "{bug}: {findings:#?}");
    let Some(first) = findings.first() else { return };
    let asked =
        first.notes[0].text.strip_prefix("asked p.v1.Ranker/Rank with ").expect("the request is shown");
    assert_eq!(&serde_json::from_str::<Value>(asked).expect("it is JSON"), smallest, "{bug}");
    assert!(first.notes[2].text.starts_with("found as case "), "{:?}", first.notes);
}

#[test]
fn a_service_that_keeps_every_law_is_left_alone() {
    finds("", &[], &Value::Null);
}

#[test]
fn every_bug_is_found_and_made_small() {
    let one = |id: &str| json!({ "id": "a", "candidates": [{ "track_id": id, "ctr": "NaN" }], "limit": 1 });
    finds("panics on NaN", &["no_server_fault"], &one("a"));
    finds("NaN gets through", &["finite"], &one("a"));
    let two = |first: &str, second: &str, limit: u32| json!({ "id": "a", "candidates": [{ "track_id": first }, { "track_id": second }], "limit": limit });
    finds("twice", &["unique"], &two("a", "a", 2));
    finds("input order", &["permutation_invariant"], &two("b", "a", 1));
    finds(
        "last wins",
        &["permutation_invariant"],
        &json!({ "id": "a", "candidates": [{ "track_id": "a", "ctr": 1.0 }, { "track_id": "a" }], "limit": 1 }),
    );
    finds("no name", &["response_valid"], &two("a", "b", 2));
    finds(
        "worst first",
        &["sorted"],
        &json!({ "id": "a", "candidates": [{ "track_id": "a" }, { "track_id": "b", "ctr": 1.0 }], "limit": 2 }),
    );
    let four = ["b", "c", "d", "a"].map(|id| json!({ "track_id": id }));
    finds("one too many", &["limit"], &json!({ "id": "a", "candidates": four, "limit": 1 }));
    let three = ["a", "b", "c"].map(|id| json!({ "track_id": id }));
    finds("stranger", &["among"], &json!({ "id": "a", "candidates": three, "limit": 3 }));
    finds("by page", &["prefix_of_larger"], &two("a", "b", 2));
    finds("refuses the unknown", &["tolerates_unknown_fields"], &json!({ "id": "a", "limit": 1 }));
    let four = ["a"; 4].map(|id| json!({ "track_id": id }));
    finds("refuses many", &["accepted"], &json!({ "id": "a", "candidates": four, "limit": 1 }));
}

/// What is said of a service that is asked what no caller should ask.
fn refuses(bug: &'static str, part: &str) {
    let text = file(&format!(
        "  - name: refuses\n    rpc: Rank\n    mode: invalid\n    require:\n      - no_server_fault\n      \
         - refused: {{ with: [INVALID_ARGUMENT], names_field: true }}{FIELDS}"
    ));
    let findings = ask(bug, &text).expect("it is asked");
    match findings.as_slice() {
        [] => assert!(part.is_empty(), "{bug} is not found"),
        [finding] => assert!(!part.is_empty() && finding.message.contains(part), "{}", finding.message),
        more => panic!("{bug}: {more:#?}"),
    }
}

#[test]
fn every_rule_is_broken_alone_and_has_to_be_refused() {
    refuses("", "");
    refuses("no lower end", "expected INVALID_ARGUMENT for a request whose `limit` is too small, got OK");
    refuses(
        "another name",
        "expected a status message that names `limit`, which is too large, got \"count is above 50\"",
    );
    refuses("wrong code", "`no_server_fault` does not hold: expected no fault of the server, got INTERNAL");
    refuses("no validation", "expected INVALID_ARGUMENT for a request whose `id` is too short, got OK");
}

#[test]
fn a_law_in_cel_sees_the_request_and_the_response() {
    let cel = |statement: &str| {
        let law = format!("    require: [{{ cel: \"{statement}\" }}]\n");
        let findings = ask("", &file(&format!("  - name: laws\n    rpc: Rank\n{law}{}", &FIELDS[1..])));
        findings.expect("it is asked").first().map_or_else(String::new, |finding| finding.message.clone())
    };
    assert_eq!(cel("response.items.all(i, request.candidates.exists(c, c.track_id == i.track_id))"), "");
    assert_eq!(cel("response.items.all(i, isFinite(i.score))"), "");
    assert_eq!(
        cel("size(response.items) == size(request.candidates)"),
        "property `laws` failed: `cel` does not hold: expected `size(response.items) == size(request.candidates)` to hold"
    );
}

#[test]
fn a_count_is_held_against_every_answer() {
    let said = |count: &str| {
        let law = format!("    require: [{{ count: {{ field: items, {count} }} }}]\n");
        let findings = ask("", &file(&format!("  - name: laws\n    rpc: Rank\n{law}{}", &FIELDS[1..])));
        findings.expect("it is asked").first().map_or_else(String::new, |finding| finding.message.clone())
    };
    assert_eq!(said("max: 20"), "");
    assert!(
        said("max: 2").starts_with("property `laws` failed: `count` does not hold: "),
        "{}",
        said("max: 2")
    );
    assert!(
        said("min: 1").starts_with("property `laws` failed: `count` does not hold: "),
        "{}",
        said("min: 1")
    );
}

#[test]
fn answers_that_are_not_full_are_compared_with_nothing() {
    let text = |partial: &str| {
        let laws = "    require: [{ deterministic: { repeats: 3 } }]\n";
        file(&format!("  - name: laws\n    rpc: Rank\n{partial}{laws}{}", &FIELDS[1..]))
    };
    let said = |bug, partial| {
        let findings = ask(bug, &text(partial)).expect("it is asked");
        findings.first().map_or_else(String::new, |finding| finding.message.clone())
    };
    let partial = "    partial_if: [degraded]\n";
    assert!(said("degraded at times", "").contains("`deterministic` does not hold"), "what varies is found");
    assert_eq!(said("degraded at times", partial), "");
    assert!(
        said("always degraded", partial)
            .contains("`deterministic` was not seen: one of the answers was partial")
    );
    assert!(
        said("ties alternate", partial)
            .contains("expected the same answer when asked again, got in `items[0].track_id`")
    );
    assert_eq!(said("ties alternate", "    ignore: [items]\n"), "");
}

#[test]
fn a_property_that_saw_nothing_is_not_kept() {
    let text = file(
        "  - name: laws\n    rpc: Rank\n    require: [{ sorted: { field: items, by: score, order: descending } }]\n    fields: { limit: { one_of: [0] } }\n",
    );
    let findings = ask("", &text).expect("it is asked");
    assert_eq!(
        findings[0].message,
        "property `laws` failed: none of 100 requests was answered with OK, so that nothing was seen"
    );
}

/// The place and a part of what is said of a property.
fn misplaced(rest: &str, place: &str, part: &str) -> Option<String> {
    let text = file(&format!("  - name: one\n    rpc: Rank\n{rest}"));
    let checked = check_static(&Change::of_trees(None, tree(&text)), &Policy::default());
    let findings = checked.expect("it looks").findings;
    let [finding] = findings.as_slice() else {
        return Some(format!("{rest}has {} findings", findings.len()));
    };
    findings::testing::check_message(finding);
    let span = finding.location.as_ref().and_then(|place| place.span).map(|span| (span.line, span.column));
    let found = span.map_or_else(String::new, |(line, column)| format!("{line}:{column}"));
    let is_told = found == place && finding.message.contains(part);
    (!is_told).then(|| format!("{rest}is refused at {found}: {}", finding.message))
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    let mut refuse = |rest: &str, place: &str, part: &str| wrong.extend(misplaced(rest, place, part));
    for (key, place, part) in [
        ("seeds: 3", "8:5", "seeds"),
        ("mode: broken", "8:11", "broken"),
        ("cases: 0", "8:12", "between 1 and"),
        ("cases: 100000000", "8:12", "between 1 and"),
        ("fields: { count: { min: 1 } }", "8:15", "no field `count`"),
        ("fields: { Limit: { min: 1 } }", "8:15", "no field `Limit`: write `limit`"),
        ("fields: { limit: { min: 9, max: 3 } }", "8:29", "greater than `max`"),
        ("fields: { limit: { min: -1 } }", "8:29", ""),
        ("fields: { limit: { letters: a } }", "8:33", "says nothing of values"),
        ("fields: { id: { size: { max: 3 } } }", "8:21", "says nothing of values"),
        ("fields: { id: { letters: z-a } }", "8:30", "is no set of letters"),
        ("fields: { id: { pattern: '(' } }", "8:30", "is no pattern"),
        ("fields: { id: { one_of: [] } }", "8:21", "no value is left"),
        ("fields: { candidates: { unique: track } }", "8:37", "no field `track`"),
        ("fields: { candidates: { unique: trackId } }", "8:37", "no field `trackId`: write `track_id`"),
        ("fields: { candidates: { unique: 3 } }", "8:37", ""),
        ("fields: { id: { length: { min: 5 }, one_of: [abc] } }", "8:5", "no request was found"),
        ("response: { items: { size: { max: 3 } } }", "8:17", "only the law `response_valid`"),
        ("ignore: [item]", "8:14", "no field `item`"),
        ("partial_if: [item]", "8:18", "no field `item`"),
    ] {
        refuse(&format!("    require: [no_server_fault]\n    {key}\n"), place, part);
    }
    for (law, place, part) in [
        ("sorting", "7:15", "sorting"),
        ("limit: { field: item, by: limit }", "7:33", "no field `item`"),
        ("limit: { field: items, by: size }", "7:44", "no field `size`"),
        ("limit: { field: items, by: LIMIT }", "7:44", "no field `LIMIT`: write `limit`"),
        ("limit: { field: items, by: id }", "7:44", "not a whole number"),
        ("sorted: { field: items, by: ranks, order: ascending }", "7:45", "no field `ranks`"),
        ("among: { field: items, by: track_id, of: degrade }", "7:58", "not one repeated field"),
        ("deterministic: { repeats: 1 }", "7:43", "between 2 and 10"),
        ("permutation_invariant: { field: limit }", "7:49", "not one repeated field"),
        ("cel: 'response.item.size() > 0'", "7:22", "asks for `item`"),
        ("cel: '1 + 1'", "7:22", "true or false"),
        ("prefix_of_larger: { vary: count, of: items }", "7:43", "no field `count`"),
        ("refused: { with: [INVALID_ARGUMENT] }", "7:15", "`refused` speaks of invalid requests"),
    ] {
        refuse(&format!("    require: [{{ {law} }}]\n").replace("{ sorting }", "sorting"), place, part);
    }
    refuse("    require: []\n", "7:5", "promises nothing");
    refuse(
        "    mode: invalid\n    require: [{ refused: { with: [OK] } }]\n",
        "8:35",
        "no status code of gRPC that refuses",
    );
    refuse(
        "    mode: invalid\n    require: [{ refused: { with: [NOT_FOUND] } }]\n",
        "5:11",
        "nothing is said that a request could break",
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
