//! The guard against services that really run: one that answers, one that dies, one that hangs.
//!
//! The services are this very test binary, started anew with the name of an act in its environment. They answer what
//! they are asked, so a request is its own ranking.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "the acts speak to whoever started them")]

mod common;

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{RANKINGS, REQUESTS};
use golden::{Ask, Corpus, Policy, Recording, Runs, accept, check_live};
use service::testing::{Reaction, serve, serving};
use service::{Code, Workshop};
use source::{Change, Tree};

const PROTO: &str = r#"
syntax = "proto3";
package r.v1;
message Part { string stage = 1; double score = 2; }
message Item { string track_id = 1; double score = 2; float rough = 3; repeated Part stage_scores = 4; }
message Stage { string stage = 1; }
message Ranking { repeated Item items = 1; string model = 2; repeated Stage degraded = 3; int64 limit = 4; }
service Queue { rpc Rank(Ranking) returns (Ranking); }
"#;

/// Not a test: what the started copies do.
#[test]
#[ignore = "an act for the other tests"]
fn act() {
    let act = std::env::var("ACT").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("listening on {}", listener.local_addr().unwrap());
    // What the command was given besides the act, as a tester's filters.
    let told: Vec<String> =
        std::env::args().filter_map(|word| Some(word.strip_prefix("told=")?.to_owned())).collect();
    let asked = AtomicUsize::new(0);
    serve(listener, move |path, request| match (path, act.as_str()) {
        ("/grpc.health.v1.Health/Check", _) => serving(),
        (_, "hang") => Reaction::Hang,
        (_, "fewer") => Reaction::Answer(Vec::new()),
        (_, "garbage") => Reaction::Answer(vec![0xff; 3]),
        (_, "err") => Reaction::Refuse(Code::Internal, "no model".to_owned(), vec![]),
        (_, "flood") => Reaction::Answer(item("t").repeat(100_000)),
        (_, "die midway") if asked.fetch_add(1, Ordering::Relaxed) == 1 => {
            println!("thread 'main' panicked at src/rank.rs:9");
            std::process::exit(101)
        }
        // One item without a score, named by the clock and the seed: `Ranking { items: [{ track_id }] }`.
        (_, "tell") => Reaction::Answer(item(&told.concat())),
        (_, "die") => {
            println!("thread 'main' panicked at src/rank.rs:7");
            std::process::exit(101)
        }
        _ => Reaction::Answer(request.to_vec()),
    })
    .unwrap();
}

/// A ranking of one item, as bytes.
fn item(id: &str) -> Vec<u8> {
    let length = u8::try_from(id.len()).unwrap();
    [&[0x0a, length + 2, 0x0a, length], id.as_bytes()].concat()
}

fn start(act: &str) -> impl FnMut(&Corpus) -> Result<Ask, String> {
    let program = std::env::current_exe().unwrap().to_string_lossy().into_owned();
    let told = if act == "tell" { ", 'told={clock}', 'told=/{seed}'" } else { "" };
    let services = format!("queue: {{run: [{program:?}, act, --exact, --ignored, --nocapture{told}]}}");
    let services = policy::yaml("services.yaml", &services).unwrap();
    let environment = vec![("ACT".to_owned(), act.to_owned())];
    let mut workshop = Workshop::new(".", services, Vec::new(), environment);
    let protos = service::compile(&Tree::from_memory([("protos/r.proto", PROTO)]), &["protos".to_owned()]);
    move |corpus| golden::grpc::ask(&mut workshop, &protos, corpus)
}

/// Long enough for a machine that is busy with other tests.
fn patient() -> Policy {
    common::policy(", deadline_ms: 30000")
}

fn root(requests: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("services/queue/golden")).unwrap();
    let line = |(index, request): (usize, &&str)| {
        format!("{{\"id\":\"home/{index}\",\"segment\":\"home\",\"request\":{request}}}\n")
    };
    let text: String = requests.iter().enumerate().map(line).collect();
    std::fs::write(root.path().join(REQUESTS), text).unwrap();
    root
}

const RANKED: &str =
    r#"{"items":[{"trackId":"t1","score":0.3},{"track_id":"t2","score":"1e-7"}],"model":"3"}"#;
const DEGRADED: &str = r#"{"degraded":[{"stage":"plays"},{"stage":"model"}]}"#;

#[track_caller]
fn check_refused(act: &str, policy: &Policy, request: &str, reason: &str) {
    let root = root(&[request]);
    let error = accept(root.path(), policy, None, Runs::default(), &mut start(act)).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
    assert!(!root.path().join(RANKINGS).exists());
}

#[test]
fn what_a_service_answers_is_recorded_and_found_again() {
    let root = root(&[RANKED, DEGRADED]);
    accept(root.path(), &patient(), None, Runs::default(), &mut start("echo")).unwrap();
    let text = std::fs::read_to_string(root.path().join(RANKINGS)).unwrap();
    let recording = Recording::parse(&text).unwrap();
    let ranked = &recording.entries[0].ranking;
    assert_eq!((ranked.items[0].score, ranked.items[1].score), (0.3, 1e-7));
    assert_eq!(ranked.model.as_deref(), Some("3"));
    assert_eq!(recording.entries[1].ranking.degraded, ["plays", "model"]);

    let tree = Tree::from_disk(root.path(), vec![REQUESTS.to_owned(), RANKINGS.to_owned()]);
    let checked = check_live(&Change::of_trees(None, tree), &patient(), &mut start("echo")).unwrap();
    assert_eq!((checked.findings.len(), checked.counts["replayed"]), (0, 2));
}

#[test]
fn a_service_is_told_the_clock_and_the_seed_of_the_corpus_and_the_recording_names_them() {
    let root = root(&[RANKED]);
    let policy = common::policy(", deadline_ms: 30000, clock: 2026-11-20T12:00:00Z, seed: 7");
    accept(root.path(), &policy, None, Runs::default(), &mut start("tell")).unwrap();
    let recording = Recording::parse(&std::fs::read_to_string(root.path().join(RANKINGS)).unwrap()).unwrap();
    assert_eq!(recording.entries[0].ranking.items[0].id, "2026-11-20T12:00:00Z/7");
    assert_eq!((recording.clock.as_deref(), recording.seed), (Some("2026-11-20T12:00:00Z"), Some(7)));
    check_refused("tell", &patient(), RANKED, "it asks for `{clock}`, and nobody says which");
}

#[test]
fn scores_that_are_not_finite_come_through_proto_json_and_are_refused() {
    let request = r#"{"items":[{"track_id":"t1","score":"NaN"}]}"#;
    check_refused(
        "echo",
        &patient(),
        request,
        "the ranking of `home/0` is invalid: the score of `t1` is not a finite number",
    );
}

#[test]
fn a_service_that_dies_is_told_with_its_last_words() {
    check_refused("die", &patient(), RANKED, "panicked at src/rank.rs:7");
}

/// Beside a recording that stays as it is, and nothing else.
#[track_caller]
fn check_untouched(act: &str, reason: &str) {
    let root = root(&[RANKED, DEGRADED]);
    std::fs::write(root.path().join(RANKINGS), "what was approved").unwrap();
    let error = accept(root.path(), &patient(), None, Runs::default(), &mut start(act)).unwrap_err();
    assert!(error.to_string().contains(reason), "{error}");
    assert_eq!(std::fs::read_to_string(root.path().join(RANKINGS)).unwrap(), "what was approved");
    let files = std::fs::read_dir(root.path().join("services/queue/golden")).unwrap().count();
    assert_eq!(files, 2, "a temporary file is left");
}

#[test]
fn what_a_bad_service_answers_is_not_recorded_and_nothing_is_overwritten() {
    check_untouched("garbage", "`home/0` was not answered: the answer is no `r.v1.Ranking`");
    check_untouched("err", "`home/0` was answered with INTERNAL");
    check_untouched("flood", "the response has 100000 items, more than the 5000 that are read");
    check_untouched("die midway", "panicked at src/rank.rs:9");
}

#[test]
fn what_a_bad_service_answers_is_a_finding_of_the_live_tier() {
    let root = root(&[RANKED, RANKED]);
    accept(root.path(), &patient(), None, Runs::default(), &mut start("echo")).unwrap();
    let tree = || Tree::from_disk(root.path(), vec![REQUESTS.to_owned(), RANKINGS.to_owned()]);
    let live = |act: &str| check_live(&Change::of_trees(None, tree()), &patient(), &mut start(act));
    for act in ["fewer", "garbage", "err"] {
        let found = live(act).unwrap().findings;
        let ids: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, ["ranking-drifted"], "{act}");
        assert!(found[0].message.starts_with("2 of 2 requests"), "{}", found[0].message);
    }
    for (act, reason) in [("flood", "more than the 5000"), ("die midway", "panicked at src/rank.rs:9")] {
        let error = live(act).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_path_that_leads_nowhere_is_told_before_anything_starts() {
    for (key, path, reason) in [
        ("items", "rows", "`r.v1.Ranking` has no field `rows`"),
        ("items", "model", "no list stands there"),
        ("id", "id", "`r.v1.Item` has no field `id`"),
        ("id", "stage_scores", "a list stands there or on the way"),
        ("score", "stage_scores.score", "a list stands there or on the way"),
        ("limit", "page.limit", "`r.v1.Ranking` has no field `page`"),
        ("parts", "track_id", "no list stands there"),
    ] {
        let mut policy = common::policy(", parts: stage_scores");
        let corpus = &mut policy.corpora[0];
        let of_key = match key {
            "items" => &mut corpus.items,
            "id" => &mut corpus.id,
            "score" => &mut corpus.score,
            "limit" => corpus.limit.as_mut().unwrap(),
            _ => corpus.parts.as_mut().unwrap(),
        };
        *of_key = path.to_owned();
        let root = root(&[RANKED]);
        // The service of this act is never started: it would end the test with another reason.
        let error = accept(root.path(), &policy, None, Runs::default(), &mut start("die")).unwrap_err();
        let expected = format!("`golden.corpora.queue.{key}` is `{path}`, and {reason}");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[test]
fn a_service_that_hangs_is_given_up() {
    let hasty = common::policy(", deadline_ms: 100");
    check_refused("hang", &hasty, RANKED, "`home/0` was not answered: no answer within 100ms");
}

#[test]
fn a_request_that_does_not_fit_the_protos_is_told() {
    check_refused(
        "echo",
        &patient(),
        r#"{"itms":[]}"#,
        "failed to ask `queue` for `home/0`: failed to read a request",
    );
}

#[test]
fn an_rpc_that_the_protos_lack_is_told_before_anything_starts() {
    let mut policy = patient();
    policy.corpora[0].rpc = "r.v1.Queue/Sort".to_owned();
    let root = root(&[RANKED]);
    let error =
        accept(root.path(), &policy, None, Runs::default(), &mut start("echo")).unwrap_err().to_string();
    assert!(error.contains("`r.v1.Queue` has no method `Sort`"), "{error}");
}
