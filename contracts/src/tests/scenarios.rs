//! Scenario files: what is wrong in them is told with its place, and what is asked is judged.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use findings::Finding;
use prost_reflect::DynamicMessage;
use serde_json::{Value, json};
use service::testing::Reaction;
use service::{Code, Session};
use source::{Change, Tree};

use super::stand_in::{Said, encoded, reacting, saying};
use crate::{Error, Policy, Wanted, check_live, check_static};

const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
import "google/protobuf/timestamp.proto";
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; }
message Query {
  string id = 1; uint32 limit = 2; Kind kind = 3; repeated Item items = 4; map<string, Item> by_id = 5; int64 big = 6;
}
message Item { string id = 1; double score = 2; repeated int64 ranks = 3; Item inner = 4; bytes raw = 5; }
message Answer {
  repeated Item items = 1; string model_version = 2; Kind kind = 3; int64 total = 4; Item best = 5;
  repeated double scores = 6; google.protobuf.Timestamp at = 7; map<string, int32> counts = 8; optional int32 maybe = 9;
}
service Ranker {
  rpc Rank(Query) returns (Answer);
  rpc Watch(Query) returns (stream Answer);
  rpc Collect(stream Query) returns (Answer);
  rpc Talk(stream Query) returns (stream Answer);
}
"#;
const FILE: &str = "services/ranker/contracts/rank.yaml";

pub(super) fn file(scenarios: &str) -> String {
    format!("contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\nscenarios:\n{scenarios}")
}

pub(super) fn one(rest: &str) -> String {
    file(&format!("  - name: one\n    rpc: Rank\n{rest}"))
}

pub(super) fn tree(text: &str) -> Tree {
    Tree::from_memory([("protos/p.proto", PROTO), (FILE, text)])
}

/// The place and a part of what is said of a file.
pub(super) fn refuse(text: &str, place: &str, part: &str) {
    let findings =
        check_static(&Change::of_trees(None, tree(text)), &Policy::default()).expect("it looks").findings;
    let [finding] = findings.as_slice() else { panic!("{text}\nhas {} findings", findings.len()) };
    findings::testing::check_message(finding);
    let span = finding.location.as_ref().and_then(|place| place.span).map(|span| (span.line, span.column));
    let found = span.map_or_else(String::new, |(line, column)| format!("{line}:{column}"));
    assert!(
        found == place && finding.message.contains(part),
        "{text}\nis refused at {found}: {}",
        finding.message
    );
    let mut start = |_: &Wanted| panic!("a file that does not fit starts nothing");
    let live = check_live(&Change::of_trees(None, tree(text)), &Policy::default(), &mut start);
    assert!(matches!(live, Err(Error::Scenario(_))), "{text}\nis asked");
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    refuse("contracts: 2\nservice: p.v1.Ranker\ntarget: r\nscenarios: []\n", "1:12", "only version 1");
    refuse("contracts: 1\nservice: p.v1.Ranker\ntarget: r\nscenarios: []\n", "4:1", "promises nothing");
    let other = one("    expect: { status: OK }\n").replace("p.v1.Ranker", "p.v1.Other");
    refuse(&other, "2:10", "no service `p.v1.Other`");
    let bare = one("    expect: { status: OK }\n").replace("p.v1.Ranker", "Ranker");
    refuse(&bare, "2:10", "no service `Ranker`: write `p.v1.Ranker`");
    refuse("", "1:1", "write `contracts: 1`");
    refuse("service: p.v1.Ranker\ntarget: r\n", "1:1", "write `contracts: 1`");
    refuse(
        &one("    expect: { status: 3 }\n"),
        "7:23",
        "`3` is no status code of gRPC: write `INVALID_ARGUMENT`",
    );
    refuse(&one("    expect: { status: \"3\" }\n"), "7:23", "write `INVALID_ARGUMENT`");
    refuse(&one("    expect: { status: 17 }\n"), "7:23", "`17` is no status code of gRPC");
    let whole = file("  - name: a\n    rpc: p.v1.Ranker/Rank\n    expect: { status: OK }\n");
    refuse(&whole, "6:10", "write `Rank`");
    refuse(&one("    expect: { status: OK }\n    latency: 5ms\n"), "8:5", "latency");
    refuse(&file("  - name: a\n    rpc: Rang\n    expect: { status: OK }\n"), "6:10", "no method `Rang`");
    let twice = "  - { name: a, rpc: Rank, expect: { status: OK } }\n";
    refuse(&file(&twice.repeat(2)), "6:13", "earlier scenario");
    refuse(&one("    expect: { status: Ok }\n"), "7:23", "no status code");
    refuse(
        &one("    expect: { status: NOT_FOUND, checks: [{ count: { field: items, max: 1 } }] }\n"),
        "7:5",
        "without a response",
    );
    for (request, place, part) in [
        ("{ limits: 3 }", "7:24", "no field `limits`"),
        ("{ byId: {} }", "7:16", "no field `byId`: write `by_id`"),
        ("{ items: [{ id: a }, { ID: b }] }", "7:41", "no field `ID`: write `id`"),
        ("{ by_id: { x: { nope: 1 } } }", "7:36", "no field `nope`"),
        ("{ kind: KIND_B }", "7:22", "KIND_B"),
        (
            "{ limit: -1 }",
            "7:23",
            "`-1` does not fit: whole numbers of type `uint32` go from 0 to 4294967295",
        ),
        ("{ limit: 2.5 }", "7:23", "`2.5` does not fit: whole numbers of type `uint32`"),
        ("{ limit: \"4294967296\" }", "7:23", "`4294967296` does not fit: whole numbers of type `uint32`"),
        ("{ limit: [1] }", "7:16", "whole numbers of type `uint32`"),
        ("{ big: 9223372036854775808 }", "7:21", "of type `int64` go from -9223372036854775808 to"),
        ("{ items: [{ ranks: [1, true] }] }", "7:37", "whole numbers of type `int64`"),
        ("{ items: { id: a } }", "7:16", ""),
        ("7", "7:14", "written as a map"),
    ] {
        refuse(&one(&format!("    request: {request}\n    expect: {{ status: OK }}\n")), place, part);
    }
    for (check, place, part) in [
        ("count: { field: item, max: 1 }", "10:27", "no field `item`"),
        ("count: { field: items }", "10:27", "one of `min`"),
        ("count: { field: model_version, max: 1 }", "10:27", "not a repeated field"),
        ("count: { field: items, most: 1 }", "10:34", "most"),
        ("counts: { field: items }", "10:11", "counts"),
        ("sorted: { field: items, by: rank, order: ascending }", "10:39", "no field `rank`"),
        ("sorted: { field: items, by: ranks, order: ascending }", "10:39", "not a single value"),
        ("sorted: { field: items, by: raw, order: ascending }", "10:28", "says nothing of values"),
        ("sorted: { field: items, by: score, order: down }", "10:53", "down"),
        ("unique: { field: items }", "10:28", "`by` must say"),
        ("unique: { field: scores, by: id }", "10:40", "no messages"),
        ("finite: { field: items, by: id }", "10:28", "says nothing of values"),
    ] {
        let text = format!("    expect:\n      status: OK\n      checks:\n        - {check}\n");
        refuse(&one(&text), place, part);
    }
    refuse(
        &one("    expect: { status: OK, response: { best: { inner: { scor: 1 } } } }\n"),
        "7:62",
        "no field `scor`",
    );
    refuse(&one("    expect: { status: OK, response: { at: yesterday } }\n"), "7:43", "");
    refuse(&one("    deadline: 5 s\n    expect: { status: OK }\n"), "7:15", "is no time");
    let bare = one("    deadline: 100\n    expect: { status: OK }\n");
    refuse(&bare, "7:15", "`100` is no time: write it with its unit, as in `100ms`");
}

/// Asks one scenario of a service that answers this.
fn ask(expect: &str, said: Said) -> Vec<String> {
    let change = Change::of_trees(None, tree(&one(&format!("    expect: {expect}\n"))));
    let mut start = |wanted: &Wanted| saying(wanted, said.clone());
    let findings = check_live(&change, &Policy::default(), &mut start).expect("it is asked").findings;
    findings.iter().for_each(findings::testing::check_message);
    findings.iter().flat_map(texts).collect()
}

pub(super) fn texts(finding: &Finding) -> Vec<String> {
    let notes = finding.notes.iter().map(|note| note.text.clone());
    let mut texts: Vec<String> = [finding.message.clone()].into_iter().chain(notes).collect();
    // The last two are the request and the answer.
    texts.truncate(texts.len() - 2);
    texts
}

fn ok(response: Value) -> Said {
    Said::Response(response)
}

fn refused(code: Code, message: &str) -> Said {
    Said::Status(code, message.to_owned())
}

fn fails(expect: &str, said: Said, expected: &[&str]) {
    let found = ask(expect, said);
    let found: Vec<&str> =
        found.iter().map(|text| text.trim_start_matches("scenario `one` failed: ")).collect();
    assert_eq!(found, expected, "{expect}");
}

#[test]
fn statuses_and_messages_are_compared() {
    fails("{ status: NOT_FOUND, message_contains: viewer }", refused(Code::NotFound, "no such viewer"), &[]);
    fails(
        "{ status: NOT_FOUND, message_contains: viewer }",
        refused(Code::NotFound, "no"),
        &["expected a status message that contains \"viewer\", got \"no\""],
    );
    fails(
        "{ status: NOT_FOUND }",
        refused(Code::Internal, "lost ` the\nstore"),
        &["expected the status NOT_FOUND, got INTERNAL (lost ' the store)"],
    );
    fails("{ status: NOT_FOUND }", ok(json!({})), &["expected the status NOT_FOUND, got OK"]);
    fails(
        "{ status: OK }",
        Said::Nothing,
        &["expected the status OK, got DEADLINE_EXCEEDED (no answer within 1s)"],
    );
}

#[test]
fn a_response_is_compared_in_what_the_scenario_names() {
    let answer = || {
        ok(json!({
            "items": [{ "id": "a", "score": 0.5, "ranks": ["5"] }, { "id": "b", "score": "NaN", "ranks": [] }],
            "model_version": "m3", "kind": "KIND_A", "total": "5000000000", "scores": [0.5],
            "at": "2026-11-20T00:00:00Z", "counts": { "x": 1, "y": 2 },
        }))
    };
    for passes in [
        "{ model_version: m3 }",
        "{ items: [{ id: a }, {}] }",
        "{ items: [{ id: a, ranks: [5] }, { score: NaN }] }",
        "{ total: 5000000000, kind: 1, at: 2026-11-20T01:00:00+01:00 }",
        "{ counts: { y: 2 }, best: null, maybe: null }",
    ] {
        fails(&format!("{{ status: OK, response: {passes} }}"), answer(), &[]);
    }
    fails(
        "{ status: OK, response: { items: [{ id: b }, { score: 1 }], total: 7, best: { id: a } } }",
        answer(),
        &[
            "expected `best` to be {\"id\":\"a\"}, got nothing and 3 more",
            "expected `items[0].id` to be \"b\", got \"a\"",
            "expected `items[1].score` to be 1.0, got \"NaN\"",
            "expected `total` to be \"7\", got \"5000000000\"",
        ],
    );
    fails(
        "{ status: OK, response: { items: [], kind: null } }",
        answer(),
        &["expected 0 items in `items`, got 2 and 1 more", "expected nothing in `kind`, got \"KIND_A\""],
    );
}

#[test]
fn checks_look_at_all_items() {
    let items = |scores: &[Value]| {
        let items = scores
            .iter()
            .enumerate()
            .map(|(index, score)| json!({ "id": format!("t{}", index % 3), "score": score }));
        ok(json!({ "items": items.collect::<Vec<_>>(), "scores": [1.5, "Infinity"] }))
    };
    let check = |check: &str| format!("{{ status: OK, checks: [{check}] }}");
    let three = || items(&[json!(0.9), json!(0.5), json!(0.5)]);
    fails(&check("count: { field: items, min: 1, max: 3 }"), three(), &[]);
    fails(
        &check("count: { field: items, min: 4, max: 9 }"),
        three(),
        &["expected at least 4 and at most 9 items in `items`, got 3"],
    );
    fails(
        &check("count: { field: items, equals: 2 }"),
        three(),
        &["expected exactly 2 items in `items`, got 3"],
    );
    fails(&check("sorted: { field: items, by: score, order: descending }"), three(), &[]);
    fails(
        &check("sorted: { field: items, by: score, order: ascending }"),
        three(),
        &["expected `items[].score` to ascend, got 0.9 before 0.5 at index 0"],
    );
    fails(
        &check("sorted: { field: items, by: score, order: descending }"),
        items(&[json!("Infinity"), json!(1), json!("NaN")]),
        &["expected `items[].score` to descend, got 1.0 before \"NaN\" at index 1"],
    );
    fails(&check("unique: { field: items, by: id }"), three(), &[]);
    fails(
        &check("unique: { field: items, by: id }"),
        items(&[json!(4), json!(3), json!(2), json!(1)]),
        &["expected `items[].id` to be unique, got \"t0\" twice"],
    );
    fails(&check("finite: { field: items, by: score }"), three(), &[]);
    fails(
        &check("finite: { field: scores }"),
        three(),
        &["expected `scores` to be finite, got \"Infinity\" at index 1"],
    );
}

/// Asks what both sides say of a service that refuses every request, and gives back the messages.
fn both(base: Option<&str>, head: Option<&str>) -> Vec<String> {
    let side = |text: Option<&str>| {
        let file = text.map(|text| (FILE, text));
        Tree::from_memory([("protos/p.proto", PROTO)].into_iter().chain(file))
    };
    let change = Change::of_trees(Some(side(base)), side(head));
    let mut start = |wanted: &Wanted| saying(wanted, refused(Code::Unavailable, ""));
    let findings = check_live(&change, &Policy::default(), &mut start).expect("it is asked").findings;
    findings
        .into_iter()
        .map(|finding| finding.message.split_once(':').expect("it says what").0.to_owned())
        .collect()
}

#[test]
fn the_base_judges_as_it_was_and_head_may_add() {
    let wants = |status: &str| one(&format!("    expect: {{ status: {status} }}\n"));
    let (good, bad) = (wants("UNAVAILABLE"), wants("OK"));
    assert_eq!(both(Some(&bad), Some(&bad)), ["scenario `one` failed"]);
    assert_eq!(both(Some(&bad), Some(&good)), ["the base's version of scenario `one` failed"]);
    assert_eq!(both(Some(&good), Some(&bad)), ["head's version of scenario `one` failed"]);
    assert_eq!(both(None, Some(&bad)), ["scenario `one` failed"]);
    assert_eq!(both(Some(&bad), None), ["the removed scenario `one` failed"]);
    assert_eq!(both(Some(&good), Some(&good)), [""; 0]);
    let more = format!("{good}  - {{ name: two, rpc: Rank, expect: {{ status: OK }} }}\n");
    assert_eq!(both(Some(&good), Some(&more)), ["scenario `two` failed"]);
    assert_eq!(both(Some(&more), Some(&good)), ["the removed scenario `two` failed"]);
    assert_eq!(both(Some("contracts: [broken"), Some(&good)), [""; 0]);
    let gone = one("    request: { gone: 1 }\n    expect: { status: UNAVAILABLE }\n");
    assert_eq!(both(Some(&gone), None), ["the removed scenario `one` failed"]);
}

#[test]
fn a_call_carries_deadline_metadata_and_request_and_each_target_starts_once() {
    let text = "contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\n\
                defaults: { deadline: 5s, metadata: { x-a: default, x-b: default } }\nscenarios:\n\
                \x20 - { name: one, rpc: Rank, expect: { status: OK } }\n\
                \x20 - name: two\n    rpc: Rank\n    deadline: 700ms\n    metadata: { x-b: own }\n    request: { big: 5000000000 }\n    \
                expect: { status: OK }\n";
    let log: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut start = |wanted: &Wanted| {
        log.lock().expect("nobody panicked").push(format!("start {}", wanted.target));
        let log = log.clone();
        reacting(wanted, move |pool, call| {
            let metadata: BTreeMap<_, _> = call.metadata.iter().cloned().collect();
            let query = pool.get_message_by_name("p.v1.Query").expect("the protos have it");
            let request = DynamicMessage::decode(query, call.messages[0].clone()).expect("it is a query");
            let request = serde_json::to_string(&request).expect("it is JSON");
            let said = ["x-a", "x-b", "grpc-timeout"].map(|key| metadata[key].as_str()).join(" ");
            log.lock().expect("nobody panicked").push(format!("{} {request} {said}", call.path));
            Reaction::Answer(encoded(pool, &call.path, &json!({})))
        })
    };
    let checked =
        check_live(&Change::of_trees(None, tree(text)), &Policy::default(), &mut start).expect("it is asked");
    assert_eq!((checked.findings.len(), checked.counts["scenarios"]), (0, 2));
    assert_eq!(
        *log.lock().expect("nobody panicked"),
        [
            "start ranker",
            "/p.v1.Ranker/Rank {} default default 5000000u",
            "/p.v1.Ranker/Rank {\"big\":\"5000000000\"} default own 700000u",
        ]
    );
}

#[test]
fn a_service_that_does_not_start_or_ends_is_an_error_and_no_pass() {
    let change = Change::of_trees(None, tree(&one("    expect: { status: OK }\n")));
    let error =
        check_live(&change, &Policy::default(), &mut |_: &Wanted| Err("the port is taken".to_owned()));
    assert!(matches!(error, Err(Error::NotStarted { .. })));
    let error = check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
        // A port that nobody listens on any more.
        let gone = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        Session::at(gone.expect("there is a free port"), wanted.pool.clone())
            .map_err(|error| error.to_string())
    });
    let error = error.expect_err("it ended").to_string();
    let (said, _) = error.split_once("127.0.0.1:").expect("it says where");
    assert_eq!(said, "failed to ask scenario `one`: failed to reach the service at `");
    let nothing = Change::of_trees(None, Tree::from_memory([("protos/p.proto", PROTO)]));
    let mut start = |_: &Wanted| panic!("nothing needs to be started");
    let checked = check_live(&nothing, &Policy::default(), &mut start).expect("there is nothing to ask");
    assert_eq!(checked.counts["scenarios"], 0);
}

#[test]
fn files_of_our_own_formats_are_repaired_and_not_approved() {
    for id in ["unreadable-scenario", "unreadable-consumer", "unreadable-experiments"] {
        let rule = crate::RULES.iter().find(|rule| rule.id == id).expect("there is such a rule");
        assert!(!rule.is_approvable() && rule.says_not_looked_at(), "{id}");
    }
}
