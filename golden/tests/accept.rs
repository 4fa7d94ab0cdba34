//! `golden accept` on the disk: what it writes, what it refuses, and that a refusal leaves everything as it was.

mod common;

use std::path::Path;

use common::{RANKINGS, REQUESTS, answer, fake, policy, recording, requests_text, rows};
use golden::{Accepted, Answer, Ask, Error, Part, Recording, Runs, accept};
use serde_json::Value;

const RECORDED: &str = "a limit=2: t1=0.9 t2=0.5\nb limit=2: t3=0.9\nc limit=2: NOT_FOUND";

fn root() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("services/queue/golden")).unwrap();
    std::fs::write(root.path().join(REQUESTS), requests_text(&rows(RECORDED))).unwrap();
    std::fs::write(root.path().join(RANKINGS), recording(&rows(RECORDED)).to_text()).unwrap();
    root
}

fn text(root: &Path) -> String {
    std::fs::read_to_string(root.join(RANKINGS)).unwrap()
}

fn record(root: &Path, answers: &str) -> Result<Accepted, Error> {
    let answers = rows(answers);
    let accepted =
        accept(root, &policy(""), Some("queue"), Runs::default(), &mut |_| Ok(fake(answers.clone())));
    accepted.map(|mut accepted| accepted.remove(0))
}

/// A refusal names its reason, and the folder is as it was, without a temporary file left.
#[track_caller]
fn check_refused(start: &mut golden::Start<'_>, reason: &str) {
    let root = root();
    let before = text(root.path());
    let error = accept(root.path(), &policy(""), None, Runs::default(), start).unwrap_err();
    assert_eq!(error.to_string(), reason);
    assert_eq!(text(root.path()), before);
    let files = std::fs::read_dir(root.path().join("services/queue/golden")).unwrap().count();
    assert_eq!(files, 2, "a temporary file is left");
}

#[test]
fn what_changed_is_recorded_and_told() {
    let root = root();
    let requests = RECORDED.replace("c limit", "d limit").replace("NOT_FOUND", "t9=1");
    std::fs::write(root.path().join(REQUESTS), requests_text(&rows(&requests))).unwrap();
    let accepted = record(root.path(), &requests.replace("t1=0.9 t2=0.5", "t2=0.9 t1=0.5")).unwrap();
    assert_eq!(
        accepted,
        Accepted {
            service: "queue".to_owned(),
            path: RANKINGS.to_owned(),
            written: true,
            changed: vec!["a: `t1` fell from 1 to 2".to_owned()],
            added: vec!["d".to_owned()],
            removed: vec!["c".to_owned()],
            kept: 1,
            noisy: 0,
            more: [0; 3],
        }
    );
    let written = Recording::parse(&text(root.path())).unwrap();
    assert_eq!(
        written,
        Recording::parse(&recording(&rows(&requests.replace("t1=0.9 t2=0.5", "t2=0.9 t1=0.5"))).to_text())
            .unwrap()
    );
}

#[test]
fn noise_is_never_recorded_so_that_it_cannot_add_up() {
    let root = root();
    let before = text(root.path());
    let accepted = record(root.path(), &RECORDED.replace("t2=0.5", "t2=0.500009")).unwrap();
    assert!(!accepted.written && accepted.kept == 3);
    assert_eq!(text(root.path()), before);
}

/// What a fake service answers to `a`, with what `score` gave to `t1`.
fn explained(parts: &[(&str, f64)]) -> Vec<common::Row> {
    let mut answers = rows(RECORDED);
    let parts = parts.iter().map(|(stage, score)| Part { stage: (*stage).to_owned(), score: *score });
    answers[0].ranking.as_mut().unwrap().items[0].parts = parts.collect();
    answers
}

#[test]
fn what_each_stage_gave_is_recorded_and_refreshed_without_being_a_change() {
    let root = root();
    let policy = policy(", parts: stage_scores");
    let record = |parts: &[(&str, f64)]| {
        let answers = explained(parts);
        let accepted =
            accept(root.path(), &policy, None, Runs::default(), &mut |_| Ok(fake(answers.clone())));
        let Accepted { written, kept, .. } = accepted.unwrap().remove(0);
        let read = Recording::parse(&text(root.path())).unwrap();
        let parts = read.entries[0].ranking.items[0].parts.clone();
        (written, kept, parts.into_iter().map(|part| (part.stage, part.score)).collect::<Vec<_>>())
    };
    let parts = |parts: &[(&str, f64)]| -> Vec<(String, f64)> {
        parts.iter().map(|(stage, score)| ((*stage).to_owned(), *score)).collect()
    };
    let first = [("score", 0.8), ("boost", 0.1)];
    assert_eq!(record(&first), (true, 3, parts(&first)));
    let noise = [("score", 0.800_001), ("boost", 0.1)];
    assert_eq!(record(&noise), (false, 3, parts(&first)), "noise never adds up");
    let moved = [("score", 0.7), ("boost", 0.2)];
    assert_eq!(record(&moved), (true, 3, parts(&moved)));
    let summed = [("score", 0.4), ("boost", 0.2), ("score", 0.3)];
    assert_eq!(record(&summed), (false, 3, parts(&moved)), "a stage that stands twice gave the sum");
    assert_eq!(record(&[("score", 0.9)]), (true, 3, parts(&[("score", 0.9)])));
    assert_eq!(record(&[]), (true, 3, Vec::new()));
}

#[test]
fn the_first_recording_needs_none_before_it() {
    let root = root();
    std::fs::remove_file(root.path().join(RANKINGS)).unwrap();
    let accepted = record(root.path(), RECORDED).unwrap();
    assert_eq!(accepted.added, ["a", "b", "c"]);
    assert_eq!(text(root.path()), recording(&rows(RECORDED)).to_text());
}

#[test]
fn a_recording_that_cannot_be_read_is_replaced() {
    let root = root();
    std::fs::write(root.path().join(RANKINGS), "{\"half").unwrap();
    assert_eq!(record(root.path(), RECORDED).unwrap().added, ["a", "b", "c"]);
    assert_eq!(text(root.path()), recording(&rows(RECORDED)).to_text());
}

#[test]
fn a_service_that_does_not_start_errs_or_hangs_leaves_the_recording_alone() {
    check_refused(&mut |_| Err("no such binary".to_owned()), "failed to start `queue`: no such binary");
    check_refused(
        &mut |_| Ok(Box::new(|_: &Value| Err("no such field".to_owned()))),
        "failed to ask `queue` for `a`: no such field",
    );
    // It answers the first request and none after it.
    let hanging = |_: &golden::Corpus| {
        let mut first = true;
        let ask = move |_: &Value| {
            let ranking = common::ranking(if first { "t1=0.9" } else { "DEADLINE_EXCEEDED" });
            let unsent = (!first).then(|| "no answer within 2s".to_owned());
            first = false;
            Ok(Answer { unsent, ..answer(&ranking) })
        };
        Ok(Box::new(ask) as Ask)
    };
    check_refused(
        &mut { hanging },
        "failed to record the rankings of `queue`: `b` was not answered: no answer within 2s",
    );
}

#[test]
fn statuses_that_say_nothing_about_the_request_are_not_recorded() {
    let answers = rows(&RECORDED.replace("NOT_FOUND", "INTERNAL"));
    check_refused(
        &mut |_| Ok(fake(answers.clone())),
        "failed to record the rankings of `queue`: `c` was answered with INTERNAL",
    );
}

#[test]
fn invalid_and_unstable_answers_are_not_recorded() {
    let invalid = rows(&RECORDED.replace("t2=0.5", "t1=0.5"));
    check_refused(
        &mut |_| Ok(fake(invalid.clone())),
        "failed to record the rankings of `queue`: the ranking of `a` is invalid: `t1` stands in it more than once",
    );
    let mut runs = [RECORDED.to_owned(), RECORDED.replace("t1=0.9 t2=0.5", "t2=0.9 t1=0.5")]
        .map(|run| rows(&run))
        .into_iter()
        .cycle();
    check_refused(
        &mut |_| Ok(fake(runs.next().unwrap())),
        "failed to record the rankings of `queue`: 5 runs of one build answer 1 of 3 requests differently where policy allows 0: a: `t1` fell from 1 to 2",
    );
}

#[test]
fn an_unknown_service_is_refused() {
    let root = root();
    let error = accept(root.path(), &policy(""), Some("home"), Runs::default(), &mut |_| Err(String::new()))
        .unwrap_err();
    assert_eq!(error.to_string(), "failed to find a corpus of `home` in the policy");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_root_is_not_followed() {
    let (root, outside) = (root(), tempfile::tempdir().unwrap());
    let folder = root.path().join("services/queue/golden");
    std::fs::rename(&folder, outside.path().join("golden")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("golden"), &folder).unwrap();
    let before = text(root.path());
    assert!(record(root.path(), &RECORDED.replace("t2=0.5", "t2=0.6")).is_err());
    assert_eq!(text(root.path()), before);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leads_out_of_the_root() {
    let (root, outside) = (root(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), root.path().join("linked")).unwrap();
    let policy = policy(", rankings: linked/rankings.jsonl");
    let error =
        accept(root.path(), &policy, None, Runs::default(), &mut |_| Ok(fake(rows(RECORDED)))).unwrap_err();
    assert!(error.to_string().contains("leads out of the root"), "{error}");
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}
