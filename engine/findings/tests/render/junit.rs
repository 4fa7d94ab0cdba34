//! The form that shows guards and findings as tests.

use findings::render::junit;
use findings::{Finding, Level, Location, Outcome, Report, Status};
use quick_junit::TestCaseStatus;

use crate::sample::{self, BLOCKING, judged};

fn read(report: &Report) -> quick_junit::Report {
    quick_junit::Report::deserialize_from_str(&junit(report, "", true)).expect("the document can be read")
}

/// Each case as `suite: name: how it ended`.
fn cases(report: &Report) -> Vec<String> {
    let suites = read(report).test_suites;
    let cases = suites.iter().flat_map(|suite| suite.test_cases.iter().map(move |case| (suite, case)));
    cases
        .map(|(suite, case)| {
            let ended = match &case.status {
                TestCaseStatus::Success { .. } => "passes".to_owned(),
                TestCaseStatus::Skipped { .. } => "skipped".to_owned(),
                TestCaseStatus::NonSuccess { kind, .. } => format!("{kind:?}"),
            };
            format!("{}: {}: {ended}", suite.name.as_str(), case.name.as_str())
        })
        .collect()
}

#[test]
fn an_everyday_report_is_a_suite_a_guard() {
    insta::assert_snapshot!(junit(&sample::everyday(), "templates/ranker", false));
}

#[test]
fn each_outcome_is_one_that_test_viewers_know() {
    let check = |outcome, expect: &str| {
        let report = Report { guards: vec![sample::guard("lints", outcome, &[])], ..sample::empty() };
        assert_eq!(cases(&report), [format!("lints: lints: {expect}")]);
    };
    check(Outcome::Clean, "passes");
    check(Outcome::Findings, "passes");
    check(Outcome::NotConfigured, "skipped");
    check(Outcome::NotAsked, "skipped");
    check(Outcome::CouldNotRun, "Error");
}

#[test]
fn what_blocks_fails_under_a_name_without_a_line_and_nothing_else_does() {
    let at = |line, level, status| {
        judged(Finding::new(&BLOCKING, Location::point("a.rs", line, 1), "x"), level, status)
    };
    let findings = vec![
        at(1, Level::Error, Status::New),
        at(2, Level::Error, Status::New),
        at(3, Level::Warning, Status::New),
        at(4, Level::Error, Status::Known),
        at(5, Level::Error, Status::Approved),
    ];
    let guards = vec![sample::guard("lints", Outcome::Findings, &[])];
    let report = Report { guards, findings, ..sample::empty() };
    assert_eq!(
        cases(&report),
        ["lints: blocking-in-async in a.rs: Failure", "lints: blocking-in-async in a.rs (2): Failure"]
    );
    let observed = Report { observe: true, ..report };
    assert_eq!(cases(&observed), ["lints: lints: passes"]);
    assert!(junit(&observed, "", false).contains("error (would block) blocking-in-async in a.rs"));
}

#[test]
fn a_finding_of_no_listed_guard_fails_too() {
    let finding = judged(Finding::new(&BLOCKING, None, "x"), Level::Error, Status::New);
    let report = Report { findings: vec![finding], ..sample::empty() };
    assert_eq!(cases(&report), ["gatefold: blocking-in-async: Failure"]);
}

#[test]
fn a_guard_that_broke_keeps_what_it_had_found() {
    let finding = judged(Finding::new(&BLOCKING, None, "x"), Level::Error, Status::New);
    let guards = vec![sample::guard("lints", Outcome::CouldNotRun, &[])];
    let report = Report { guards, findings: vec![finding], ..sample::empty() };
    assert_eq!(cases(&report), ["lints: lints: Error", "lints: blocking-in-async: Failure"]);
}

#[test]
fn characters_that_xml_does_not_allow_become_signs() {
    let evil = "]]> & <x a=\"b\"> \u{0}\u{1}\u{b}\u{1b}[31m\u{7f}\u{85}\u{fffe}\u{ffff}\u{202e} --> é😀";
    let finding = Finding::new(&BLOCKING, Location::file(format!("{evil}.rs")), evil).help(evil).note(evil);
    let report = Report {
        guards: vec![sample::guard("lints", Outcome::Findings, &[])],
        findings: vec![judged(finding, Level::Error, Status::New)],
        ..sample::empty()
    };
    for report in [report, sample::hostile()] {
        let text = junit(&report, "", true);
        let is_allowed = |c: char| matches!(c, '\n' | ' '..='\u{7e}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(is_allowed), "{text}");
        for line in text.lines() {
            assert!(!line.contains('\u{202e}'), "{line}");
        }
        read(&report);
    }
}

#[test]
fn thousands_of_findings_are_cases_each_with_its_own_name() {
    let report = sample::many(9_000);
    let cases = cases(&report);
    let failures: std::collections::BTreeSet<_> =
        cases.iter().filter(|case| case.ends_with("Failure")).collect();
    assert_eq!(failures.len(), 3_000);
}

#[test]
fn without_times_two_runs_give_the_same_bytes() {
    let (first, mut second) = (sample::everyday(), sample::everyday());
    second.guards[0].milliseconds += 5_000;
    assert_eq!(junit(&first, "", false), junit(&second, "", false));
    assert_ne!(junit(&first, "", true), junit(&second, "", true));
}
