//! Corpora in a store: `golden accept`, and shards of a replay.

mod common;

use std::path::Path;

use common::depot::{BASE, Depot, edit};
use common::{RANKINGS, REQUESTS, fake, policy, rows, tree};
use golden::partial::{Outcome, Shard, replay};
use golden::{Error, accept_with};
use source::Tree;

/// A root with the requests of a corpus in the store, and nothing recorded.
fn root(depot: &Depot) -> &Path {
    let root = depot.folder.path();
    std::fs::create_dir_all(root.join("services/queue/golden")).unwrap();
    std::fs::write(root.join(REQUESTS), &depot.manifests(BASE)[0]).unwrap();
    root
}

fn accept(depot: &Depot, answers: &str) -> Result<golden::Accepted, Error> {
    let answers = rows(answers);
    let mut start = |_: &golden::Corpus| Ok(fake(answers.clone()));
    let accepted = accept_with(
        root(depot),
        &policy(""),
        Some("queue"),
        golden::Runs::default(),
        &depot.store,
        &mut start,
    );
    accepted.map(|mut accepted| accepted.remove(0))
}

#[test]
fn accept_records_into_the_store_and_writes_the_manifest() {
    let depot = Depot::new();
    let accepted = accept(&depot, BASE).unwrap();
    assert_eq!((accepted.written, accepted.added.len(), accepted.kept), (true, 4, 0));
    let text = std::fs::read_to_string(root(&depot).join(RANKINGS)).unwrap();
    assert_eq!(text, depot.manifests(BASE)[1], "as it would be written from the same rankings");

    let head = edit("t9=0.5", "t8=0.5").replace("t2=0.5", "t2=0.500001");
    let accepted = accept(&depot, &head).unwrap();
    assert_eq!((accepted.changed.len(), accepted.kept, accepted.more), (1, 3, [0; 3]));
    let kept = edit("t9=0.5", "t8=0.5");
    assert_eq!(
        std::fs::read_to_string(root(&depot).join(RANKINGS)).unwrap(),
        depot.manifests(&kept)[1],
        "noise never adds up"
    );
    assert!(!accept(&depot, &head).unwrap().written);
}

#[test]
fn what_must_not_be_recorded_leaves_manifest_and_store_as_they_were() {
    let depot = Depot::new();
    accept(&depot, BASE).unwrap();
    let before = std::fs::read_to_string(root(&depot).join(RANKINGS)).unwrap();
    let files = || std::fs::read_dir(depot.folder.path().join("store")).unwrap().count();
    let stored = files();
    let error = accept(&depot, &edit("t9=0.5", "t1=0.5")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to record the rankings of `queue`: the ranking of `home/1` is invalid: `t1` stands in it more than once"
    );
    assert_eq!((std::fs::read_to_string(root(&depot).join(RANKINGS)).unwrap(), files()), (before, stored));
}

#[test]
fn shards_of_a_replay_ask_every_request_once_and_compare_it_with_what_is_recorded() {
    let depot = Depot::new();
    let many: String = (0..700).map(|n| format!("s{}/{n:03} limit=2: t1=0.9 t2=0.5\n", n % 3)).collect();
    let answers = many
        .replace("s1/100 limit=2: t1=0.9 t2=0.5", "s1/100 limit=2: t2=0.9 t1=0.5")
        .replace("s2/200 limit=2: t1=0.9", "s2/200 limit=2: t2=0.9");
    for head in [depot.tree(&sorted(&many)), tree(&sorted(&many))] {
        let slice = |shard: Shard| {
            let mut start = |_: &golden::Corpus| Ok(fake(rows(answers.trim_end())));
            replay(&head, &policy("").corpora[0], &depot.store, shard, &mut start, &mut |_| {}).unwrap()
        };
        let whole = slice(Shard::WHOLE);
        assert_eq!((whole.of, whole.asked), (700, 700));
        let total = whole.tally.total();
        assert_eq!(
            [Outcome::Identical, Outcome::Order, Outcome::Broken].map(|outcome| total.count(outcome)),
            [698, 1, 1]
        );
        let shards: Vec<_> = (0..3).map(|index| slice(Shard::new(index, 3).unwrap())).collect();
        assert_eq!(shards.iter().map(|shard| shard.asked).sum::<u64>(), 700);
        let merged = shards
            .into_iter()
            .map(|shard| shard.tally)
            .fold(Default::default(), golden::partial::Tally::merge);
        assert_eq!(merged, whole.tally);
    }
}

fn sorted(notation: &str) -> String {
    let mut lines: Vec<&str> = notation.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn a_replay_that_cannot_look_gives_out_nothing() {
    let depot = Depot::new();
    let head = depot.tree(BASE);
    let ask = |head: &Tree, answers: &str| {
        let answers = rows(answers);
        let mut start = |_: &golden::Corpus| Ok(fake(answers.clone()));
        replay(head, &policy("").corpora[0], &depot.store, Shard::WHOLE, &mut start, &mut |_| {})
            .unwrap_err()
            .to_string()
    };
    assert!(ask(&head, "cold/1: t1=1").contains("no such row"));
    let [requests, _] = depot.manifests(&BASE.replace("limit=3", "limit=4"));
    let [_, rankings] = depot.manifests(BASE);
    let stale = Tree::from_memory([(REQUESTS, requests), (RANKINGS, rankings)]);
    assert!(ask(&stale, BASE).ends_with("it was made for other requests, run `cargo xtask golden accept`"));
    depot.empty();
    assert!(ask(&head, BASE).contains("the store has no"));
}

#[test]
fn a_file_of_requests_in_the_store_that_is_not_the_one_is_refused_at_its_end() {
    let depot = Depot::new();
    let head = depot.tree(BASE);
    let store = depot.folder.path().join("store");
    let requests = std::fs::read_dir(&store)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().unwrap() == "jsonl")
        .unwrap();
    let text = std::fs::read_to_string(&requests).unwrap();
    for (damaged, expected) in [
        (text.replace("\"limit\":3", "\"limit\":4"), "is not the file that its manifest names"),
        (
            text.lines().take(3).map(|line| format!("{line}\n")).collect(),
            "is not the file that its manifest names",
        ),
        (text[..text.len() - 4].to_owned(), "is cut off: its last line does not end"),
        (text.lines().rev().map(|line| format!("{line}\n")).collect(), "requests are sorted by id"),
    ] {
        std::fs::write(&requests, damaged).unwrap();
        let mut start = |_: &golden::Corpus| Ok(fake(rows(BASE)));
        let error =
            replay(&head, &policy("").corpora[0], &depot.store, Shard::WHOLE, &mut start, &mut |_| {})
                .unwrap_err();
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}
