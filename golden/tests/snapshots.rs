//! Recordings as snapshots of insta: the same rankings in another text, and what is refused of it.

mod common;

use common::{RANKINGS, REQUESTS, policy, recording, requests_text, rows};
use golden::{Form, Kind, Noise, Part, Recording, Refusal, accept, check_static, snapshot};
use source::{Change, Tree};

const SNAP: &str = "services/queue/golden/rankings.snap";
const BASE: &str =
    "cold/1 limit=3: t1=0.9 t2=0.5 t3=-1e-7\ncold/2 limit=3: t4=5 t5=0.1\nhome/2 limit=2: NOT_FOUND";

const TEXT: &str = "---
source: services/queue/tests/rankings.rs
expression: rankings
---
gatefold.golden: 2
service: queue
rpc: r.v1.Queue/Rank
requests: 0a
rankings: 3

cold/1 in cold: OK
  model: `home mix 3`
  without: plays
  1. t1 0.9 (freshness=0.4 `popular (new)`=0.5)
  2. t2(x) 1e-7

cold/2 in cold: OK
  1. t1 5.0

home/2 in home: NOT_FOUND
";

/// The corpus with its rankings as a snapshot.
fn as_snapshot(notation: &str) -> Tree {
    let rows = rows(notation);
    Tree::from_memory([
        (REQUESTS, requests_text(&rows)),
        (SNAP, recording(&rows).write(Form::Snapshot, None)),
    ])
}

fn found(base: Tree, head: Tree) -> Vec<String> {
    let checked = check_static(&Change::of_trees(Some(base), head), &policy(""));
    checked.findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}

#[track_caller]
fn refused(from: &str, to: &str, line: u32, reason: &str) {
    assert!(TEXT.contains(from), "{from}");
    let text = TEXT.replacen(from, to, 1);
    assert_eq!(snapshot::parse(&text), Err(Refusal { line, reason: reason.to_owned() }), "{text}");
}

#[test]
fn a_snapshot_is_read_without_loss_and_written_back_byte_for_byte() {
    let read = snapshot::parse(TEXT).unwrap();
    assert_eq!(read.write(Form::Snapshot, Some(TEXT)), TEXT);
    let first = &read.entries[0];
    assert_eq!((first.line, first.ranking.model.as_deref()), (11, Some("home mix 3")));
    assert_eq!(first.ranking.items[0].parts[1], Part { stage: "popular (new)".to_owned(), score: 0.5 });
    assert_eq!(snapshot::parse(&TEXT.replace('\n', "\r\n")).unwrap(), read, "a checkout with CRLF");
    let described = TEXT.replace("expression: rankings", "description: mine\nexpression: x\ninfo:\n  a: 1");
    let described = snapshot::parse(&described).unwrap();
    assert_eq!((described.requests, described.entries.len()), (read.requests, 3), "insta's own words");
}

#[test]
fn clock_and_seed_stand_in_the_header_where_there_are_any() {
    let text = TEXT.replace("\nrankings: 3", "\nclock: 2026-11-20T12:00:00Z\nseed: 7\nrankings: 3");
    let read = snapshot::parse(&text).unwrap();
    assert_eq!((read.clock.as_deref(), read.seed), (Some("2026-11-20T12:00:00Z"), Some(7)));
    assert_eq!(read.write(Form::Snapshot, Some(&text)), text);
    refused("\nrankings: 3", "\nseed: 07\nrankings: 3", 9, "`07` is not a number");
}

#[test]
fn the_noise_of_a_request_stands_above_its_ranking() {
    let noisy = |noise: &str| TEXT.replace("plays\n", &format!("plays\n  noise: {noise}\n"));
    let text = noisy("`tie order` from 2, scores by 0.0");
    let read = snapshot::parse(&text).unwrap();
    let noise = Noise { drift: 0.0, kind: Kind::TieOrder, rank: Some(2) };
    assert_eq!(read.entries[0].noise, Some(noise));
    assert_eq!(read.write(Form::Snapshot, Some(&text)), text);
    assert!(snapshot::parse(&noisy("scores, scores by 0.25")).is_ok());
    for noise in ["much", "scores from x, scores by 0.25", "answer from 1, scores by 0.25"] {
        let reason = "noise is written `  noise: KIND from RANK, scores by NUMBER`".to_owned();
        assert_eq!(snapshot::parse(&noisy(noise)), Err(Refusal { line: 14, reason }));
    }
}

#[test]
fn the_same_rankings_are_the_same_in_both_forms() {
    let lines = Recording::parse(&snapshot::parse(TEXT).unwrap().to_text()).unwrap();
    let again = snapshot::parse(&lines.write(Form::Snapshot, Some(TEXT))).unwrap();
    let digests = |recording: &Recording| -> Vec<String> {
        recording.entries.iter().map(|entry| entry.ranking.digest()).collect()
    };
    assert_eq!(digests(&lines), digests(&again));
    assert_eq!(lines.write(Form::Snapshot, Some(TEXT)), TEXT);
    assert_eq!(lines.to_text(), again.to_text());
}

#[test]
fn moving_a_corpus_from_one_form_to_the_other_is_no_change() {
    let lines = || common::tree(BASE);
    assert_eq!(found(lines(), as_snapshot(BASE)), [""; 0]);
    assert_eq!(found(as_snapshot(BASE), lines()), [""; 0]);
    let changed = BASE.replace("t4=5 t5=0.1", "t5=5 t4=0.1");
    let message = "ranking-changed: 1 of 3 recorded rankings of `queue` changed; cold viewers: `t4` fell from 1 to 2 (`cold/2`)";
    assert_eq!(found(lines(), as_snapshot(&changed)), [message]);
    assert_eq!(found(as_snapshot(BASE), common::tree(&changed)), [message]);
    assert_eq!(found(as_snapshot(BASE), as_snapshot(&changed)), [message]);
}

#[test]
fn both_forms_beside_each_other_are_none() {
    let rows = rows(BASE);
    let both = Tree::from_memory([
        (REQUESTS, requests_text(&rows)),
        (RANKINGS, recording(&rows).to_text()),
        (SNAP, recording(&rows).write(Form::Snapshot, None)),
    ]);
    assert_eq!(
        found(as_snapshot(BASE), both),
        [format!(
            "corpus-unreadable: the corpus of `queue` is not read: `{RANKINGS}` stands beside it, and only one of the \
             two can be what is approved"
        )]
    );
}

#[test]
fn a_snapshot_that_was_cut_off_is_refused() {
    refused(TEXT, "", 1, "the file is empty");
    refused("FOUND\n", "FOUND", 20, "the file is cut off: its last line does not end");
    refused("\nhome/2 in home: NOT_FOUND\n", "", 9, "the header announces 3 rankings, the file has 2");
    refused("home/2 in home: NOT_FOUND\n", "", 19, "the file is cut off: nothing stands below");
    refused("  1. t1 5.0\n", "  1. t1\n", 18, "an item is written `  RANK. ID SCORE (STAGE=SCORE ..)`");
    refused("service: queue\n", "", 6, "`service: ..` should stand here");
    refused("---\ns", "s", 1, "it is no snapshot of insta: the first line is not `---`");
    refused("rankings\n---\n", "rankings\n", 1, "the front matter of insta does not end with `---`");
}

#[test]
fn a_snapshot_that_was_edited_by_hand_is_refused() {
    let not_as_written =
        "the line is not as `golden accept` and the library write it: order, spaces or numbers differ";
    refused("  2. t2", "  3. t2", 15, "rank 3 stands where rank 2 should");
    refused("  1. t1 0.9", "  2. t1 0.9", 14, "rank 2 stands where rank 1 should");
    refused("0.9", "0.90", 14, not_as_written);
    refused("5.0", "5", 18, not_as_written);
    refused("OK\n  1", "OK \n  1", 17, "a request is written `ID in SEGMENT: STATUS`");
    refused(
        "  model: `home mix 3`\n  without: plays\n",
        "  without: plays\n  model: x\n",
        12,
        not_as_written,
    );
    refused("  without", "  model: `home mix 3`\n  without", 13, not_as_written);
    refused("(freshness=0.4 ", "(freshness=0.4 freshness=0.4 ", 14, not_as_written);
    refused("\nhome/2", "\n\nhome/2", 20, "a request is written `ID in SEGMENT: STATUS`");
    refused("cold/2 in", "cold/0 in", 17, "`cold/0` stands below `cold/1`: requests are sorted by id");
    refused("cold/2 in", "cold/1 in", 17, "`cold/1` already stands on line 11");
    refused("rankings: 3", "rankings: 03", 9, "`03` is not a number");
    refused("5.0", "1e999", 18, "an item is written `  RANK. ID SCORE (STAGE=SCORE ..)`");
    refused("t1 5.0", "t` 5.0", 17, "an identifier has 1 to 256 bytes, without white space and backticks");
}

#[test]
fn a_snapshot_of_a_newer_format_or_of_another_corpus_is_refused() {
    refused("golden: 2", "golden: 3", 5, "the file has format 3, this Gatefold reads 1 to 2");
    let other = recording(&rows(BASE));
    let other = Recording { service: "home".to_owned(), ..other }.write(Form::Snapshot, None);
    let head = Tree::from_memory([(REQUESTS, requests_text(&rows(BASE))), (SNAP, other)]);
    let message = &found(as_snapshot(BASE), head)[0];
    assert!(message.contains("it belongs to another corpus, `r.v1.Queue/Rank` of `home`"), "{message}");
}

#[test]
fn many_stages_and_many_lines_are_refused_before_they_take_time() {
    let parts: Vec<String> = (0..200_000).map(|stage| format!("s{stage}=1.0")).collect();
    let line = format!("  1. t1 5.0 ({})", parts.join(" "));
    refused("  1. t1 5.0", &line, 18, "the ranking has more than the 64 stages that are read");
    let many = "x\n".repeat(200_001);
    let refusal = snapshot::parse(&many).unwrap_err();
    assert_eq!(refusal.reason, "the file has 200001 lines, more than the 200000 that are read");
}

#[test]
fn accept_writes_the_form_that_stands_there_and_leaves_the_words_of_insta() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let head = BASE.replace("t4=5 t5=0.1", "t5=5 t4=0.1");
    write(REQUESTS, &requests_text(&rows(BASE)));
    let front = "---\nsource: services/queue/tests/rankings.rs\n---\n";
    write(SNAP, &format!("{front}{}\n", snapshot::to_body(&recording(&rows(BASE)))));
    let accepted = accept(root.path(), &policy(""), None, golden::Runs::default(), &mut |_| {
        Ok(common::fake(rows(&head)))
    })
    .unwrap();
    assert_eq!((accepted[0].path.as_str(), accepted[0].changed.len()), (SNAP, 1));
    let text = std::fs::read_to_string(root.path().join(SNAP)).unwrap();
    assert_eq!(text, format!("{front}{}\n", snapshot::to_body(&recording(&rows(&head)))));
    assert!(!root.path().join(RANKINGS).exists());
}
