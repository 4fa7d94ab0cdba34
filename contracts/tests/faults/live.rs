//! Faults of a running service: a stand-in for the mould answers over real gRPC, and is asked what the mould's own files
//! promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use contracts::cost::{self, Request, Side, Workload};
use contracts::{Cost, Policy, Wanted, check_live};
use findings::Finding;
use serde_json::json;
use service::testing::{Reaction, background};
use service::{Code, Session};
use source::{Change, Tree};

use crate::stand_in::{Query, Said, method, order, query, ranked, react, refusal, refused, response, sound};
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
