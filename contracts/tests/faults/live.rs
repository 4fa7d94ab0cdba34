//! Faults of a running service: a stand-in for the mould answers over real gRPC, and is asked what the mould's own files
//! promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contracts::cost::{self, Request, Side, Workload};
use contracts::{Cost, Policy, Wanted, check_live};
use findings::Finding;
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use serde_json::json;
use service::testing::{Call, Reaction, background};
use service::{Code, Session};
use source::{Change, Tree};

use crate::workspace::files;

/// A fault of a service, what has to catch it, and which promise says so.
pub(crate) struct LiveFault {
    /// What is wrong, for the table.
    pub(crate) what: &'static str,
    pub(crate) caught_by: &'static str,
    /// A promise that is not kept: a name in the mould's files, or what was compared.
    pub(crate) promise: &'static str,
    plant: Plant,
}

enum Plant {
    /// What the service does with a request.
    Answers(fn(&Query) -> Said),
    /// What it says that an answer cost, beside a base that calls a store once.
    Costs(fn(&Query) -> Vec<(&'static str, u64)>),
}

/// A request of the mould.
struct Query {
    request_id: String,
    viewer: Option<(String, i32)>,
    candidates: Vec<(String, f64)>,
    limit: u32,
    has_unknown: bool,
}

enum Said {
    Ranked(Vec<(String, f64)>),
    Refused(Code, String),
    /// What a handler does that panicked.
    Broken,
    Nothing,
    Garbage,
    Renamed,
}

const RANKS: &str = "ranks whatever it is given";
const REFUSES: &str = "refuses every request that is wrong, and names the field";
const IN_TIME: &str = "says no in time";

pub(crate) static FAULTS: &[LiveFault] = &[
    answers(
        "a code changes: what was INVALID_ARGUMENT is OUT_OF_RANGE",
        "scenario-failed",
        "refuses a limit of zero",
        |query| match refusal(query) {
            Some(problem) if problem.starts_with("limit") => Said::Refused(Code::OutOfRange, problem),
            _ => sound(query),
        },
    ),
    answers("the message no longer names the field", "property-failed", REFUSES, |query| {
        match refusal(query) {
            Some(_) => Said::Refused(Code::InvalidArgument, "the request is wrong".to_owned()),
            None => sound(query),
        }
    }),
    answers(
        "the limit is not validated any more",
        "scenario-failed",
        "refuses a limit above a hundred",
        |query| match refusal(query) {
            Some(problem) if problem.starts_with("limit") => Said::Ranked(ranked(query)),
            _ => sound(query),
        },
    ),
    answers("a number is not validated any more", "property-failed", REFUSES, |query| match refusal(query) {
        Some(problem) if problem.contains("relevance") => Said::Ranked(ranked(query)),
        _ => sound(query),
    }),
    answers(
        "more items come than were asked for",
        "scenario-failed",
        "ranks the candidates, best first, each once, at most as many as asked for",
        |query| refused(query).unwrap_or_else(|| Said::Ranked(order(query))),
    ),
    answers("the worst stand first", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| Said::Ranked(ranked(query).into_iter().rev().collect()))
    }),
    answers("a track stands there twice", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| {
            let mut items = ranked(query);
            if let [first, second, ..] = items.as_mut_slice() {
                second.clone_from(first);
            }
            Said::Ranked(items)
        })
    }),
    answers("a track stands there that nobody asked for", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| {
            let mut items = ranked(query);
            if let Some(last) = items.last_mut() {
                last.0 = "trk-of-the-house".to_owned();
            }
            Said::Ranked(items)
        })
    }),
    answers("the order of the candidates decides between equals", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| {
            let place: BTreeMap<&str, usize> =
                query.candidates.iter().enumerate().map(|(index, (id, _))| (id.as_str(), index)).collect();
            let mut items = order(query);
            items.sort_by(|(one, score), (other, than)| {
                than.total_cmp(score).then_with(|| place[one.as_str()].cmp(&place[other.as_str()]))
            });
            items.truncate(query.limit as usize);
            Said::Ranked(items)
        })
    }),
    answers("the same request has another answer", "property-failed", RANKS, |query| {
        static ASKED: AtomicU64 = AtomicU64::new(0);
        let asked = ASKED.fetch_add(1, Ordering::Relaxed) as f64;
        refused(query).unwrap_or_else(|| {
            Said::Ranked(ranked(query).into_iter().map(|(id, score)| (id, score + asked / 1e9)).collect())
        })
    }),
    answers("a longer answer does not begin like a shorter one", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| {
            let skipped = usize::from(query.limit.is_multiple_of(2) && query.candidates.len() > 1);
            Said::Ranked(order(query).into_iter().skip(skipped).take(query.limit as usize).collect())
        })
    }),
    answers("a score is not a number", "property-failed", RANKS, |query| {
        refused(query).unwrap_or_else(|| {
            let of = |score: f64| if score == 0.0 { score / 0.0 } else { score };
            Said::Ranked(ranked(query).into_iter().map(|(id, score)| (id, of(score))).collect())
        })
    }),
    answers("the handler panics over a number that is not one", "property-failed", REFUSES, |query| {
        match query.candidates.iter().any(|(_, relevance)| relevance.is_nan()) {
            true => Said::Broken,
            false => sound(query),
        }
    }),
    answers("a newer caller's field is refused", "property-failed", RANKS, |query| match query.has_unknown {
        true => Said::Refused(Code::InvalidArgument, "unknown field".to_owned()),
        false => sound(query),
    }),
    answers(
        "the answer is another request's",
        "scenario-failed",
        "ranks the candidates, best first, each once, at most as many as asked for",
        |query| refused(query).unwrap_or(Said::Renamed),
    ),
    answers("the answer is no message", "scenario-failed", "answers no candidates with no tracks", |query| {
        refused(query).unwrap_or(Said::Garbage)
    }),
    answers(
        "a viewer whom nobody knows is refused",
        "scenario-failed",
        "answers a viewer whom it does not know",
        |query| match &query.viewer {
            Some((id, _)) if id.starts_with("nobody") => {
                Said::Refused(Code::NotFound, "viewer: nobody knows it".to_owned())
            }
            _ => sound(query),
        },
    ),
    answers("the deadline is ignored", "deadline-ignored", IN_TIME, |query| {
        match query.request_id == "contract/late" {
            true => Said::Nothing,
            false => sound(query),
        }
    }),
    costs("one call more for every candidate", "more-calls", |query| {
        vec![("x-cost-calls-store", 1 + query.candidates.len() as u64), ("x-cost-round-trips", 1)]
    }),
    costs("two calls one after the other where there was one", "more-round-trips", |_| {
        vec![("x-cost-calls-store", 1), ("x-cost-round-trips", 2)]
    }),
    costs("an answer no longer says what it cost", "cost-untold", |_| Vec::new()),
];

const fn answers(
    what: &'static str,
    caught_by: &'static str,
    promise: &'static str,
    react: fn(&Query) -> Said,
) -> LiveFault {
    LiveFault { what, caught_by, promise, plant: Plant::Answers(react) }
}

const fn costs(
    what: &'static str,
    caught_by: &'static str,
    costs: fn(&Query) -> Vec<(&'static str, u64)>,
) -> LiveFault {
    LiveFault { what, caught_by, promise: "what the base's answers cost", plant: Plant::Costs(costs) }
}

/// Ranks by relevance alone, as the proto says requests are held to.
fn sound(query: &Query) -> Said {
    refused(query).unwrap_or_else(|| Said::Ranked(ranked(query)))
}

fn refused(query: &Query) -> Option<Said> {
    refusal(query).map(|problem| Said::Refused(Code::InvalidArgument, problem))
}

/// What is wrong with a request, after the name of its field.
fn refusal(query: &Query) -> Option<String> {
    let is_id = |text: &str, marks: &str| {
        (1..=64).contains(&text.len())
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
    };
    if !is_id(&query.request_id, "-_.:/") {
        return Some("request_id: is wrong".to_owned());
    }
    let Some((viewer, filter)) = &query.viewer else { return Some("viewer: is missing".to_owned()) };
    if !(0..=1).contains(filter) {
        return Some("viewer.content_filter: is none".to_owned());
    }
    if !is_id(viewer, "-_") {
        return Some("viewer.viewer_id: is wrong".to_owned());
    }
    if query.candidates.len() > 500 {
        return Some("candidates: are too many".to_owned());
    }
    for (index, (id, relevance)) in query.candidates.iter().enumerate() {
        if !is_id(id, "-_") {
            return Some(format!("candidates[{index}].track_id: is wrong"));
        }
        if !(0.0..=1.0).contains(relevance) {
            return Some(format!("candidates[{index}].relevance: is not between 0 and 1"));
        }
    }
    (!(1..=100).contains(&query.limit)).then(|| "limit: is not between 1 and 100".to_owned())
}

/// Every track once, with its highest relevance, best first.
fn order(query: &Query) -> Vec<(String, f64)> {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for (id, relevance) in &query.candidates {
        let known = best.entry(id).or_insert(*relevance);
        *known = known.max(*relevance);
    }
    let mut items: Vec<(String, f64)> = best.into_iter().map(|(id, score)| (id.to_owned(), score)).collect();
    items.sort_by(|(one, score), (other, than)| than.total_cmp(score).then_with(|| one.cmp(other)));
    items
}

fn ranked(query: &Query) -> Vec<(String, f64)> {
    order(query).into_iter().take(query.limit as usize).collect()
}

fn tree() -> Tree {
    let of_mould =
        |path: &&String| path.starts_with("protos/") || *path == "services/mould/contracts/rank.yaml";
    let kept = files().iter().filter(|(path, _)| of_mould(path));
    let deadline = format!(
        "contracts: 1\nservice: ranking.v1.Mould\ntarget: mould\ndeadlines:\n  - name: {IN_TIME}\n    rpc: Rank\n    request: \
         {{ request_id: contract/late, viewer: {{ viewer_id: vwr-0001 }}, limit: 1 }}\n    timeout: 200ms\n    expect: {{ \
         status_in: [OK, DEADLINE_EXCEEDED], within: 400ms }}\n"
    );
    let files = kept.map(|(path, text)| (path.clone(), text.clone()));
    Tree::from_memory(files.chain([("services/mould/contracts/late.yaml".to_owned(), deadline.into_bytes())]))
}

fn query(method: &MethodDescriptor, call: &Call) -> Query {
    let bytes = call.messages.first().cloned().unwrap_or_default();
    let message = DynamicMessage::decode(method.input(), bytes).expect("requests fit the protos");
    let text = |message: &DynamicMessage, name: &str| {
        let value = message.get_field_by_name(name).expect("the field is there");
        value.as_str().expect("it is text").to_owned()
    };
    let get = |name: &str| message.get_field_by_name(name).expect("the field is there").into_owned();
    let viewer = message.has_field_by_name("viewer").then(|| {
        let viewer = get("viewer").as_message().expect("it is a message").clone();
        let filter = viewer.get_field_by_name("content_filter").and_then(|value| value.as_enum_number());
        (text(&viewer, "viewer_id"), filter.unwrap_or_default())
    });
    let candidates = get("candidates");
    let candidates = candidates.as_list().expect("it is a list").iter().map(|candidate| {
        let candidate = candidate.as_message().expect("it is a message");
        let relevance = candidate.get_field_by_name("relevance").and_then(|value| value.as_f64());
        (text(candidate, "track_id"), relevance.unwrap_or_default())
    });
    Query {
        request_id: text(&message, "request_id"),
        viewer,
        candidates: candidates.collect(),
        limit: get("limit").as_u32().expect("it is a number"),
        has_unknown: has_unknown(&message),
    }
}

fn has_unknown(message: &DynamicMessage) -> bool {
    message.unknown_fields().next().is_some()
        || message.fields().any(|(_, value)| match value {
            Value::Message(inner) => has_unknown(inner),
            Value::List(items) => items.iter().any(|item| item.as_message().is_some_and(has_unknown)),
            _ => false,
        })
}

fn response(method: &MethodDescriptor, request_id: &str, items: &[(String, f64)]) -> Vec<u8> {
    let number = |score: f64| if score.is_finite() { json!(score) } else { json!(score.to_string()) };
    let item = |(id, score): &(String, f64)| {
        let score = number(*score);
        let part = json!({ "stage": "relevance", "score": score });
        let feature = json!({ "feature": "relevance", "value": score, "contribution": score });
        json!({ "track_id": id, "score": score, "stage_scores": [part], "features": [feature] })
    };
    let items: Vec<_> = items.iter().map(item).collect();
    let response = json!({ "request_id": request_id, "items": items });
    DynamicMessage::deserialize(method.output(), response)
        .expect("the response fits the protos")
        .encode_to_vec()
}

fn react(method: &MethodDescriptor, call: &Call, said: fn(&Query) -> Said) -> Reaction {
    let query = query(method, call);
    match said(&query) {
        Said::Ranked(items) => Reaction::Answer(response(method, &query.request_id, &items)),
        Said::Renamed => Reaction::Answer(response(method, "another", &ranked(&query))),
        Said::Refused(code, message) => Reaction::Refuse(code, message, vec![]),
        Said::Broken => Reaction::Reset,
        Said::Nothing => Reaction::Hang,
        Said::Garbage => Reaction::Answer(vec![0xff; 7]),
    }
}

fn method(pool: &DescriptorPool) -> MethodDescriptor {
    service::method(pool, "ranking.v1.Mould/Rank").expect("the protos have the method")
}

/// What the live tier finds in a service that does this.
fn asked(said: fn(&Query) -> Said) -> Vec<Finding> {
    let mut start = |wanted: &Wanted<'_>| {
        let method = method(wanted.pool);
        let address =
            background(move |call| react(&method, call, said)).map_err(|error| error.to_string())?;
        Session::at(address, wanted.pool.clone()).map_err(|error| error.to_string())
    };
    let change = Change::of_trees(None, tree());
    let checked = check_live(&change, &Policy::default(), &mut start);
    checked.unwrap_or_else(|error| panic!("{error}")).findings
}

/// What is found between a base that calls its store once and a head that does this.
fn compared(head: fn(&Query) -> Vec<(&'static str, u64)>) -> Vec<Finding> {
    let pool = service::pool(&tree(), &["protos".to_owned()]).expect("the protos compile");
    let side = |costs: fn(&Query) -> Vec<(&'static str, u64)>| {
        let method = method(&pool);
        let own = method.clone();
        let address = background(move |call| {
            let query = query(&own, call);
            let counts = costs(&query).into_iter().map(|(name, count)| (name, &*count.to_string().leak()));
            Reaction::Stream(
                vec![response(&own, &query.request_id, &ranked(&query))],
                Code::Ok,
                counts.collect(),
            )
        });
        let session =
            Session::at(address.expect("a port is free"), pool.clone()).expect("a client is set up");
        Side { session, method, deadline: Duration::from_secs(5) }
    };
    let request = json!({ "request_id": "r1", "limit": 2, "candidates": [
        { "track_id": "a", "relevance": 0.1 }, { "track_id": "b", "relevance": 0.2 }, { "track_id": "c" } ] });
    let workload = Workload {
        corpus: "mould".to_owned(),
        service: "mould".to_owned(),
        file: "services/mould/golden/requests.jsonl".to_owned(),
        requests: vec![Request { id: "r1".to_owned(), line: Some(1), message: request }],
    };
    // How long an answer takes is the machine's here.
    let limits = Cost { time: 1e9, ..Cost::default() };
    let base = side(|_| vec![("x-cost-calls-store", 1), ("x-cost-round-trips", 1)]);
    let checked = cost::compare(&workload, &limits, base, side(head));
    checked.unwrap_or_else(|error| panic!("{error}")).findings
}

#[test]
fn a_sound_service_keeps_every_promise() {
    let findings = asked(sound);
    assert!(findings.is_empty(), "{findings:#?}");
    let findings = compared(|_| vec![("x-cost-calls-store", 1), ("x-cost-round-trips", 1)]);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn every_fault_of_a_service_is_caught_by_its_rule_and_the_promise_is_named() {
    let mut wrong = Vec::new();
    for fault in FAULTS {
        let findings = match fault.plant {
            Plant::Answers(said) => asked(said),
            Plant::Costs(costs) => compared(costs),
        };
        let rules: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        let named = match fault.plant {
            Plant::Answers(_) => findings.iter().any(|finding| {
                finding.rule.id == fault.caught_by
                    && finding.message.contains(&format!("`{}`", fault.promise))
            }),
            Plant::Costs(_) => rules == BTreeSet::from([fault.caught_by]),
        };
        if !named {
            let said: Vec<String> =
                findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
            wrong.push(format!("{}: {}\n  {}", fault.what, fault.caught_by, said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
