//! One build asked again and again: what counts as noise, what is recorded of it, and that it excuses no change.

mod common;

use std::cell::{Cell, RefCell};

use common::{RANKINGS, REQUESTS, answer, fake, policy, recording, requests_text, rows, tree};
use golden::compare::Class;
use golden::{Answer, Ask, Kind, Measured, Noise, Recording, Runs, accept, check_live, check_static, noise};
use serde_json::Value;
use source::Change;

const RECORDED: &str = "a limit=3: t1=0.9 t2=0.5 t3=0.4\nb limit=3: t3=0.9\nc limit=3: NOT_FOUND";
const TURNED: &str = "a limit=3: t1=0.9 t3=0.55 t2=0.5\nb limit=3: t3=0.9\nc limit=3: NOT_FOUND";

/// Answers by the first notation in some runs and by the second in the others.
fn flapping(
    first: &str,
    other: &str,
    is_other: impl Fn(usize) -> bool + Copy + 'static,
) -> impl FnMut(&golden::Corpus) -> Result<Ask, String> {
    let (first, other) = (rows(first), rows(other));
    let mut asked = 0;
    let count = first.len();
    move |_| {
        // Each start of the service is told at which run it begins.
        let (mut one, mut another) = (fake(first.clone()), fake(other.clone()));
        let mut run = asked;
        asked += 1;
        let mut left = count;
        let ask = move |request: &Value| {
            let answer = if is_other(run) { another(request) } else { one(request) };
            left -= 1;
            if left == 0 {
                (run, left) = (run + 1, count);
            }
            answer
        };
        Ok(Box::new(ask) as Ask)
    }
}

fn root(recorded: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("services/queue/golden")).unwrap();
    std::fs::write(root.path().join(REQUESTS), requests_text(&rows(recorded))).unwrap();
    std::fs::write(root.path().join(RANKINGS), recording(&rows(recorded)).to_text()).unwrap();
    root
}

fn measure(more: &str, start: &mut golden::Start<'_>) -> Measured {
    let root = root(RECORDED);
    let measured = noise(root.path(), &policy(more), Some("queue"), Runs::default(), start, &mut |_, _| {});
    measured.unwrap().remove(0)
}

#[test]
fn a_build_that_answers_the_same_is_quiet() {
    let measured = measure("", &mut |_| Ok(fake(rows(RECORDED))));
    assert!(measured.is_quiet());
    assert_eq!((measured.requests, measured.recorded, measured.alarms), (3, 3, 0));
    assert_eq!(measured.by_run.into_iter().collect::<Vec<_>>(), [(Class::Identical, 4)]);
    assert_eq!(measured.answers.into_iter().collect::<Vec<_>>(), [(Class::Identical, 12)]);
}

#[test]
fn what_differs_from_run_to_run_is_counted_by_class_and_named() {
    let measured = measure("", &mut flapping(RECORDED, TURNED, |run| run == 2));
    assert!(!measured.is_quiet());
    assert_eq!(
        measured.by_run.iter().map(|(class, count)| (*class, *count)).collect::<Vec<_>>(),
        [(Class::Identical, 3), (Class::Order, 1)]
    );
    let noisy: Vec<_> = measured.noisy().cloned().collect();
    assert_eq!((noisy.len(), noisy[0].id.as_str(), noisy[0].runs), (1, "a", 1));
    let known = noisy[0].noise.unwrap();
    assert_eq!((known.kind, known.rank), (Kind::Order, Some(2)));
    assert!((known.drift - 0.15).abs() < 1e-12);
    // One of three: the quantile 0.95 of Beta(2, 2).
    assert!((measured.upper_bound() - 0.864_650).abs() < 1e-4, "{}", measured.upper_bound());
    assert_eq!((measured.alarms, measured.alarm.is_some()), (1, true));
}

#[test]
fn what_the_gate_would_block_is_an_alarm_even_where_all_runs_agree() {
    let measured = measure("", &mut |_| Ok(fake(rows(TURNED))));
    assert_eq!((measured.noisy().len(), measured.alarms), (0, 5));
    assert!(!measured.is_quiet());
    let invalid = measure("", &mut |_| Ok(fake(rows(&RECORDED.replace("t2=0.5", "t1=0.5")))));
    assert_eq!(invalid.alarm.as_deref(), Some("a: `t1` stands in it more than once"));
}

#[test]
fn another_status_is_never_noise() {
    let silent = TURNED.replace("b limit=3: t3=0.9", "b limit=3: NOT_FOUND");
    let measured = measure(", noise: 1", &mut flapping(RECORDED, &silent, |run| run == 1));
    let noisy: Vec<_> = measured.noisy().map(|noisy| (noisy.id.as_str(), noisy.noise.is_some())).collect();
    assert_eq!(noisy, [("a", true), ("b", false)]);
    let root = root(RECORDED);
    let start = &mut flapping(RECORDED, &silent, |run| run == 1);
    let error = accept(root.path(), &policy(", noise: 1"), None, Runs::default(), start).unwrap_err();
    assert!(error.to_string().contains("b: answered NOT_FOUND instead of OK"), "{error}");
}

#[test]
fn every_order_of_the_requests_is_tried_and_the_service_started_as_often_as_said() {
    let (orders, starts) = (RefCell::new(Vec::<String>::new()), Cell::new(0));
    let orders = std::rc::Rc::new(orders);
    let (root, all) = (root(RECORDED), rows(RECORDED));
    for _ in 0..2 {
        let mut start = |_: &golden::Corpus| {
            starts.set(starts.get() + 1);
            let (orders, mut one) = (orders.clone(), fake(all.clone()));
            Ok(Box::new(move |request: &Value| {
                orders.borrow_mut().push(request["request_id"].as_str().unwrap().to_owned());
                one(request)
            }) as Ask)
        };
        let mut over = 0;
        noise(root.path(), &policy(""), None, Runs::new(20), &mut start, &mut |_, run| over = run).unwrap();
        assert_eq!(over, 20);
    }
    assert_eq!(starts.get(), 10);
    let asked = orders.borrow().concat();
    let (once, again) = asked.split_at(60);
    assert_eq!(once, again, "the same orders each time");
    assert!(once.starts_with("abccba"), "{once}");
    for order in ["abc", "acb", "bac", "bca", "cab", "cba"] {
        assert!(once.as_bytes().chunks(3).any(|run| run == order.as_bytes()), "{order} in {once}");
    }
}

#[test]
fn noise_within_policy_is_recorded_and_what_stays_within_it_is_kept() {
    let (root, policy) = (root(RECORDED), policy(", noise: 0.34"));
    let record = |start: &mut golden::Start<'_>| {
        accept(root.path(), &policy, None, Runs::default(), start).unwrap().remove(0)
    };
    let accepted = record(&mut flapping(RECORDED, TURNED, |run| run == 2));
    assert_eq!((accepted.noisy, accepted.kept, accepted.written), (1, 3, true));
    let text = || std::fs::read_to_string(root.path().join(RANKINGS)).unwrap();
    let first = Recording::parse(&text()).unwrap();
    assert_eq!(first.entries[0].noise.map(|noise| noise.kind), Some(Kind::Order));
    // The other way round: the first run answers what differs from the recording by no more than its noise.
    let accepted = record(&mut flapping(TURNED, RECORDED, |run| run == 2));
    assert_eq!((accepted.noisy, accepted.kept), (1, 3));
    assert_eq!(Recording::parse(&text()).unwrap().entries[0].ranking, first.entries[0].ranking);
    // A service that was mended: the recording says so.
    let accepted = record(&mut |_| Ok(fake(rows(RECORDED))));
    assert_eq!((accepted.noisy, accepted.written), (0, true));
    assert_eq!(text(), recording(&rows(RECORDED)).to_text());
}

#[test]
fn noise_beyond_policy_is_not_recorded() {
    let root = root(RECORDED);
    let before = std::fs::read_to_string(root.path().join(RANKINGS)).unwrap();
    let start = &mut flapping(RECORDED, TURNED, |run| run == 4);
    let error = accept(root.path(), &policy(", noise: 0.3"), None, Runs::default(), start).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to record the rankings of `queue`: 5 runs of one build answer 1 of 3 requests differently where policy \
         allows 0: a: `t2` fell from 2 to 3"
    );
    assert_eq!(std::fs::read_to_string(root.path().join(RANKINGS)).unwrap(), before);
}

const NOISY: &str = "a limit=3 noisy: t1=0.9 t2=0.5 t3=0.4\nb limit=3: t3=0.9";

fn statically(base: &str, head: &str, more: &str) -> Vec<String> {
    let change = Change::of_trees(Some(tree(base)), tree(head));
    let findings = check_static(&change, &policy(more)).findings;
    findings.into_iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

#[test]
fn the_noise_that_the_base_recorded_is_no_change_and_more_is() {
    let turned = NOISY.replace("t2=0.5 t3=0.4", "t3=0.55 t2=0.5");
    assert_eq!(statically(NOISY, &turned, ", noise: 0.5"), [""; 0]);
    let top = NOISY.replace("t1=0.9 t2=0.5 t3=0.4", "t4=1 t1=0.9 t2=0.5");
    assert_eq!(statically(NOISY, &top, ", noise: 0.5").len(), 1);
    let other = NOISY.replace("b limit=3: t3=0.9", "b limit=3: t4=0.9");
    assert_eq!(statically(NOISY, &other, ", noise: 0.5").len(), 1, "another request");
}

#[test]
fn noise_that_comes_with_a_change_does_not_excuse_it() {
    let quiet = NOISY.replace(" noisy", "");
    let turned = NOISY.replace("t2=0.5 t3=0.4", "t3=0.55 t2=0.5");
    let found = statically(&quiet, &turned, ", noise: 0.5");
    assert!(
        found[0]
            .starts_with("corpus-noisy: 1 of 2 requests of `queue` are recorded as noisier than they were")
    );
    assert!(found[1].starts_with("ranking-changed: "), "{found:?}");
    assert_eq!(statically(NOISY, NOISY, ", noise: 0.5"), [""; 0], "what the base said already");
    assert_eq!(statically(NOISY, &quiet, ", noise: 0.5"), [""; 0], "less is always fine");
    let found = statically(NOISY, NOISY, "");
    assert_eq!(
        found,
        [
            "corpus-noisy: 1 of 2 requests of `queue` are answered differently from run to run, and policy allows 0"
        ]
    );
    let both = NOISY.replace("b limit=3:", "b limit=3 noisy:");
    assert_eq!(statically(NOISY, &both, ", noise: 0.5").len(), 1);
}

#[test]
fn the_live_tier_lets_pass_what_is_recorded_as_noise_and_nothing_else() {
    let live = |base: &str, head: &str, first: &str, second: &str| -> Vec<&'static str> {
        let change = Change::of_trees(Some(tree(base)), tree(head));
        let mut runs = [rows(first), rows(second)].into_iter();
        let checked = check_live(&change, &policy(", noise: 0.5"), &mut |_| Ok(fake(runs.next().unwrap())));
        checked.unwrap().findings.into_iter().map(|finding| finding.rule.id).collect()
    };
    let turned = NOISY.replace("t2=0.5 t3=0.4", "t3=0.55 t2=0.5");
    let quiet = NOISY.replace(" noisy", "");
    assert_eq!(live(NOISY, NOISY, NOISY, &turned), [""; 0]);
    assert_eq!(live(NOISY, NOISY, &turned, &turned), [""; 0]);
    assert_eq!(live(&quiet, NOISY, NOISY, &turned), ["ranking-unstable"], "head's word does not count");
    assert_eq!(live(&quiet, NOISY, &turned, &turned), ["ranking-drifted"]);
    let top = NOISY.replace("t1=0.9 t2=0.5 t3=0.4", "t2=1 t1=0.9 t3=0.4");
    assert_eq!(live(NOISY, NOISY, &top, &top), ["ranking-drifted"], "above half the rank");
}

#[test]
fn a_corpus_that_cannot_be_asked_is_an_error() {
    let (root, policy) = (root(RECORDED), policy(""));
    let run = |corpus: Option<&str>, start: &mut golden::Start<'_>| {
        noise(root.path(), &policy, corpus, Runs::default(), start, &mut |_, _| {}).unwrap_err().to_string()
    };
    let unknown = run(Some("home"), &mut |_| Err(String::new()));
    assert_eq!(unknown, "failed to find the corpus `home` in the policy");
    let gone = run(None, &mut |_| Err("no such binary".to_owned()));
    assert_eq!(gone, "failed to start `queue`: no such binary");
    // It hangs from the second run on.
    let mut starts = 0;
    let hanging = run(None, &mut |_| {
        starts += 1;
        let hangs = starts > 1;
        let mut good = fake(rows(RECORDED));
        Ok(Box::new(move |request: &Value| {
            if hangs {
                let late = answer(&common::ranking("DEADLINE_EXCEEDED"));
                return Ok(Answer { unsent: Some("no answer within 2s".to_owned()), ..late });
            }
            good(request)
        }) as Ask)
    });
    assert_eq!(
        hanging,
        "failed to ask `queue` for `a`: 3 answers in a row did not come: no answer within 2s"
    );
}

#[test]
fn the_noise_of_the_notation_is_what_the_tests_above_take_it_for() {
    let noise = recording(&rows(NOISY)).entries[0].noise;
    assert_eq!(noise, Some(Noise { drift: 0.2, kind: Kind::Order, rank: Some(2) }));
}
