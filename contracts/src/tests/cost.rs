//! Tests of the cost of a change: examples of its rules, and services that are really asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use findings::testing::Example;
use findings::{Finding, Rule};
use prost_reflect::DescriptorPool;
use serde_json::json;
use service::testing::{Call, Reaction, background};
use service::{Code, Session};
use source::Tree;

use super::examples::check_findings;
use crate::comparison::{Comparison, Cost, Request, Row, Workload};
use crate::cost::{Side, compare, judge, not_compared};
use crate::{Cost as Limits, Error};

/// An example of a rule: lines of a request, a count and what it is on both sides; or why nothing was compared.
pub(super) fn check_example(rule: &Rule, example: &Example) {
    let mut rows: BTreeMap<&str, (u32, Cost, Cost)> = BTreeMap::new();
    let mut silent = None;
    for (line, text) in (1..).zip(example.text.lines()) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [id, name, base, "->", head] = words[..] else {
            silent = Some(text);
            continue;
        };
        let (_, before, after) = rows.entry(id).or_insert_with(|| (line, Cost::default(), Cost::default()));
        for (cost, amount) in [(before, base), (after, head)] {
            let Ok(amount) = amount.parse::<u64>() else { continue };
            match name {
                "payload" => cost.payload = amount,
                "milliseconds" => cost.time = Duration::from_millis(amount),
                _ => drop(cost.counts.insert(name.to_owned(), amount)),
            }
        }
    }
    let requests = rows.iter().map(|(id, (line, ..))| request(id, Some(*line), 0)).collect();
    let workload = workload(requests);
    let rows = rows.into_values().zip(&workload.requests);
    let rows = rows.map(|((_, base, head), request)| Row { request, base, head }).collect();
    let mut findings = judge(&Comparison { workload: &workload, limits: &Limits::default(), rows });
    findings.extend(silent.map(|reason| not_compared(&workload, reason)));
    check_findings(rule, example, &findings);
}

const PROTO: &str = r#"
syntax = "proto3";
package example.v1;
message Query { uint32 limit = 1; }
message Item { string id = 1; }
message Ranking { repeated Item items = 1; }
service Ranker { rpc Rank(Query) returns (Ranking); }
"#;

fn request(id: &str, line: Option<u32>, limit: u32) -> Request {
    Request { id: id.to_owned(), line, message: json!({ "limit": limit }) }
}

fn workload(requests: Vec<Request>) -> Workload {
    Workload {
        corpus: "ranker".to_owned(),
        service: "ranker".to_owned(),
        file: "services/ranker/golden/requests.jsonl".to_owned(),
        requests,
    }
}

/// A service that runs, and does this with every call.
fn side(proto: &str, react: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Side {
    let pool: DescriptorPool =
        service::pool(&Tree::from_memory([("protos/example/v1/ranker.proto", proto)]), &[])
            .expect("it compiles");
    let address = background(react).expect("a port is free");
    let method = service::method(&pool, "example.v1.Ranker/Rank").expect("the protos have the method");
    let session = Session::at(address, pool).expect("a client is set up");
    Side { session, method, deadline: Duration::from_secs(2) }
}

/// Answers with no items, and says that this was called.
fn costs(counts: &[(&'static str, u64)]) -> Reaction {
    let trailers = counts.iter().map(|(name, count)| (*name, &*count.to_string().leak()));
    Reaction::Stream(vec![Vec::new()], Code::Ok, trailers.collect())
}

/// The limit that a request asks for, which stands behind the tag of its field.
fn limit(call: &Call) -> u64 {
    call.messages.first().and_then(|message| message.get(1)).copied().unwrap_or_default().into()
}

fn said(result: Result<findings::Checked, Error>) -> Vec<String> {
    let checked = result.expect("both can be asked");
    checked.findings.iter().map(|Finding { rule, message, .. }| format!("{}: {message}", rule.id)).collect()
}

fn three() -> Workload {
    workload((1..=3).map(|limit| request(&format!("r{limit}"), Some(limit), limit)).collect())
}

/// Only counts are compared here: a machine with much to do must not fail a test.
fn limits() -> Limits {
    Limits { time: 1e9, ..Limits::default() }
}

#[test]
fn a_call_for_every_candidate_is_found_with_the_request_for_which_it_is_worst() {
    let base = side(PROTO, |_| costs(&[("x-cost-calls-store", 2), ("x-cost-round-trips", 2)]));
    let head =
        side(PROTO, |call| costs(&[("x-cost-calls-store", 2 + limit(call)), ("x-cost-round-trips", 2)]));
    let workload = three();
    let checked = compare(&workload, &limits(), base, head).expect("both can be asked");
    assert_eq!(checked.counts["requests compared by cost"], 3);
    let [finding] = &checked.findings[..] else { panic!("{:#?}", checked.findings) };
    assert_eq!(
        finding.message,
        "`ranker` makes 5 calls of `store` for `r3` where it made 2; 3 of 3 requests of `ranker` make more"
    );
    assert_eq!(
        finding.location,
        Some(findings::Location::point("services/ranker/golden/requests.jsonl", 3, 1))
    );
    let judged = finding.judged.as_ref().expect("an approval binds it");
    assert_ne!(judged.base, judged.head);
}

#[test]
fn a_call_more_that_is_a_round_trip_more_is_one_finding_and_calls_that_wait_for_each_other_are_another() {
    let base = || side(PROTO, |_| costs(&[("x-cost-calls-store", 2), ("x-cost-round-trips", 1)]));
    for (calls, trips, expected) in [(3, 2, "more-calls"), (2, 2, "more-round-trips")] {
        let head =
            side(PROTO, move |_| costs(&[("x-cost-calls-store", calls), ("x-cost-round-trips", trips)]));
        let checked = compare(&three(), &limits(), base(), head).expect("both can be asked");
        let [finding] = &checked.findings[..] else { panic!("{:#?}", checked.findings) };
        assert_eq!(finding.rule.id, expected);
        let told = finding.notes.iter().any(|note| note.text.contains("round trips 1 before, 2 now"));
        assert_eq!(told, expected == "more-calls");
    }
}

#[test]
fn every_kind_of_cost_is_told_by_an_answer_and_compared() {
    for (name, base, head, expected) in [
        ("x-cost-calls-store", 2, 3, "more-calls"),
        ("x-cost-round-trips", 2, 3, "more-round-trips"),
        ("x-cost-keys-store", 100, 120, "more-keys"),
        ("x-cost-keys-store", 100, 105, ""),
        ("x-cost-batch-store", 100, 120, "more-keys"),
        ("x-cost-batch-store", 100, 105, ""),
        ("x-cost-allocated-bytes", 10_000, 20_000, "more-allocation"),
        ("x-cost-allocated-bytes", 10_000, 12_000, ""),
        // More by half, and next to nothing.
        ("x-cost-allocated-bytes", 1_000, 1_500, ""),
    ] {
        let telling = |count: u64| side(PROTO, move |_| costs(&[(name, count)]));
        let checked = compare(&three(), &limits(), telling(base), telling(head)).expect("both can be asked");
        let found: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.id).collect();
        let expected = if expected.is_empty() { vec![] } else { vec![expected] };
        assert_eq!(found, expected, "{name}: {base} and {head}");
    }
}

#[test]
fn answers_are_weighed_as_messages() {
    let answering = |length: usize| {
        let message = [&[0x0a, length as u8 + 2, 0x0a, length as u8], vec![b'a'; length].as_slice()].concat();
        side(PROTO, move |_| Reaction::Answer(message.clone()))
    };
    for (base, head, expected) in [(20, 110, Some("larger-answer")), (90, 100, None), (4, 60, None)] {
        let checked =
            compare(&three(), &limits(), answering(base), answering(head)).expect("both can be asked");
        let found: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{base} and {head}");
    }
}

#[test]
fn whoever_is_asked_first_changes_with_every_request_and_every_round() {
    let asked = Arc::new(std::sync::Mutex::new(String::new()));
    let noting = |letter: char| {
        let asked = asked.clone();
        side(PROTO, move |_| {
            asked.lock().expect("nobody panics over it").push(letter);
            costs(&[])
        })
    };
    let limits = Limits { rounds: 2, ..limits() };
    compare(&three(), &limits, noting('b'), noting('h')).expect("both can be asked");
    assert_eq!(*asked.lock().expect("nobody panics over it"), "bhhbbhhbbhhb");
}

#[test]
fn what_an_approval_binds_is_the_same_however_often_it_is_asked() {
    let again = || {
        let base = side(PROTO, |_| costs(&[("x-cost-calls-store", 2)]));
        let head = side(PROTO, |call| costs(&[("x-cost-calls-store", 2 + limit(call))]));
        compare(&three(), &limits(), base, head).expect("both can be asked").findings.remove(0)
    };
    let (one, other) = (again(), again());
    assert_eq!(one.judged, other.judged);
    assert_eq!(one.fingerprint(), other.fingerprint());
}

#[test]
fn a_dependency_that_is_new_is_called_more_often_than_never() {
    let base = side(PROTO, |_| costs(&[("x-cost-calls-store", 2)]));
    let head = side(PROTO, |_| costs(&[("x-cost-calls-store", 2), ("x-cost-calls-embedder", 1)]));
    let said = said(compare(&three(), &limits(), base, head));
    assert!(
        said.len() == 1 && said[0].contains("makes 1 calls of `embedder` for `r1` where it made 0"),
        "{said:?}"
    );
}

#[test]
fn a_base_that_counts_nothing_is_nothing_to_compare_with() {
    let base = side(PROTO, |_| costs(&[]));
    let head = side(PROTO, |_| {
        costs(&[("x-cost-calls-store", 2), ("x-cost-round-trips", 2), ("x-cost-keys-store", 9)])
    });
    assert_eq!(said(compare(&three(), &limits(), base, head)), [""; 0]);
}

#[test]
fn a_cache_that_fills_is_no_change() {
    let asked = Arc::new(AtomicU64::new(0));
    let base = side(PROTO, |_| costs(&[("x-cost-calls-store", 1)]));
    let head = side(PROTO, move |_| {
        let cold = u64::from(asked.fetch_add(1, Ordering::Relaxed) < 3);
        costs(&[("x-cost-calls-store", 1 + cold)])
    });
    assert_eq!(said(compare(&three(), &limits(), base, head)), [""; 0]);
}

#[test]
fn what_is_answered_with_another_status_or_does_not_fit_older_protos_is_not_compared() {
    let older = PROTO.replace("uint32 limit = 1;", "uint32 limit = 1; string viewer = 2;");
    let mut workload = three();
    workload.requests.push(Request {
        id: "new".to_owned(),
        line: Some(4),
        message: json!({ "viewer": "v" }),
    });
    let base = side(PROTO, |call| match limit(call) {
        1 => Reaction::Refuse(Code::InvalidArgument, "no".to_owned(), vec![("x-cost-calls-store", "0")]),
        _ => costs(&[("x-cost-calls-store", 1)]),
    });
    let head = side(&older, |call| costs(&[("x-cost-calls-store", 1 + u64::from(limit(call) == 1))]));
    let checked = compare(&workload, &limits(), base, head).expect("both can be asked");
    assert_eq!(checked.counts["requests compared by cost"], 2);
    assert_eq!(checked.findings.len(), 0, "{:#?}", checked.findings);
}

#[test]
fn a_head_that_does_not_answer_is_an_error_and_a_base_that_does_not_is_a_finding() {
    let answers = || side(PROTO, |_| costs(&[("x-cost-calls-store", 1)]));
    let hangs = || Side { deadline: Duration::from_millis(20), ..side(PROTO, |_| Reaction::Hang) };
    let error = compare(&three(), &limits(), answers(), hangs()).expect_err("head cannot be asked");
    let error = error.to_string();
    assert!(error.contains("head's service") && error.contains("no answer 3 times in a row"), "{error}");
    let said = said(compare(&three(), &limits(), hangs(), answers()));
    assert!(said.len() == 1 && said[0].starts_with("cost-not-compared: "), "{said:?}");
}
