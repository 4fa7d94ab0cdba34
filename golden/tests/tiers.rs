//! The static tier over whole changes: what is found, what an approval would bind, what stays silent.

mod common;

use common::{BASE, RANKINGS, REQUESTS, edit, policy, recording, requests_text, rows, tree};
use findings::Finding;
use golden::check_static;
use source::{Change, Tree};

fn judge(base: &str, head: &str) -> Vec<Finding> {
    check_static(&Change::of_trees(Some(tree(base)), tree(head)), &policy("")).findings
}

#[track_caller]
fn check(head: &str, expected: &[&str]) {
    let found: Vec<String> =
        judge(BASE, head).iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
    assert_eq!(found, expected);
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
    let named = "golden: {corpora: {queue: {rpc: r.v1.Queue/Rank, items: items, id: track_id, score: score, \
                 requests: golden/requests.jsonl, rankings: golden/rankings.jsonl}}}";
    let moved = Tree::from_memory([
        ("golden/requests.jsonl", requests_text(&rows(BASE))),
        ("golden/rankings.jsonl", recording(&rows(&edit("t2=0.5 t3=0.1", "t3=0.5 t2=0.1"))).to_text()),
        ("gatefold.yaml", named.to_owned()),
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
