//! The live tier over whole changes: what a service answers beside what is recorded, and what it must not get through by
//! failing.

mod common;

use common::{BASE, RANKINGS, REQUESTS, edit, fake, policy, requests_text, rows, tree};
use findings::Checked;
use golden::{Answer, Error, check_live};
use serde_json::Value;
use source::{Change, Tree};

fn replay(base: &str, head: &str, runs: [&str; 2]) -> Result<Checked, Error> {
    let mut runs = runs.map(rows).into_iter();
    let change = Change::of_trees(Some(tree(base)), tree(head));
    check_live(&change, &policy(""), &mut |_| Ok(fake(runs.next().unwrap())))
}

#[track_caller]
fn check_replay(base: &str, head: &str, runs: [&str; 2], expected: &[&str]) {
    let found = replay(base, head, runs).unwrap().findings;
    let found: Vec<String> =
        found.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_service_that_keeps_its_recording_is_silent_even_where_the_recording_changed() {
    let head = edit("t1=0.9 t2=0.5", "t2=0.9 t1=0.5");
    check_replay(BASE, BASE, [BASE, BASE], &[]);
    check_replay(BASE, &head, [&head, &head], &[]);
    let noisy = edit("t2=0.5", "t2=0.500009");
    check_replay(BASE, BASE, [BASE, &noisy], &[]);
}

#[test]
fn a_service_that_answers_otherwise_than_recorded_is_seen_once() {
    let head = edit("t2=0.5 t3=0.1", "t3=0.5 t2=0.1");
    check_replay(
        BASE,
        BASE,
        [&head, &head],
        &[
            "ranking-drifted: 1 of 4 requests are answered by `queue` otherwise than recorded; cold viewers: `t2` fell from \
           2 to 3 (`cold/1`)",
        ],
    );
}

#[test]
fn a_request_that_head_removed_is_still_asked() {
    let head = edit("home/2 limit=2: NOT_FOUND", "home/3 limit=2: t1=1");
    let answers = BASE.replace("NOT_FOUND", "t5=1") + "\nhome/3 limit=2: t1=1";
    check_replay(
        BASE,
        &head,
        [&answers, &answers],
        &[
            "ranking-drifted: 1 of 5 requests are answered by `queue` otherwise than recorded; home viewers: answered OK \
           instead of NOT_FOUND (`home/2`)",
        ],
    );
}

#[test]
fn two_runs_that_differ_are_unstable_and_say_nothing_about_the_recording() {
    let other = edit("t2=0.5 t3=0.1", "t3=0.5 t2=0.1");
    let found = replay(BASE, BASE, [&other, BASE]).unwrap().findings;
    let ids: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(ids, ["ranking-unstable"]);
}

#[test]
fn what_one_request_leaves_for_the_next_is_unstable() {
    let change = Change::of_trees(None, tree(BASE));
    let start = &mut |_: &golden::Corpus| {
        let (mut ask, mut asked) = (fake(rows(BASE)), 0);
        Ok(Box::new(move |request: &Value| {
            asked += 1;
            let mut answer = ask(request)?;
            if let Some(response) = answer.response.as_mut().filter(|_| asked == 1) {
                response["items"].as_array_mut().unwrap().truncate(1);
            }
            Ok(answer)
        }) as golden::Ask)
    };
    let found = check_live(&change, &policy(""), start).unwrap().findings;
    assert_eq!(found[0].rule.id, "ranking-unstable");
    assert!(found[0].message.contains("cold viewers: `t2` entered at 2;"), "{}", found[0].message);
}

#[test]
fn an_invalid_answer_is_seen_whatever_is_recorded() {
    for (invalid, reason) in [
        ("t1=0.9 t1=0.5", "`t1` stands in it more than once"),
        ("t1=NaN t9=0.5", "the score of `t1` is not a finite number"),
        ("t1=0.5 t9=0.9", "`t9` stands below `t1`, which scores less"),
        ("t1=0.9 t9=0.5 t8=0.1", "it has 3 items where 2 were asked for"),
    ] {
        let answers = edit("t1=0.9 t9=0.5", invalid);
        let found = replay(BASE, BASE, [&answers, &answers]).unwrap().findings;
        assert_eq!(found[0].message, format!("the answered ranking of `home/1` is invalid: {reason}"));
    }
}

#[test]
fn a_service_that_hangs_or_does_not_start_is_an_error_and_not_a_pass() {
    let change = Change::of_trees(None, tree(BASE));
    let error = check_live(&change, &policy(""), &mut |_| Err("no such binary".to_owned())).unwrap_err();
    assert_eq!(error.to_string(), "failed to start `queue`: no such binary");
    let silent = |_: &Value| {
        let unsent = Some("no answer within 2s".to_owned());
        Ok(Answer { status: "DEADLINE_EXCEEDED".to_owned(), response: None, unsent })
    };
    let error = check_live(&change, &policy(""), &mut |_| Ok(Box::new(silent))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to ask `queue` for `home/1`: 3 answers in a row did not come: no answer within 2s"
    );
}

#[test]
fn a_corpus_that_can_be_read_on_neither_side_is_an_error_of_the_live_tier() {
    let ask = |head: Tree| {
        check_live(&Change::of_trees(None, head), &policy(""), &mut |_| Err(String::new())).unwrap_err()
    };
    assert_eq!(
        ask(Tree::from_memory([("a", "")])).to_string(),
        format!("failed to read {REQUESTS}: there is no such file")
    );
    let broken = Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (RANKINGS, "{}\n".to_owned())]);
    assert!(ask(broken).to_string().starts_with(&format!("failed to read {RANKINGS}: it does not parse")));
}

#[test]
fn a_response_without_the_fields_of_the_policy_is_an_error() {
    let change = Change::of_trees(None, tree(BASE));
    for (response, reason) in [
        (serde_json::json!({}), "the response has no list at `items`"),
        (serde_json::json!({"items": [{}]}), "an item has no identifier at `track_id`"),
        (serde_json::json!({"items": [{"track_id": "a"}]}), "`a` has no score at `score`"),
    ] {
        let answer = Answer { status: "OK".to_owned(), response: Some(response), unsent: None };
        let start = &mut |_: &golden::Corpus| {
            let answer = answer.clone();
            Ok(Box::new(move |_: &Value| Ok(answer.clone())) as golden::Ask)
        };
        let error = check_live(&change, &policy(""), start).unwrap_err();
        assert_eq!(error.to_string(), format!("failed to ask `queue` for `cold/1`: {reason}"));
    }
}
