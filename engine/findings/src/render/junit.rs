//! The report as JUnit's XML, for whatever shows test results: a suite for each guard.

use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::text::{clip, lines, one_line};
use super::words::{Ordinals, from_repository, looked_at, note_place};
use crate::tally::plural;
use crate::{Finding, GuardRun, JudgedFinding, Level, Outcome, Report, Status};

/// Characters of what stands inside one test case.
const TEXT: usize = 4_000;

/// The report as JUnit. In the suite of a guard each finding that blocks is a test case that fails, named after rule
/// and file, so that it keeps its name while lines move. A guard without any is one test case that passes, and says what
/// it looked at and which findings only advise. One that could not look is an error; one that is not configured or was
/// not asked is skipped.
///
/// `prefix` is the root's path from the repository's root. Without `times` two runs over one tree give the same bytes.
pub fn junit(report: &Report, prefix: &str, times: bool) -> String {
    let mut document = quick_junit::Report::new("gatefold");
    for run in &report.guards {
        let mut suite = TestSuite::new(run.guard);
        suite.add_test_cases(cases(report, run, prefix));
        if times {
            suite.set_time(Duration::from_millis(run.milliseconds));
        }
        document.add_test_suite(suite);
    }
    document.add_test_suites(of_no_guard(report, prefix));
    document.to_string().expect("writing to memory cannot fail")
}

/// What blocks and belongs to no guard that the report lists, so that no green page hides it.
fn of_no_guard(report: &Report, prefix: &str) -> Option<TestSuite> {
    let is_listed =
        |judged: &JudgedFinding| report.guards.iter().any(|run| run.guard == judged.finding.rule.guard);
    let mut names = Ordinals::default();
    let mut suite = TestSuite::new("gatefold");
    suite.add_test_cases(
        report
            .blocking()
            .filter(|judged| !report.observe && !is_listed(judged))
            .map(|judged| failing(&judged.finding, prefix, &mut names)),
    );
    (suite.tests > 0).then_some(suite)
}

fn cases(report: &Report, run: &GuardRun, prefix: &str) -> Vec<TestCase> {
    let own = || report.findings.iter().filter(|judged| judged.finding.rule.guard == run.guard);
    let mut names = Ordinals::default();
    let mut cases: Vec<_> = own()
        .filter(|judged| judged.blocks() && !report.observe)
        .map(|judged| failing(&judged.finding, prefix, &mut names))
        .collect();
    let status = match run.outcome {
        Outcome::CouldNotRun => broken(run),
        Outcome::NotConfigured | Outcome::NotAsked => skipped(run),
        // The findings say it.
        Outcome::Findings | Outcome::Clean if !cases.is_empty() => return cases,
        Outcome::Findings | Outcome::Clean => TestCaseStatus::success(),
    };
    let mut guard = case(run.guard, run.guard, status);
    let said = said(run, own());
    if !said.is_empty() {
        guard.set_system_out(text(&said));
    }
    cases.insert(0, guard);
    cases
}

fn failing(finding: &Finding, prefix: &str, names: &mut Ordinals) -> TestCase {
    let name = match finding.file() {
        Some(file) => format!("{} in {}", finding.rule.id, from_repository(prefix, file)),
        None => finding.rule.id.to_owned(),
    };
    let name = match names.next(&name) {
        1 => name,
        ordinal => format!("{name} ({ordinal})"),
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.rule.id);
    status.set_message(line(&finding.message));
    status.set_description(text(&told(finding, prefix)));
    let mut case = case(&name, finding.rule.guard, status);
    if let Some(location) = &finding.location {
        let file = from_repository(prefix, &location.file);
        case.extra.insert("file".into(), line(&file).into());
        if let Some(span) = location.span {
            case.extra.insert("line".into(), span.line.max(1).to_string().into());
        }
    }
    case
}

fn broken(run: &GuardRun) -> TestCaseStatus {
    let reason = run.reason.as_deref().unwrap_or("it could not run");
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("could-not-run");
    status.set_message(line(&format!("{} could not look, so the change cannot pass", run.guard)));
    status.set_description(text(reason));
    status
}

fn skipped(run: &GuardRun) -> TestCaseStatus {
    let word = super::words::outcome(run.outcome);
    let mut status = TestCaseStatus::skipped();
    status.set_message(match &run.reason {
        Some(reason) => line(&format!("{word}: {reason}")),
        None => word.to_owned(),
    });
    status
}

fn case(name: &str, guard: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(line(name), status);
    case.set_classname(format!("gatefold.{guard}"));
    case
}

/// What a guard that does not fail has to say: what it looked at, and what it found that does not block.
fn said<'a>(run: &GuardRun, findings: impl Iterator<Item = &'a JudgedFinding>) -> String {
    let mut out = match run.outcome {
        Outcome::Clean | Outcome::Findings => looked_at(run),
        Outcome::CouldNotRun | Outcome::NotConfigured | Outcome::NotAsked => String::new(),
    };
    let (mut new, mut settled) = (Vec::new(), 0);
    for judged in findings {
        match judged.status {
            Status::New => new.push(&judged.finding),
            Status::Known | Status::Excepted | Status::Approved => settled += 1,
        }
    }
    new.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    for finding in &new {
        let would = if finding.level == Level::Error { " (would block)" } else { "" };
        let place = finding.file().map(|file| format!(" in {}", one_line(file))).unwrap_or_default();
        out.push_str(&format!("\n{}{would} {}{place}: ", finding.level.name(), finding.rule.id));
        out.push_str(&one_line(&finding.message));
    }
    if settled > 0 {
        out.push_str(&format!("\n{} known, excepted or approved", plural(settled, "finding")));
    }
    out.trim().to_owned()
}

fn told(finding: &Finding, prefix: &str) -> String {
    let mut out = finding.message.clone();
    if let Some(location) = &finding.location {
        let line = location.span.map(|span| format!(":{}:{}", span.line, span.column)).unwrap_or_default();
        out.push_str(&format!("\nat {}{line}", from_repository(prefix, &location.file)));
    }
    out.extend(finding.help.iter().map(|help| format!("\nhelp: {help}")));
    for note in &finding.notes {
        let place = note_place(note).map(|place| format!(" ({place})")).unwrap_or_default();
        out.push_str(&format!("\nnote: {}{place}", note.text));
    }
    out.push_str(&format!("\nfingerprint: {}", finding.fingerprint()));
    out
}

/// On one line, of characters that XML allows.
fn line(text: &str) -> String {
    allowed(&one_line(&clip(text, TEXT)))
}

/// With its lines kept, of characters that XML allows.
fn text(text: &str) -> String {
    allowed(&lines(&clip(text, TEXT)))
}

/// XML 1.0 has no controls, which have become signs already, and not these two; no escape brings them in.
fn allowed(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
