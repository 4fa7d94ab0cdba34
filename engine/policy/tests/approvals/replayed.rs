//! An approval passes what it was written for, and nothing that only looks like it.

use findings::{Finding, Location};
use gatefold_policy::Settings;
use gatefold_policy::approvals::{Approvals, Words};
use source::{Change, Tree, Wider};

use crate::common::{ANN, APPROVAL, Files, Key, Moved, RANKINGS, change, moved, on, why, with};

fn signed() -> Moved {
    Moved::under(&Key::new(1).line(ANN), Settings::default()).signed(ANN, &Key::new(1))
}

#[test]
fn other_contents_on_either_side_are_another_change() {
    let it = signed();
    it.passes();
    it.with(&[(RANKINGS, "c b a\n")]).blocks("it accepts other contents than head has");
    let other_base = Moved { base: with(&it.base, &[(RANKINGS, "c a b\n")]), ..signed() };
    other_base.blocks("it accepts other contents than the base has");
    it.with(&[(RANKINGS, "b a c\r\n")]).blocks("it accepts other contents than head has");
}

#[test]
fn another_file_of_the_same_contents_is_another_finding() {
    let it = signed();
    let other = "services/queue/golden/rankings.jsonl";
    let (base, head) = (with(&it.base, &[(other, "a b c\n")]), with(&it.head, &[(other, "b a c\n")]));
    let found = Finding { location: Some(Location::file(other)), ..moved() };
    let change = change(&base, &head);
    let read = Approvals::read(&change, Some(&it.settings), on("2026-11-20"));
    assert!(read.covering(&moved(), &change).is_some());
    assert!(read.covering(&found, &change).is_none());
}

/// The same two sides as a folder of a repository.
fn in_folder(it: &Moved, prefix: &str) -> Change {
    let below = |files: &Files| {
        Tree::from_memory(files.iter().map(|(path, text)| (format!("{prefix}/{path}"), text.clone())))
    };
    let (base, head) = (Some(below(&it.base)), below(&it.head));
    Change {
        repository: Some(Wider { base, head, files: Vec::new(), prefix: prefix.to_owned() }),
        ..it.change()
    }
}

#[test]
fn another_workspace_of_the_same_contents_is_another_change() {
    let it = signed();
    let elsewhere = in_folder(&it, "templates/ranker");
    let why_at =
        |change: &Change| why(&Approvals::read(change, Some(&it.settings), on("2026-11-20")), change);
    assert_eq!(why_at(&elsewhere).as_deref(), Some("it is for the workspace at the repository's root"));
    let words = Words { reason: "meant", by: ANN, ..Words::default() };
    let text = gatefold_policy::approvals::request_for(&[&moved()], &elsewhere, on("2026-11-20"), &words);
    assert!(text.contains("workspace: templates/ranker\n"), "{text}");
    let signature = Key::new(1).sign(&text);
    let there = it.with(&[(APPROVAL, &text), ("approvals/one.yaml.sig", &signature)]);
    assert_eq!(why_at(&in_folder(&there, "templates/ranker")), None);
    let expected = "it is for the workspace `templates/ranker`";
    assert_eq!(why_at(&in_folder(&there, "templates/other")).as_deref(), Some(expected));
    there.blocks(expected);
}

#[test]
fn done_once_more_it_counts_for_as_long_as_going_back_is_open() {
    let it = signed();
    for (date, expected) in [
        ("2026-11-20", None),
        ("2027-02-18", None),
        ("2027-02-19", Some("it is of 2026-11-20, and what was accepted counts for 90 days without `until`")),
    ] {
        let read = Approvals::read(&it.change(), Some(&it.settings), on(date));
        assert_eq!(why(&read, &it.change()).as_deref(), expected, "{date}");
    }
    // A copy under another name is not newer.
    let copied: Files = it
        .head
        .iter()
        .map(|(path, text)| (path.replace("approvals/one", "approvals/copied"), text.clone()))
        .collect();
    let change = change(&it.base, &copied);
    assert!(why(&Approvals::read(&change, Some(&it.settings), on("2027-02-19")), &change).is_some());
}

#[test]
fn what_is_accepted_until_a_day_counts_until_then() {
    let it = Moved::under(&Key::new(1).line(ANN), Settings::default());
    let text = it.request(&Words { reason: "r", by: ANN, until: Some("2028-01-31"), ..Words::default() });
    let it = it.with(&[(APPROVAL, &text), ("approvals/one.yaml.sig", &Key::new(1).sign(&text))]);
    for (date, expected) in [("2028-01-31", None), ("2028-02-01", Some("it ended on 2028-01-31"))] {
        let read = Approvals::read(&it.change(), Some(&it.settings), on(date));
        assert_eq!(why(&read, &it.change()).as_deref(), expected);
    }
}

#[test]
fn what_is_accepted_as_it_stands_has_no_end() {
    let mut it = Moved::under(&Key::new(1).line(ANN), Settings::default());
    it.base = it.head.clone();
    let it = it.signed(ANN, &Key::new(1));
    let read = Approvals::read(&it.change(), Some(&it.settings), on("2036-01-01"));
    assert_eq!(why(&read, &it.change()), None);
}
