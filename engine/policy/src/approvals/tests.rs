//! Which approvals cover a finding, and what is said of the others. The signatures themselves are tested against
//! `ssh-keygen`; here the forge vouches.

use findings::{Delta, Judged, Location, rule};
use source::Tree;

use super::*;
use crate::{Settings, Vouching};

rule! {
    /// Only for tests.
    static SAMPLE = { id: "sample-unwrap", guard: "lints", group: "tests", level: Error, summary: "finds unwraps" };
}

const CODE: &str = "fn f() { a.unwrap() }\n";

fn finding() -> Finding {
    Finding::new(&SAMPLE, Location::point("a.rs", 1, 10), "calls `unwrap`").fact("a.unwrap()")
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::from_memory(files.iter().map(|(path, text)| (path.to_string(), text.to_string())))
}

/// Both sides have an owner of approvals, whom the forge asks.
fn change(base: &[(&str, &str)], head: &[(&str, &str)]) -> Change {
    let owned = [("CODEOWNERS", "/approvals/ @all\n")];
    Change::of_trees(Some(tree(&[base, &owned].concat())), tree(&[head, &owned].concat()))
}

fn owners() -> Settings {
    Settings { approvals: Some(Vouching::Owners), ..Settings::default() }
}

fn today() -> Today {
    Today::on("2026-11-20").expect("a date")
}

fn words() -> Words<'static> {
    Words { reason: "checked: by hand", by: "ann@example.org", until: None, emergency: false }
}

/// Whether the approval that was asked for in one change covers the finding in another.
fn covers(asked: &Change, change: &Change, words: &Words<'_>, settings: &Settings, today: Today) -> bool {
    covers_finding(&finding(), asked, change, words, settings, today)
}

fn covers_finding(
    finding: &Finding,
    asked: &Change,
    change: &Change,
    words: &Words<'_>,
    settings: &Settings,
    today: Today,
) -> bool {
    let text = request_for(&[finding], asked, self::today(), words);
    let files: Vec<(String, Vec<u8>)> = change
        .head
        .paths()
        .map(|path| (path.to_owned(), change.head.read(path).expect("in memory").to_vec()))
        .chain([("approvals/one.yaml".to_owned(), text.into_bytes())])
        .collect();
    let change = Change::of_trees(change.base.clone(), Tree::from_memory(files));
    Approvals::read(&change, Some(settings), today).covering(finding, &change).is_some()
}

#[test]
fn a_request_covers_what_it_was_written_for_and_nothing_else() {
    let asked = change(&[], &[("a.rs", CODE)]);
    let check = |change: &Change, expected: bool| {
        assert_eq!(covers(&asked, change, &words(), &owners(), today()), expected);
    };
    check(&asked, true);
    check(&change(&[("b.rs", "")], &[("a.rs", CODE), ("b.rs", "")]), true);
    check(&change(&[], &[("a.rs", "fn f() { a.unwrap() } // more\n")]), false);
    check(&change(&[("a.rs", "fn f() {}\n")], &[("a.rs", CODE)]), false);
    check(&change(&[], &[("b.rs", CODE)]), false);
}

#[test]
fn no_approval_waives_an_invariant() {
    rule! {
        /// Only for tests.
        static BROKEN = { id: "sample-broken", guard: "golden", group: findings::INVARIANT, level: Error, summary: "finds breaks" };
    }
    let change = change(&[], &[("a.rs", CODE)]);
    let broken = Finding { rule: &BROKEN, ..finding() };
    assert!(!covers_finding(&broken, &change, &change, &words(), &owners(), today()));
}

/// A finding about these things, each with what became of it: `a=1 b=2`.
fn in_parts(notation: &str) -> Finding {
    let delta = |part: &str| {
        let of = part.split('=').next().expect("a name").to_owned();
        Delta { of, digest: findings::digest(part.as_bytes()) }
    };
    let deltas: Vec<Delta> = notation.split_whitespace().map(delta).collect();
    finding().judged(notation, format!("{notation} now")).deltas(deltas)
}

/// Which parts are covered by approvals of other findings, a letter each: `+` covered, `-` open.
fn covered(approved: &[&str], notation: &str) -> String {
    let without = change(&[], &[("a.rs", CODE)]);
    let texts =
        approved.iter().map(|approved| request_for(&[&in_parts(approved)], &without, today(), &words()));
    let names = (0..).map(|number| format!("approvals/{number}.yaml"));
    let files: Vec<(String, String)> = names.zip(texts).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let change = change(&[], &[&[("a.rs", CODE)], files.as_slice()].concat());
    let read = Approvals::read(&change, Some(&owners()), today());
    assert_eq!(read.all.len(), approved.len(), "{:?}", read.findings);
    let finding = in_parts(notation);
    let parts = read.covered_parts(&finding, &change);
    assert_eq!(read.covering(&finding, &change).is_some(), parts.iter().all(|covered| *covered));
    parts.into_iter().map(|covered| if covered { '+' } else { '-' }).collect()
}

#[test]
fn each_part_of_a_finding_is_accepted_by_itself() {
    assert_eq!(covered(&["a=1 b=2 c=3"], "a=1 b=2 c=3"), "+++");
    assert_eq!(covered(&["a=1 b=2 c=3"], "b=2"), "+", "the others are merged already");
    assert_eq!(covered(&["a=1 b=2 c=3"], "a=1 b=9 c=3 d=4"), "+-+-");
    assert_eq!(covered(&["a=1 b=2 c=3", "b=9"], "a=1 b=9 c=3"), "+++");
    assert_eq!(covered(&[], "a=1"), "-");
}

#[test]
fn many_parts_are_accepted_in_groups_so_that_the_file_stays_small() {
    let all = |changed: usize| -> String {
        (0..5_000).map(|part| format!("r{part}={} ", if part < changed { 2 } else { 1 })).collect()
    };
    let text = request_for(&[&in_parts(&all(0))], &change(&[], &[]), today(), &words());
    assert!(text.len() < 100_000 && text.contains("by: group"), "{} bytes", text.len());
    assert!(!covered(&[&all(0)], &all(0)).contains('-'));
    let open = covered(&[&all(0)], &all(3));
    let reopened = open.matches('-').count();
    assert!(open.starts_with("---") && reopened < 20, "{reopened} come back with three");
    let few = request_for(&[&in_parts("a=1 b=2")], &change(&[], &[]), today(), &words());
    assert!(few.contains("by: each"), "{few}");
}

#[test]
fn an_approval_from_before_there_were_parts_accepts_the_whole_and_nothing_less() {
    let without = change(&[], &[("a.rs", CODE)]);
    let old = Finding { deltas: Vec::new(), ..in_parts("a=1 b=2") };
    let text = request_for(&[&old], &without, today(), &words());
    assert!(!text.contains("deltas"), "{text}");
    let change = change(&[], &[("a.rs", CODE), ("approvals/one.yaml", &text)]);
    let read = Approvals::read(&change, Some(&owners()), today());
    assert!(read.covering(&in_parts("a=1 b=2"), &change).is_some());
    let more = in_parts("a=1 b=2 c=3");
    assert!(read.covering(&more, &change).is_none());
    assert_eq!(read.not_covering(&more, &change)[0].1, "it accepts other contents than the base has");
}

#[test]
fn an_emergency_lets_pass_what_nobody_can_approve() {
    rule! {
        /// Only for tests.
        static CLAIMED = { id: "sample-claimed", guard: "golden", group: findings::CLAIM, level: Error, summary: "finds claims" };
    }
    let change = change(&[], &[("a.rs", CODE)]);
    let claimed = Finding { rule: &CLAIMED, ..finding() };
    let covers = |words: &Words<'_>| {
        let settings = Settings { approvals: None, ..owners() };
        let text = request_for(&[&claimed], &change, today(), words);
        let mut read = Approvals::read(&change, Some(&settings), today());
        let file = file::read("approvals/one.yaml", &text).expect("an approval");
        read.all.push(Approval {
            file: "approvals/one.yaml".to_owned(),
            findings: file.findings,
            reason: file.reason,
            by: file.by,
            date: file.date,
            until: file.until,
            emergency: file.emergency,
            vouched: Vouched::Forge,
            fresh: true,
        });
        read.covering(&claimed, &change).is_some()
    };
    assert!(!covers(&words()));
    assert!(covers(&Words { emergency: true, until: Some("2026-11-21"), ..words() }));
}

#[test]
fn a_renamed_file_keeps_its_base() {
    let long = "// one line after the other, so that the rename is seen\n".repeat(20);
    let asked = change(&[("old.rs", &long)], &[("a.rs", &format!("{long}{CODE}"))]);
    assert_eq!(asked.base_path("a.rs"), "old.rs");
    let judged = judged(&finding(), &asked);
    assert_eq!(judged.base, findings::digest(long.as_bytes()));
}

#[test]
fn a_finding_may_say_what_it_is_bound_to() {
    let change = change(&[], &[("a.rs", CODE)]);
    let bound = judged(&finding().judged("one", "two"), &change);
    assert_eq!(bound, Judged { base: findings::digest(b"one"), head: findings::digest(b"two") });
}

#[test]
fn a_finding_without_a_place_is_bound_to_the_whole_change() {
    let nowhere = Finding::new(&SAMPLE, None, "is missing");
    let one = judged(&nowhere, &change(&[("b", "x")], &[("b", "y")]));
    assert_eq!(one, judged(&nowhere, &change(&[("b", "x")], &[("b", "y"), ("approvals/a.yaml", "z")])));
    assert_ne!(one, judged(&nowhere, &change(&[("b", "x")], &[("b", "z")])));
    assert_ne!(one.head, one.base);
}

#[test]
fn who_vouches_is_for_the_base_to_say() {
    let change = change(&[], &[("a.rs", CODE)]);
    let signed = Settings { approvals: Some(Vouching::Signed), ..Settings::default() };
    assert!(covers(&change, &change, &words(), &owners(), today()));
    assert!(!covers(&change, &change, &words(), &Settings::default(), today()));
    assert!(!covers(&change, &change, &words(), &signed, today()));
}

#[test]
fn an_approval_ends_after_its_day() {
    let change = change(&[], &[("a.rs", CODE)]);
    let until = Words { until: Some("2026-11-21"), ..words() };
    for (day, expected) in [("2026-11-20", true), ("2026-11-21", true), ("2026-11-22", false)] {
        let day = Today::on(day).expect("a date");
        assert_eq!(covers(&change, &change, &until, &owners(), day), expected);
    }
}

#[test]
fn an_emergency_wants_a_signature() {
    let change = change(&[], &[("a.rs", CODE)]);
    let emergency = Words { until: Some("2026-11-21"), emergency: true, ..words() };
    assert!(!covers(&change, &change, &emergency, &owners(), today()));
}

/// The rules that fire on one approval file, and the remarks.
fn said(text: &str, settings: Option<&Settings>) -> (Vec<String>, Vec<String>) {
    let change = change(&[], &[("approvals/one.yaml", text)]);
    let read = Approvals::read(&change, settings, today());
    (
        read.findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect(),
        read.remarks,
    )
}

#[test]
fn a_file_that_is_no_approval_says_what_is_wrong() {
    let good = "gatefold-approval: 1\nfindings: [{rule: a, fingerprint: b, base: '', head: c, message: d}]\nreason: r\nby: b\ndate: 2026-11-20\n";
    assert_eq!(said(good, Some(&owners())).0, Vec::<String>::new());
    for (text, message) in [
        (
            good.replace("approval: 1", "approval: 2"),
            "failed to read the file: the format 2 is not known, only 1",
        ),
        (good.replace("reason: r", "reason: ' '"), "failed to read the file: nothing is said here"),
        (good.replace("reason: r\n", ""), "failed to read the file: missing field `reason`"),
        (
            good.replace("2026-11-20", "today"),
            "failed to read the file: `today` is no date such as `2027-01-31`",
        ),
        (
            good.replace("rule: a", "rule: a, rule: b"),
            "failed to read the file: findings[0]: the key `rule` stands here twice, first in line 2",
        ),
        (
            good.replace("rule: a", "rule: a, note: b"),
            "failed to read the file: unknown field `note`, expected one of `rule`, `fingerprint`, `base`, `head`, `message`, `deltas`",
        ),
        (
            good.replace("head: c", "head: 1e5"),
            "failed to read the file: expected a text, found `100000`; write it in quotes",
        ),
        (
            good.replace("[{rule: a, fingerprint: b, base: '', head: c, message: d}]", "[]"),
            "failed to read the file: it accepts no finding",
        ),
        (format!("{good}emergency: true\n"), "failed to read the file: an emergency needs `until`"),
        (
            format!("{good}emergency: true\nuntil: 2026-11-23\n"),
            "failed to read the file: an emergency of 2026-11-20 ends on 2026-11-22 at the latest",
        ),
    ] {
        let expected = format!("malformed-approval: this approval accepts nothing: {message}");
        assert_eq!(said(&text, Some(&owners())).0, [expected], "{text}");
    }
}

#[test]
fn a_request_is_told_as_such() {
    let text = request_for(&[&finding()], &change(&[], &[("a.rs", CODE)]), today(), &words());
    let (findings, remarks) = said(&text, None);
    let why = "the base has no `approvals/allowed_signers`";
    assert_eq!(findings, [format!("unsigned-approval: this approval is only a request: {why}")]);
    assert_eq!(remarks, [format!("`approvals/one.yaml` is only a request: {why}")]);
}

#[test]
fn relying_on_the_forge_is_told() {
    let text = request_for(&[&finding()], &change(&[], &[("a.rs", CODE)]), today(), &words());
    let (findings, remarks) = said(&text, Some(&owners()));
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(
        remarks,
        [
            "approvals count because the forge asks a code owner to review `approvals/`; this verdict relies on that"
        ]
    );
}

#[test]
fn where_nobody_owns_approvals_the_forge_asks_nobody() {
    let text = request_for(&[&finding()], &change(&[], &[("a.rs", CODE)]), today(), &words());
    let head = tree(&[("a.rs", CODE), ("approvals/one.yaml", &text), ("CODEOWNERS", "* @all\n")]);
    for base in [tree(&[]), tree(&[("CODEOWNERS", "/services/ @all\n")])] {
        let change = Change::of_trees(Some(base), head.clone());
        let read = Approvals::read(&change, Some(&owners()), today());
        let why = "no line of CODEOWNERS at the base names an owner of `approvals/`";
        assert_eq!(read.remarks, [format!("`approvals/one.yaml` is only a request: {why}")]);
        assert!(read.covering(&finding(), &change).is_none());
        let way_out = "until one does, nothing can be approved, so a person who may merge past the gate first merges the \
                       change that brings the line `/approvals/ @TEAM`, alone";
        assert_eq!(read.who(&finding(), &change), format!("nobody yet: {why}; {way_out}"));
    }
}

#[test]
fn digests_of_digits_survive_the_file() {
    let digits = finding().judged("", "");
    let digits =
        Finding { judged: Some(Judged { base: "1234".to_owned(), head: "12e45".to_owned() }), ..digits };
    let text = request_for(&[&digits], &change(&[], &[]), today(), &words());
    let read = file::read("x.yaml", &text).expect("what is written can be read");
    assert_eq!((read.findings[0].base.as_str(), read.findings[0].head.as_str()), ("1234", "12e45"));
}
