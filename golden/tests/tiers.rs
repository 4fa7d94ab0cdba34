//! Both tiers over whole changes: what is found, what an approval would bind, what stays silent.

mod common;

use common::{RANKINGS, REQUESTS, fake, policy, recording, requests_text, rows, tree};
use findings::{Checked, Finding};
use golden::{Answer, Error, check_live, check_static};
use serde_json::Value;
use source::{Change, Tree};

const BASE: &str = "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=3: t4=0.9 t5=0.5 t6=0.1\n\
                    home/1 limit=2: t1=0.9 t9=0.5\nhome/2 limit=2: NOT_FOUND";

fn judge(base: &str, head: &str) -> Vec<Finding> {
    check_static(&Change::of_trees(Some(tree(base)), tree(head)), &policy("")).findings
}

#[track_caller]
fn check(head: &str, expected: &[&str]) {
    let found: Vec<String> =
        judge(BASE, head).iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
    assert_eq!(found, expected);
}

fn edit(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    BASE.replacen(from, to, 1)
}

#[test]
fn an_unchanged_corpus_noise_and_additions_are_silent() {
    check(BASE, &[]);
    check(&edit("t2=0.5", "t2=0.500009"), &[]);
    check(&edit("home/1", "cold/3 limit=1: t7=1\nhome/1"), &[]);
    let counts = check_static(&Change::of_trees(None, tree(BASE)), &policy("")).counts;
    assert_eq!(counts["requests"], 4);
}

#[test]
fn each_kind_of_change_is_named_for_people() {
    check(
        &edit("t1=0.9 t2=0.5 t3=0.1", "t2=0.9 t7=0.5 t1=0.1"),
        &[
            "ranking-changed: 1 of 4 recorded rankings of `queue` changed; cold viewers: `t1` fell from 1 to 3; `t7` entered at 2; `t3` left from 3 (`cold/1`)",
        ],
    );
    check(
        &edit("NOT_FOUND", "INVALID_ARGUMENT"),
        &[
            "ranking-changed: 1 of 4 recorded rankings of `queue` changed; home viewers: answered INVALID_ARGUMENT \
           instead of NOT_FOUND (`home/2`)",
        ],
    );
    check(
        &edit("cold/2 limit=3: t4=0.9 t5=0.5 t6=0.1\n", ""),
        &["request-removed: the request `cold/2` of `queue` is gone"],
    );
    check(
        &edit("home/1 limit=2", "home/1 limit=5"),
        &["request-changed: the request `home/1` of `queue` changed"],
    );
    check(
        &edit("home/1 limit=2", "home/1 limit=1"),
        &[
            "ranking-invalid: the recorded ranking of `home/1` is invalid: it has 2 items where 1 were asked for",
            "request-changed: the request `home/1` of `queue` changed",
        ],
    );
}

#[test]
fn the_finding_stands_on_the_worst_request_and_shows_the_others() {
    let head = BASE.replace("t5=0.5 t6=0.1", "t5=0.51 t6=0.1").replace("t1=0.9 t9=0.5", "t9=0.9 t1=0.5");
    let finding = &judge(BASE, &head)[0];
    let location = finding.location.as_ref().unwrap();
    assert_eq!((location.file.as_str(), location.span.unwrap().line), (RANKINGS, 4));
    let notes: Vec<&str> = finding.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "requests by what differs: order 1, scores 1, identical 2",
            "changed by segment: cold 1 of 2, home 1 of 2",
            "means over the changed: rbo_ext(.9) 0.950, jaccard@10 1.000, tau_b/common 0.000; another item on top in 1",
            "cold viewers: `t5` at 2 scores 0.51 instead of 0.5 (`cold/2`)",
        ]
    );
}

#[test]
fn an_approval_binds_the_delta_and_survives_what_others_merge() {
    let judged = |base: &str, head: &str| judge(base, head)[0].judged.clone().unwrap();
    let head = edit("t1=0.9 t2=0.5", "t2=0.9 t1=0.5");
    let approved = judged(BASE, &head);
    let others = |text: &str| text.replace("t9=0.5", "t9=0.7") + "\nhome/3 limit=1: t1=1";
    assert_eq!(judged(&others(BASE), &others(&head)), approved, "rebased onto another approved change");
    assert_eq!(judged(BASE, &head.replace("t3=0.1", "t3=0.2")).base, approved.base);
    assert_ne!(judged(BASE, &head.replace("t3=0.1", "t3=0.2")).head, approved.head, "changed once more");
    assert_ne!(judged(BASE, &head.replace("t9=0.5", "t9=0.7")), approved, "more than was approved");
    assert_ne!(judged(&BASE.replace("t3=0.1", "t3=0.2"), &head.replace("t3=0.1", "t3=0.2")), approved);
}

/// Ids of the requests in each finding about changed rankings, where these deltas of an earlier change are approved.
fn reopened(approved: &[findings::Delta], base: &str, head: &str) -> Vec<String> {
    let change = Change::of_trees(Some(tree(base)), tree(head));
    let beside = |finding: &Finding| finding.deltas.iter().map(|delta| approved.contains(delta)).collect();
    let found =
        golden::check_static_with(&change, &policy(""), &golden::bulk::Store::none(), &beside).findings;
    let ids =
        |finding: &Finding| -> Vec<String> { finding.deltas.iter().map(|delta| delta.of.clone()).collect() };
    found.iter().map(|finding| ids(finding).join(" ")).collect()
}

#[test]
fn after_a_rebase_those_requests_come_back_whose_delta_changed_and_no_others() {
    let side = |scores: &dyn Fn(usize) -> f64| -> String {
        (0..20).map(|request| format!("cold/{request:02} limit=3: t1=0.9 t2={}\n", scores(request))).collect()
    };
    let base = side(&|_| 0.5);
    // Mine moves 10 requests; what others merge moves three of these at the base, and five besides.
    let mine = side(&|request| if request < 10 { 0.6 } else { 0.5 });
    let approved = judge(&base, &mine)[0].deltas.clone();
    assert_eq!(approved.len(), 10);
    let theirs = |request: usize| if (7..15).contains(&request) { 0.55 } else { 0.5 };
    let rebased = side(&|request| if request < 10 { theirs(request) + 0.1 } else { theirs(request) });
    let come_back = "cold/07 cold/08 cold/09".to_owned();
    let kept = "cold/00 cold/01 cold/02 cold/03 cold/04 cold/05 cold/06".to_owned();
    assert_eq!(reopened(&approved, &side(&theirs), &rebased), [come_back.clone(), kept.clone()]);

    let open = judge(&side(&theirs), &rebased)[0].deltas.clone();
    let second: Vec<_> = open.into_iter().filter(|delta| come_back.contains(&delta.of)).collect();
    let all = reopened(&[approved, second].concat(), &side(&theirs), &rebased);
    assert_eq!(all, [format!("{kept} {come_back}")], "two approvals cover it between them");
}

#[test]
fn the_policy_by_which_a_delta_was_judged_is_part_of_it() {
    let head = edit("t2=0.5", "t2=0.6");
    let deltas = |more: &str| {
        let change = Change::of_trees(Some(tree(BASE)), tree(&head));
        check_static(&change, &policy(more)).findings.remove(0).deltas
    };
    assert_eq!(deltas(""), deltas(", deadline_ms: 9"));
    for key in [", descending: false", ", tolerance: {absolute: 0.001}"] {
        assert_ne!(deltas(""), deltas(key), "{key}");
    }
}

#[test]
fn an_approval_of_a_removed_or_changed_request_covers_that_one_in_whatever_order_the_file_is() {
    let judged = |base: &str, head: &str| judge(base, head).remove(0).judged.unwrap();
    let lines: Vec<&str> = BASE.lines().collect();
    let without = |gone: usize| -> String {
        lines
            .iter()
            .enumerate()
            .filter(|(line, _)| *line != gone)
            .map(|(_, line)| format!("{line}\n"))
            .collect()
    };
    assert_ne!(judged(BASE, &without(0)), judged(BASE, &without(1)));
    assert_ne!(judged(BASE, &without(0)), judged(&edit("t1=0.9", "t1=0.8"), &without(0)));

    let change = |requests: &str| {
        let base = rows(BASE);
        let tree = |requests: String| {
            let read = golden::Requests::parse(&requests).unwrap();
            let recording = golden::Recording { requests: read.digest(), ..recording(&base) };
            Tree::from_memory([(REQUESTS, requests), (RANKINGS, recording.to_text())])
        };
        let edited = requests.replace("\"limit\":3", "\"limit\":9");
        let change = Change::of_trees(Some(tree(requests.to_owned())), tree(edited));
        check_static(&change, &policy("")).findings.remove(0).judged.unwrap()
    };
    let text = requests_text(&rows(BASE));
    let reversed: String = text.lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(change(&text), change(&reversed));
}

#[test]
fn another_segment_is_another_expectation() {
    let mut base = recording(&rows(BASE));
    let text = requests_text(&rows(BASE));
    let relabelled = text.replacen(r#""segment":"cold""#, r#""segment":"home""#, 1);
    base.requests = golden::Requests::parse(&relabelled).unwrap().digest();
    base.entries[0].segment = "home".to_owned();
    let head = Tree::from_memory([(REQUESTS, relabelled), (RANKINGS, base.to_text())]);
    let found = check_static(&Change::of_trees(Some(tree(BASE)), head), &policy("")).findings;
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["the request `cold/1` of `queue` changed"]);
}

#[test]
fn a_recording_of_another_time_or_seed_is_stale() {
    let found = |clock: Option<&str>, seed: Option<u64>, more: &str| -> Vec<String> {
        let clock = clock.map(str::to_owned);
        let recorded = golden::Recording { clock, seed, ..recording(&rows(BASE)) };
        let tree =
            Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (RANKINGS, recorded.to_text())]);
        let checked = check_static(&Change::of_trees(None, tree), &policy(more));
        checked.findings.into_iter().map(|finding| finding.message).collect()
    };
    let (noon, later) = ("2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z");
    let policy = format!(", clock: {noon}, seed: 7");
    assert_eq!(found(Some(noon), Some(7), &policy), [""; 0]);
    assert_eq!(
        found(Some(later), Some(7), &policy),
        [format!("the recording of `queue` was made at {later} and not at {noon}")]
    );
    assert_eq!(
        found(None, None, &policy),
        [format!("the recording of `queue` was made by the clock of the machine and not at {noon}")]
    );
    assert_eq!(
        found(Some(noon), Some(8), &policy),
        ["the recording of `queue` was made under seed 8 and not under seed 7"]
    );
    assert_eq!(
        found(None, Some(8), ""),
        ["the recording of `queue` was made under seed 8 and not without a seed"]
    );
}

#[test]
fn a_corpus_that_is_gone_moved_or_missing_is_seen() {
    let both = |base: Tree, head: Tree| -> Vec<String> {
        let change = Change::of_trees(Some(base), head);
        check_static(&change, &policy("")).findings.into_iter().map(|finding| finding.message).collect()
    };
    let empty = || Tree::from_memory([("other", "")]);
    assert_eq!(both(tree(BASE), empty()), ["the whole corpus of `queue` is gone, 4 requests"]);
    assert_eq!(both(empty(), empty()), ["the corpus of `queue` is not read: there is no such file"]);
    let without = |path: &str, text: String| Tree::from_memory([(path, text)]);
    assert_eq!(
        both(tree(BASE), without(REQUESTS, requests_text(&rows(BASE)))),
        ["the corpus of `queue` is not read: there is no such file"]
    );
    let moved = Tree::from_memory([
        ("golden/requests.jsonl", requests_text(&rows(BASE))),
        ("golden/rankings.jsonl", recording(&rows(&edit("t2=0.5 t3=0.1", "t3=0.5 t2=0.1"))).to_text()),
    ]);
    let found = both(tree(BASE), moved);
    assert!(found[0].contains("cold viewers: `t2` fell from 2 to 3 (`cold/1`)"), "{found:?}");
}

#[test]
fn a_recording_of_another_corpus_or_of_other_requests_is_no_recording() {
    let text = |change: fn(&mut golden::Recording)| {
        let mut recording = recording(&rows(BASE));
        change(&mut recording);
        Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (RANKINGS, recording.to_text())])
    };
    let found =
        |tree: Tree| check_static(&Change::of_trees(None, tree), &policy("")).findings.remove(0).message;
    assert_eq!(
        found(text(|recording| recording.service = "home".to_owned())),
        "the corpus of `queue` is not read: it belongs to another corpus, `r.v1.Queue/Rank` of `home`, and not to \
         `r.v1.Queue/Rank` of `queue`"
    );
    let other = found(text(|recording| recording.rpc = "r.v1.Queue/Sort".to_owned()));
    assert!(other.contains("it belongs to another corpus, `r.v1.Queue/Sort` of `queue`"), "{other}");
    assert_eq!(
        found(text(|recording| recording.requests = "00".to_owned())),
        "the recording of `queue` was made for requests that have changed since"
    );
    assert_eq!(
        found(text(|recording| recording.entries[3].segment = "cold".to_owned())),
        "the recording of `queue` was made for requests that have changed since"
    );
    assert_eq!(
        found(text(|recording| recording.entries[3].id = "home/9".to_owned())),
        "the recording of `queue` lacks 1, for instance `home/2`, and has 1 without a request, for instance `home/9`"
    );
}

#[test]
fn where_the_base_cannot_be_read_every_ranking_counts_as_changed() {
    let broken = Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (RANKINGS, "{}\n".to_owned())]);
    let found = check_static(&Change::of_trees(Some(broken), tree(BASE)), &policy("")).findings;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message,
        "all 4 recorded rankings of `queue` count as changed: the base's corpus is not read"
    );
    assert!(found[0].judged.is_some(), "an approval can cover the repair");
}

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
