//! What must hold for any ranking: filters, pins, lengths, and what a policy says in its own words.

mod common;

use common::{policy, ranking};
use golden::{Entry, Policy, Recording, Requests, check_static};
use serde_json::{Value, json};
use source::{Change, Tree};

/// What is found about one recorded ranking as the answer to this request; empty where nothing is.
fn found(keys: &str, request: &Value, notation: &str) -> String {
    let requests = json!({"id": "cold/1", "segment": "cold", "request": request}).to_string() + "\n";
    let entry = Entry {
        id: "cold/1".to_owned(),
        segment: "cold".to_owned(),
        ranking: ranking(notation),
        ..common::recording(&common::rows("cold/1: a=1")).entries.remove(0)
    };
    let recording = Recording {
        requests: Requests::parse(&requests).unwrap().digest(),
        entries: vec![entry],
        ..common::recording(&common::rows("cold/1: a=1"))
    };
    let head = Tree::from_memory([(common::REQUESTS, requests), (common::RANKINGS, recording.to_text())]);
    let findings = check_static(&Change::of_trees(None, head), &policy(keys)).findings;
    findings.iter().for_each(findings::testing::check_message);
    let reasons = findings.iter().map(|finding| {
        assert_eq!(finding.rule.id, "ranking-invalid");
        assert!(!finding.rule.is_approvable());
        finding.message.split_once("is invalid: ").unwrap().1.to_owned()
    });
    reasons.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(keys: &str, request: &Value, notation: &str, expected: &str) {
    assert_eq!(found(keys, request, notation), expected, "{keys} {notation}");
}

#[test]
fn what_the_request_filters_out_is_not_served() {
    for keys in [", filtered: viewer.blocked", ", filtered: 'cel: request.viewer.blocked'"] {
        let request = json!({"viewer": {"blocked": ["t7", "t8"]}});
        check(keys, &request, "t1=0.9 t2=0.5", "");
        check(keys, &request, "t1=0.9 t8=0.5", "`t8` is served, which the request filters out");
    }
    let spread = json!({"heard": [{"trackId": "t1"}, {"track_id": "t2"}, {}]});
    check(", filtered: heard.track_id", &spread, "t2=1", "`t2` is served, which the request filters out");
    check(", filtered: heard.track_id", &json!({}), "t2=1", "");
    check(", filtered: heard.track_id", &spread, "NOT_FOUND", "");
}

#[test]
fn what_is_pinned_stands_in_its_place() {
    let request = json!({"pinned": ["t5", "t6"]});
    let check =
        |notation, expected| check(", descending: false, pinned: pinned", &request, notation, expected);
    check("t5=0.1 t6=0.1 t1=0.9", "");
    check("t5=0.1", "");
    check("t5=0.1 t1=0.9 t6=0.1", "`t6` is pinned to 2 and stands at 3");
    check("t1=0.9 t6=0.1", "`t5` is pinned to 1 and is missing");
}

#[test]
fn a_ranking_has_as_many_items_as_there_are_or_were_asked_for() {
    let request = |limit: u64| json!({"limit": limit, "candidates": [{"trackId": "t1"}, {"trackId": "t2"}, {"trackId": "t1"}]});
    let of_path = ", available: candidates.track_id";
    check(of_path, &request(5), "t1=0.9 t2=0.5", "");
    check(of_path, &request(5), "t1=0.9", "it has 1 items where 2 must be");
    check(of_path, &request(1), "t1=0.9", "");
    check(
        ", available: 'cel: size(request.candidates)'",
        &request(5),
        "t1=0.9",
        "it has 1 items where 3 must be",
    );
    check(", fewest: 2", &request(5), "t1=0.9", "it has 1 items where 2 must be");
    check(", fewest: 2", &request(1), "t1=0.9", "");
}

#[test]
fn a_policy_says_in_its_own_words_what_must_hold() {
    let keys = ", invariants: {own-first: 'ranking.items[0].id == request.viewer.favourite'}";
    let request = json!({"viewer": {"favourite": "t1"}});
    check(keys, &request, "t1=0.9 t2=0.5", "");
    check(keys, &request, "t2=0.9 t1=0.5", "the invariant `own-first` does not hold");
    let silent = found(keys, &json!({}), "t1=0.9");
    assert!(
        silent.starts_with("the invariant `own-first` cannot be asked of it: the expression"),
        "{silent}"
    );
}

#[test]
fn what_cannot_be_asked_is_no_pass() {
    let nothing = found(", filtered: 'cel: request.viewer.blocked'", &json!({}), "t1=0.9");
    assert!(
        nothing.starts_with("`filtered` of the policy cannot be asked of it: the expression"),
        "{nothing}"
    );
    check(
        ", filtered: viewer",
        &json!({"viewer": {"blocked": []}}),
        "t1=0.9",
        "`filtered` of the policy cannot be asked of it: `viewer` gives something else than identifiers",
    );
    let read = |keys: &str| {
        let text = format!("corpora: {{queue: {{rpc: r.v1.Queue/Rank, items: i, id: i, score: s{keys}}}}}");
        policy::yaml::<Policy>("gatefold.yaml", &text).unwrap_err().to_string()
    };
    assert!(read(", filtered: 'cel: answer.items'").contains("answer"), "a variable that there is not");
    assert!(read(", invariants: {a: '1 +'}").contains("does not parse"));
    assert!(read(", pinned: a..b").contains("names with `.` between them"));
}
