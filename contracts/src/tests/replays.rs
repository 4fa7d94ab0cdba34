//! Replay sets: recorded from a service over real loopback, and given again by it or not.

use std::collections::BTreeMap;

use findings::Finding;
use findings::testing::Example;
use serde_json::{Value, json};
use service::testing::{Call, Reaction};
use source::{Change, Tree};

use super::examples::canned;
use super::models::{FEATURES, MODEL, digest, locked, queue, with};
use super::stand_in::{Said, reacting, saying};
use crate::{Model, Outside, Policy, Replay, Wanted, check_live, check_static, record};

const PROTO: &str = r#"
syntax = "proto3";
package example.v1;
message Query { uint32 limit = 1; }
message Fed { string feature = 1; double value = 2; }
message Part { string stage = 1; double score = 2; }
message Item { string id = 1; double score = 2; repeated Fed features = 3; repeated Part parts = 4; }
message Shelf { repeated Item items = 1; }
message Ranking { repeated Item items = 1; repeated Shelf shelves = 2; }
service Ranker { rpc Rank(Query) returns (Ranking); }
"#;
const FILE: &str = "models/queue.replay.jsonl";

fn replayed(items: &str, score: &str) -> Model {
    let path = |text: &str| text.to_owned().try_into().expect("it is a path");
    let replay = Replay {
        file: FILE.to_owned(),
        service: "ranker".to_owned(),
        rpc: "example.v1.Ranker/Rank".to_owned(),
        items: path(items),
        id: path("id"),
        features: Some(path("features")),
        feature: path("feature"),
        value: path("value"),
        score: path(score),
        tolerance: 1e-6,
    };
    Model { replay: vec![replay], ..queue() }
}

fn side(files: &[(&str, &str)]) -> Tree {
    let mut all = vec![("protos/example/v1/ranker.proto", PROTO)];
    all.extend(files);
    locked(&all)
}

/// What an example of a rule finds: with an answer in the live tier, else in the static one.
pub(super) fn example(before: Option<&Example>, example: &Example) -> Vec<Finding> {
    let sha256 = digest(&locked(&[]));
    let of = |example: &Example| side(&[(FILE, &example.text.replace("{sha256}", &sha256))]);
    let logged = before.filter(|before| before.kind == "logged");
    let answer = before.filter(|before| before.kind == "answer").map(|before| canned(&before.text));
    let change = Change::of_trees(logged.map(of), of(example));
    let policy = with(replayed("items", "score"));
    let checked = match answer {
        None => check_static(&change, &policy),
        Some(said) => check_live(&change, &policy, &mut |wanted: &Wanted<'_>| saying(wanted, said.clone())),
    };
    checked.expect("it can be looked at").findings
}

/// What a service answers that tells a model of two features, and what the model makes of them.
fn answer(plays: f64, skips: f64, score: f64) -> Value {
    let item = |id: &str, by: f64| {
        json!({
            "id": id,
            "features": [{"feature": "plays", "value": plays * by}, {"feature": "skips", "value": skips}],
            "parts": [{"stage": "model", "score": score * by}, {"stage": "prior", "score": 0.1}],
        })
    };
    json!({ "shelves": [{ "items": [item("a", 1.0)] }, { "items": [item("b", 0.5)] }] })
}

fn recorded(head: &Tree, policy: &Policy, said: &Value) -> String {
    let change = Change::of_trees(None, head.clone());
    let requests = vec![("one".to_owned(), json!({"limit": 1})), ("two".to_owned(), json!({"limit": 2}))];
    let mut start = |wanted: &Wanted<'_>| saying(wanted, Said::Response(said.clone()));
    let recorded = record(&change, policy, "queue", None, requests, &Outside::default(), &mut start)
        .expect("it is recorded");
    assert_eq!((recorded.path.as_str(), recorded.requests, recorded.items), (FILE, 2, 4));
    recorded.text
}

/// Judges head in the live tier by what its service says. Messages, each with its notes.
fn check(base: Option<Tree>, head: Tree, policy: &Policy, said: &Value, expected: &[&str]) {
    let change = Change::of_trees(base, head);
    let mut start = |wanted: &Wanted<'_>| saying(wanted, Said::Response(said.clone()));
    let checked = check_live(&change, policy, &mut start).expect("it can be asked");
    checked.findings.iter().for_each(findings::testing::check_message);
    let lines = |finding: &Finding| {
        let notes: Vec<String> = finding.notes.iter().map(|note| note.text.clone()).collect();
        [vec![finding.message.clone()], notes].concat()
    };
    assert_eq!(checked.findings.iter().flat_map(lines).collect::<Vec<_>>(), expected);
}

#[test]
fn what_was_recorded_is_given_again() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let said = answer(40.0, 0.25, 0.5);
    let set = recorded(&side(&[]), &policy, &said);
    check(None, side(&[(FILE, &set)]), &policy, &said, &[]);
    // Within the tolerance, and with a prior that nobody logged.
    check(None, side(&[(FILE, &set)]), &policy, &answer(40.000_01, 0.25, 0.5), &[]);
}

#[test]
fn swapped_features_are_seen_through_by_their_values() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let set = recorded(&side(&[]), &policy, &answer(40.0, 40.0, 0.5));
    let mut swapped = answer(40.0, 40.0, 0.5);
    for shelf in 0..2 {
        let features = &mut swapped["shelves"][shelf]["items"][0]["features"];
        let (plays, skips) = (features[0]["value"].clone(), features[1]["value"].clone());
        (features[0]["value"], features[1]["value"]) = (skips, plays);
    }
    check(
        None,
        side(&[(FILE, &set)]),
        &policy,
        &swapped,
        &[
            "2 of 2 logged requests to `queue` are answered otherwise: `plays` of `b` is 40, logged 20",
            "`plays` has the values that were logged for `skips`",
            "`skips` has the values that were logged for `plays`",
            "`skips` of `b` is 20, logged 40",
            "`plays` of `b` is 40, logged 20",
            "`skips` of `b` is 20, logged 40",
        ],
    );
}

#[test]
fn the_base_judges_as_long_as_the_model_is_the_same() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let (before, after) = (answer(40.0, 0.25, 0.5), answer(40.0, 0.25, 0.7));
    let (old, new) = (recorded(&side(&[]), &policy, &before), recorded(&side(&[]), &policy, &after));
    // Rows that were written anew do not hide what the base promised.
    check(
        Some(side(&[(FILE, &old)])),
        side(&[(FILE, &new)]),
        &policy,
        &after,
        &[
            "2 of 4 logged requests to `queue` are answered otherwise: the score of `a` is 0.7, logged 0.5",
            "the score of `b` is 0.35, logged 0.25",
            "the score of `a` is 0.7, logged 0.5",
            "the score of `b` is 0.35, logged 0.25",
        ],
    );
    // Another model has other scores, and brings its own.
    let retrained = MODEL.replace("0.1 0.2 0.3", "0.3 0.2 0.1");
    let head = side(&[("models/queue.txt", &retrained)]);
    let set = recorded(&head, &policy, &after);
    let head = side(&[("models/queue.txt", &retrained), (FILE, &set)]);
    check(Some(side(&[(FILE, &old)])), head.clone(), &policy, &after, &[]);
    check(
        Some(side(&[(FILE, &old)])),
        head,
        &policy,
        &before,
        &[
            "2 of 2 logged requests to `queue` are answered otherwise: the score of `a` is 0.5, logged 0.7",
            "the score of `b` is 0.25, logged 0.35",
            "the score of `a` is 0.5, logged 0.7",
            "the score of `b` is 0.25, logged 0.35",
        ],
    );
}

#[test]
fn scores_of_another_model_are_no_promise_and_rows_that_were_logged_with_it_are() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let set = recorded(&side(&[]), &policy, &answer(40.0, 0.25, 0.5));
    let retrained = MODEL.replace("0.1 0.2 0.3", "0.3 0.2 0.1");
    let head = side(&[("models/queue.txt", &retrained), (FILE, &set)]);
    check(None, head.clone(), &policy, &answer(40.0, 0.25, 0.7), &[]);
    check(
        None,
        head,
        &policy,
        &answer(40.0, 0.5, 0.7),
        &[
            "2 of 2 logged requests to `queue` are answered otherwise: `skips` of `a` is 0.5, logged 0.25",
            "`skips` of `b` is 0.5, logged 0.25",
            "`skips` of `a` is 0.5, logged 0.25",
            "`skips` of `b` is 0.5, logged 0.25",
        ],
    );
}

#[test]
fn what_the_service_does_not_show_or_refuses_is_a_difference() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let set = recorded(&side(&[]), &policy, &answer(40.0, 0.25, 0.5));
    check(
        None,
        side(&[(FILE, &set)]),
        &policy,
        &json!({"shelves": [{"items": [{"id": "a"}]}]}),
        &[
            "2 of 2 logged requests to `queue` are answered otherwise: `plays` of `a` is not there, logged 40",
            "`skips` of `a` is not there, logged 0.25",
            "the score of `a` is not there, logged 0.5",
            "`b` is not in the answer",
            "`plays` of `a` is not there, logged 40",
            "`skips` of `a` is not there, logged 0.25",
            "the score of `a` is not there, logged 0.5",
            "`b` is not in the answer",
        ],
    );
    let change = Change::of_trees(None, side(&[(FILE, &set)]));
    let refusing =
        |_: &_, _: &Call| Reaction::Refuse(service::Code::Unavailable, "no model".to_owned(), vec![]);
    let mut start = |wanted: &Wanted<'_>| reacting(wanted, refusing);
    let checked = check_live(&change, &policy, &mut start).expect("it can be asked");
    let message = "2 of 2 logged requests to `queue` are answered otherwise: `one` is not answered: UNAVAILABLE no model";
    assert_eq!(checked.findings.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [message]);
}

#[test]
fn nothing_passes_that_cannot_be_asked() {
    let policy = with(replayed("shelves.items", "parts[stage=model].score"));
    let live = |set: &str, start: &mut crate::Start<'_>| {
        let change = Change::of_trees(None, side(&[(FILE, set)]));
        // The stage borrows who starts for as long as the change is judged.
        let mut start = |wanted: &Wanted<'_>| start(wanted);
        check_live(&change, &policy, &mut start)
            .map_err(|error| error.to_string())
            .map(|it| it.findings.len())
    };
    let set = recorded(&side(&[]), &policy, &answer(40.0, 0.25, 0.5));
    let mut never = |_: &Wanted<'_>| Err("it ended at once".to_owned());
    assert_eq!(
        live(&set, &mut never),
        Err("failed to start the service `ranker`: it ended at once".to_owned())
    );
    for (text, fault) in [
        ("\n", ":1`: it is empty"),
        ("{}\n", ":1`: missing field `gatefold.replay`"),
        ("{\"gatefold.replay\": 2, \"sha256\": \"x\"}\n", ":1`: only version 1"),
        ("{\"gatefold.replay\": 1, \"sha256\": \"x\"}\n", ":1`: it has no requests"),
        (&set.replace("\"two\"", "\"one\""), ":3`: \"one\" is no name"),
        (&set.replace("\"score\":0.5", "\"score\":\"high\""), ":2`: \"high\" is no number"),
        (&set[..set.len() - 30], ":3`: EOF"),
    ] {
        let error = live(text, &mut never).expect_err("it cannot be read");
        assert!(error.contains(fault), "{error} is not {fault}");
        let change = Change::of_trees(None, side(&[(FILE, text)]));
        let found = check_static(&change, &policy).expect("it can be looked at").findings;
        let ids: BTreeMap<&str, usize> = found.iter().map(|it| (it.rule.id, 1)).collect();
        assert_eq!(ids, BTreeMap::from([("unreadable-model", 1)]), "{text}");
    }
}

#[test]
fn a_recording_that_shows_nothing_is_none() {
    let change = Change::of_trees(None, side(&[("src/features.rs", FEATURES)]));
    let policy = with(replayed("shelves.items", "parts[stage=short].score"));
    let said = answer(40.0, 0.25, 0.5);
    let requests = || vec![("one".to_owned(), json!({}))];
    let mut start = |wanted: &Wanted<'_>| saying(wanted, Said::Response(said.clone()));
    let error = record(&change, &policy, "queue", None, requests(), &Outside::default(), &mut start)
        .expect_err("there is nothing there");
    let fault = "failed to ask replay `queue`: the answer to `one` shows nothing at `shelves.items` and \
                 `parts[stage=short].score`";
    assert_eq!(error.to_string(), fault);
    let mut start = |wanted: &Wanted<'_>| saying(wanted, Said::Response(said.clone()));
    let error =
        record(&change, &policy, "queue", Some("ranker"), Vec::new(), &Outside::default(), &mut start)
            .expect_err("nobody asks");
    assert!(error.to_string().contains("there are no requests"), "{error}");
}
