//! The life of an approved change: asked for, signed, merged; and every way in which it must not pass.

use std::process::{Command, Stdio};

use findings::{Finding, Location, digest, rule};
use gatefold_policy::approvals::{Approvals, SIGNERS_FILE, Vouched, Words, request_for, sign};
use gatefold_policy::{Settings, Today};
use source::{Change, Tree};

rule! {
    /// Only for tests.
    static RANKING_CHANGED = { id: "ranking-changed", guard: "golden", group: "tests", level: Error, summary: "finds changes" };
}

const RANKINGS: &str = "services/home/golden/rankings.jsonl";

type Files = Vec<(String, String)>;

fn files(entries: &[(&str, &str)]) -> Files {
    entries.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

fn change(base: &Files, head: &Files) -> Change {
    Change::of_trees(Some(Tree::from_memory(base.clone())), Tree::from_memory(head.clone()))
}

fn finding() -> Finding {
    Finding::new(&RANKING_CHANGED, Location::file(RANKINGS), "two rankings moved").fact("home")
}

fn today() -> Today {
    Today::on("2026-11-20").expect("a date")
}

/// A key of Ann's, and what signs with it.
struct Ann {
    folder: tempfile::TempDir,
}

impl Ann {
    fn new() -> Ann {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(folder.path().join("key"))
            .stdin(Stdio::null());
        let status =
            command.status().expect("`ssh-keygen` must be installed: this test does not pass without it");
        assert!(status.success());
        Ann { folder }
    }

    fn signers(&self) -> String {
        let key = std::fs::read_to_string(self.folder.path().join("key.pub")).expect("a public key");
        format!("ann@example.org namespaces=\"gatefold-approval\" {key}")
    }

    /// The approval and its signature, as files of a tree.
    fn approve(&self, text: &str) -> Files {
        let file = self.folder.path().join("ranking.yaml");
        std::fs::write(&file, text).expect("the folder can be written");
        sign(&file, &self.folder.path().join("key")).expect("signed");
        let signature =
            std::fs::read_to_string(self.folder.path().join("ranking.yaml.sig")).expect("a signature");
        files(&[("approvals/ranking.yaml", text), ("approvals/ranking.yaml.sig", &signature)])
    }
}

fn with(base: &Files, more: &Files) -> Files {
    let replaced = |path: &String| more.iter().any(|(other, _)| other == path);
    base.iter().filter(|(path, _)| !replaced(path)).chain(more).cloned().collect()
}

fn covered(change: &Change, today: Today) -> bool {
    Approvals::read(change, Some(&Settings::default()), today).covering(&finding(), change).is_some()
}

#[test]
fn an_approved_ranking_passes_and_nothing_else_does() {
    let ann = Ann::new();
    let base = files(&[(RANKINGS, "a b c\n"), (SIGNERS_FILE, &ann.signers()), ("gatefold.yaml", "")]);
    let head = with(&base, &files(&[(RANKINGS, "b a c\n")]));
    let words = Words { reason: "fresher first", by: "ann@example.org", ..Words::default() };
    let text = request_for(&[&finding()], &change(&base, &head), today(), &words);
    let signed = with(&head, &ann.approve(&text));
    let check = |base: &Files, head: &Files, expected: bool| {
        assert_eq!(covered(&change(base, head), today()), expected, "{head:#?}");
    };

    check(&base, &signed, true);
    let moved = files(&[("README.md", "moved on\n")]);
    check(&with(&base, &moved), &with(&signed, &moved), true);

    check(&base, &head, false);
    check(&base, &with(&signed, &files(&[(RANKINGS, "c b a\n")])), false);
    check(&with(&base, &files(&[(RANKINGS, "c a b\n")])), &signed, false);
    let edited = text.replace("fresher first", "whatever");
    check(&base, &with(&signed, &files(&[("approvals/ranking.yaml", &edited)])), false);
    check(&base, &with(&signed, &files(&[("approvals/ranking.yaml.sig", "")])), false);

    let robot = Ann::new();
    check(&base, &with(&head, &robot.approve(&text)), false);
    let trusting_itself =
        with(&with(&head, &robot.approve(&text)), &files(&[(SIGNERS_FILE, &robot.signers())]));
    check(&base, &trusting_itself, false);
    let untrusting: Files = base.iter().filter(|(path, _)| path != SIGNERS_FILE).cloned().collect();
    check(&untrusting, &signed, false);
    let other_name =
        request_for(&[&finding()], &change(&base, &head), today(), &Words { by: "bob@example.org", ..words });
    check(&base, &with(&head, &ann.approve(&other_name)), false);
    let ended = ann.signers().replace("namespaces", "valid-before=\"20261119\",namespaces");
    check(
        &with(&base, &files(&[(SIGNERS_FILE, &ended)])),
        &with(&signed, &files(&[(SIGNERS_FILE, &ended)])),
        false,
    );
}

#[test]
fn the_digests_are_those_of_both_contents() {
    let (base, head) = (files(&[(RANKINGS, "a\n")]), files(&[(RANKINGS, "b\n")]));
    let text = request_for(&[&finding()], &change(&base, &head), today(), &Words::default());
    for expected in [digest(b"a\n"), digest(b"b\n"), finding().fingerprint()] {
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn an_emergency_lasts_three_days_and_stays_open() {
    let ann = Ann::new();
    let base = files(&[(RANKINGS, "a b c\n"), (SIGNERS_FILE, &ann.signers())]);
    let head = with(&base, &files(&[(RANKINGS, "c\n")]));
    let words = Words {
        reason: "rankings are down",
        by: "ann@example.org",
        until: Some("2026-11-22"),
        emergency: true,
    };
    let text = request_for(&[&finding()], &change(&base, &head), today(), &words);
    let approval = ann.approve(&text);
    let on = |date: &str| Today::on(date).expect("a date");

    let fresh = change(&base, &with(&head, &approval));
    assert!(covered(&fresh, today()) && covered(&fresh, on("2026-11-22")));
    assert!(!covered(&fresh, on("2026-11-23")));
    assert!(!covered(&fresh, on("2026-11-19")), "one that is dated ahead would last for longer");
    let read = Approvals::read(&fresh, None, today());
    assert!(matches!(read.all[0].vouched, Vouched::Signed(_)));
    assert_eq!(read.remarks, ["an emergency that ann@example.org declared is in force until 2026-11-22"]);

    let copied = change(&base, &with(&with(&base, &files(&[(RANKINGS, "b\n")])), &approval));
    assert!(!covered(&copied, today()), "another change has to be signed on its own");

    let merged =
        change(&with(&head, &approval), &with(&with(&head, &approval), &files(&[("README.md", "\n")])));
    let later = Approvals::read(&merged, None, on("2026-11-23"));
    let rules: Vec<_> = later.findings.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["ended-emergency"]);
}
