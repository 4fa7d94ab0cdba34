//! The form for people at a terminal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use findings::render::{HumanOptions, human};
use findings::{Finding, Fix, Level, Location, Outcome, Report, Span, Status};

use crate::sample::{self, BLOCKING, sources};

const PLAIN: HumanOptions<'static> =
    HumanOptions { color: false, width: 100, all: false, times: false, program: "cargo xtask" };

fn shown(report: &Report) -> String {
    human(report, &sources, &PLAIN)
}

#[test]
fn an_everyday_report_shows_excerpts_counts_and_the_verdict() {
    insta::assert_snapshot!(shown(&sample::everyday()));
}

#[test]
fn all_shows_what_is_known_and_approved_with_times() {
    let options = HumanOptions { all: true, times: true, ..PLAIN };
    insta::assert_snapshot!(human(&sample::everyday(), &sources, &options));
}

#[test]
fn an_empty_report_passes() {
    insta::assert_snapshot!(shown(&sample::empty()), @r"
    nothing new
    head without a base (none); judged by head's policy
    pass: nothing blocks
    ");
}

#[test]
fn findings_that_a_command_mends_are_counted_with_the_command() {
    let check = |fixes: &[(bool, Status)], chosen: &str, expect: Option<&str>| {
        let mut report = sample::everyday();
        report.base.chosen = chosen.to_owned();
        let model = report.findings[0].clone();
        report.findings = fixes
            .iter()
            .map(|(safe, status)| {
                let mut judged = model.clone();
                judged.finding.fix = Some(Fix { edits: Vec::new(), safe: *safe });
                judged.status = *status;
                judged
            })
            .collect();
        let text = shown(&report);
        let line = text.lines().find(|line| line.contains(" fix"));
        assert_eq!(line, expect, "{text}");
    };
    let (safe, known, read) = ((true, Status::New), (true, Status::Known), (false, Status::New));
    check(&[safe, known, read], "merge-base", Some("1 of these mends itself: `cargo xtask fix`"));
    check(&[safe, safe], "none", Some("2 of these mend themselves: `cargo xtask fix --base none`"));
    check(&[known, read], "merge-base", None);
}

#[test]
fn hostile_texts_stay_in_their_place() {
    let text = shown(&sample::hostile());
    insta::assert_snapshot!(text);
    check_clean(&text);
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "a log would obey that line");
    assert!(!text.contains("##["), "a log would obey that wherever it stands");
}

#[test]
fn what_a_program_wrote_keeps_its_lines() {
    let mut report = sample::hostile();
    report.guards[0].reason = Some("`ranker` ended; its last output:\none\n\u{1b}two\n".to_owned());
    let text = shown(&report);
    assert!(
        text.contains("could not run   `ranker` ended; its last output:\n      one\n      ␛two\n"),
        "{text}"
    );
}

/// Only line feeds may steer the terminal.
#[track_caller]
fn check_clean(text: &str) {
    let bad = |c: &char| {
        c.is_control() && *c != '\n' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
    };
    assert_eq!(text.chars().find(bad), None);
}

#[test]
fn colours_are_the_only_escapes_and_say_nothing_that_words_do_not() {
    for report in [sample::everyday(), sample::hostile()] {
        let options = HumanOptions { color: true, ..PLAIN };
        let coloured = human(&report, &sources, &options);
        assert!(coloured.contains("\u{1b}["));
        let mut plain = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            let end = after.find('m').expect("a colour ends in m");
            assert!(after[..end].chars().all(|c| c.is_ascii_digit() || c == ';'), "{:?}", &after[..end]);
            rest = &after[end + 1..];
        }
        plain.push_str(rest);
        assert_eq!(plain, shown(&report));
    }
}

#[test]
fn the_verdict_is_the_last_line() {
    let check = |report: &Report, expect: &str| {
        assert_eq!(shown(report).lines().last(), Some(expect));
    };
    let everyday = sample::everyday();
    check(&everyday, "fail: 1 finding blocks");
    check(
        &Report { observe: true, ..everyday.clone() },
        "pass: 1 finding would block, and the policy says `mode: observe`",
    );
    let mut broken = everyday;
    broken.guards.push(sample::guard("arch", Outcome::CouldNotRun, &[]));
    check(&broken, "error: `arch` could not look, so the change cannot pass; besides, 1 finding blocks");
    broken.findings.clear();
    check(&broken, "error: `arch` could not look, so the change cannot pass");
}

#[test]
fn a_place_without_text_is_named() {
    let mut report = sample::empty();
    let finding = Finding::new(&BLOCKING, Location::point("gone.rs", 7, 3), "a call blocks")
        .note_at(Location::point("gone.rs", 8, 1), "near it")
        .note_at(Location::file("other.rs"), "elsewhere");
    report.findings = vec![sample::judged(finding, Level::Error, Status::New)];
    let text = shown(&report);
    let expect = "\
error[blocking-in-async]: a call blocks
--> gone.rs:7:3
 = note: gone.rs:8:1: near it
 = note: other.rs: elsewhere
";
    assert!(text.starts_with(expect), "{text}");
}

/// Texts with every kind of line end and width, and one that is not there.
const TEXTS: [&str; 9] = [
    "",
    "\n",
    "a",
    "a\r\nb\r\n\r\n",
    "\tä\t日本\t\u{301}\n\u{feff}x\u{200d}y",
    "\u{1b}[2J\u{0}\n\u{202e}",
    "👩\u{200d}👩\u{200d}👧 = 1;\n\n\n\n\n\n\n\n\n\nend",
    "no\rline\u{2028}feed\u{85}here\u{c}",
    "\u{1f1e9}\u{1f1ea}\t\t\t\t                                                                            x",
];

#[test]
fn no_span_and_no_text_make_it_panic() {
    let numbers = [0, 1, 2, 3, 5, 12, 200, u32::MAX];
    let mut spans = Vec::new();
    for line in numbers {
        for column in numbers {
            for end_line in [line, line.saturating_add(1), 0, 3, u32::MAX] {
                for end_column in numbers {
                    spans.push(Span { line, column, end_line, end_column });
                }
            }
        }
    }
    let long = "x y ".repeat(400);
    for text in TEXTS.into_iter().chain([long.as_str()]) {
        let text: Arc<str> = text.into();
        let source = |_: &str| Some(Arc::clone(&text));
        for (index, span) in spans.iter().enumerate() {
            let other = spans[(index * 7 + 3) % spans.len()];
            let finding = Finding::new(&BLOCKING, Location::at("a.rs", *span), "a call blocks")
                .note_at(Location::at("a.rs", other), "here")
                .note_at(Location::at("b.rs", other), "and there\u{1b}");
            let mut report = sample::empty();
            report.findings = vec![sample::judged(finding, Level::Error, Status::New)];
            let options = HumanOptions { width: [0, 40, usize::MAX / 4][index % 3], ..PLAIN };
            check_clean(&human(&report, &source, &options));
        }
    }
}

#[test]
fn ten_thousand_findings_take_seconds_at_most() {
    let report = sample::many(10_000);
    let long: Arc<str> = "let a = 1; // a line of a long file\n".repeat(50_000).into();
    let start = Instant::now();
    let text = human(&report, &|_| Some(Arc::clone(&long)), &PLAIN);
    assert_eq!(text.matches("[blocking-in-async]: call number").count(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
