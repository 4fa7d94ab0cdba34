//! Files of a corpus that a change moves, and requests that it rewrites: nothing takes their place unseen.

mod common;

use common::{BASE, RANKINGS, REQUESTS, edit, policy, recording, requests_text, rows};
use golden::{Form, check_static};
use source::{Change, Tree};

const ATTIC: &str = "attic/old.jsonl";
const SNAP: &str = "services/queue/golden/rankings.snap";

#[track_caller]
fn check(head: &[(&str, String)], expected: &[&str]) {
    let base = Tree::from_memory([(REQUESTS, requests(BASE)), (RANKINGS, text(BASE, Form::Lines))]);
    let head = Tree::from_memory(head.iter().map(|(path, text)| (*path, text.clone())));
    let found = check_static(&Change::of_trees(Some(base), head), &policy("")).findings;
    let rules: Vec<&str> = found.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, expected);
}

fn requests(notation: &str) -> String {
    requests_text(&rows(notation))
}

fn text(notation: &str, form: Form) -> String {
    recording(&rows(notation)).write(form, None)
}

fn naming(rankings: &str) -> String {
    format!(
        "golden:\n  corpora:\n    queue: {{rpc: r.v1.Queue/Rank, items: items, id: track_id, score: score, \
         rankings: {rankings}}}\n"
    )
}

#[test]
fn a_recording_is_followed_only_to_where_the_policy_says() {
    let moved = [(REQUESTS, requests(BASE)), (ATTIC, text(BASE, Form::Lines))];
    check(&moved, &["corpus-unreadable"]);
    let named = [&moved[..], &[("gatefold.yaml", naming(ATTIC))]].concat();
    check(&named, &[]);
    let other = [&moved[..], &[("gatefold.yaml", naming("elsewhere.jsonl"))]].concat();
    check(&other, &["corpus-unreadable"]);
}

#[test]
fn a_recording_that_is_moved_away_leaves_no_room_for_another() {
    let changed = text(&edit("t1=0.9 t2=0.5", "t2=0.9 t1=0.5"), Form::Snapshot);
    let head = [(REQUESTS, requests(BASE)), (ATTIC, text(BASE, Form::Lines)), (SNAP, changed)];
    check(&head, &["ranking-changed"]);
}

#[test]
fn a_corpus_that_is_moved_away_is_gone() {
    check(
        &[("attic/requests.jsonl", requests(BASE)), (ATTIC, text(BASE, Form::Lines))],
        &["request-removed"],
    );
}

#[test]
fn a_request_that_is_rewritten_with_its_ranking_says_so() {
    let check = |head: &str, expected: &str| {
        let change = Change::of_trees(Some(common::tree(BASE)), common::tree(head));
        let found = check_static(&change, &policy("")).findings;
        let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, [expected]);
    };
    check(
        &edit("cold/1 limit=3: t1=0.9 t2=0.5", "cold/1 limit=4: t2=0.9 t1=0.5"),
        "the request `cold/1` of `queue` changed; 1 of 1 rank otherwise now",
    );
    check(&edit("cold/1 limit=3", "cold/1 limit=4"), "the request `cold/1` of `queue` changed");
}
