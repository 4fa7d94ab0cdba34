//! The report as GitLab's code quality list, which a merge request shows beside the changed lines.
//!
//! The form is the one of `artifacts:reports:codequality`: an array of objects with `description`, `check_name`,
//! `fingerprint`, `severity` and `location`.

use serde::Serialize;

use super::json::escaped;
use super::text::{clip, one_line};
use super::words::{NO_PLACE, Ordinals, from_repository, weight};
use crate::{Finding, GuardRun, Level, Outcome, Report, Status};

/// Characters of a description, which the platform shows on one line.
const DESCRIPTION: usize = 1_000;

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The new findings as a code quality list: only those, since the platform itself compares with the target branch.
/// A guard that could not look is an entry of its own. `prefix` is the root's path from the repository's root, as in
/// [`github_below`](super::github_below).
///
/// No two entries have the same fingerprint: the platform drops all but one of them.
pub fn gitlab(report: &Report, prefix: &str) -> String {
    let mut ordinals = Ordinals::default();
    let broken = report.guards.iter().filter(|run| run.outcome == Outcome::CouldNotRun);
    let mut entries: Vec<_> = broken.map(|run| could_not_run(run, prefix)).collect();
    let new = report.findings.iter().filter(|judged| judged.status == Status::New);
    entries.extend(
        new.map(|judged| entry(&judged.finding, weight(report, &judged.finding), prefix, &mut ordinals)),
    );
    let text = serde_json::to_string_pretty(&entries).expect("texts and numbers can always be serialised");
    escaped(&text) + "\n"
}

fn entry<'a>(finding: &'a Finding, level: Level, prefix: &str, ordinals: &mut Ordinals) -> Entry<'a> {
    let help = finding.help.iter().map(|help| format!("; {help}"));
    let text: String = std::iter::once(finding.message.clone()).chain(help).collect();
    let fingerprint = finding.fingerprint();
    let fingerprint = match ordinals.next(&fingerprint) {
        1 => fingerprint,
        ordinal => format!("{fingerprint}-{ordinal}"),
    };
    let line =
        finding.location.as_ref().and_then(|location| location.span).map_or(1, |span| span.line.max(1));
    Entry {
        description: one_line(&clip(&text, DESCRIPTION)).into_owned(),
        check_name: finding.rule.id,
        fingerprint,
        severity: match level {
            Level::Error => "blocker",
            Level::Warning => "major",
            Level::Note => "info",
        },
        location: Place {
            path: from_repository(prefix, finding.file().unwrap_or(NO_PLACE)),
            lines: Lines { begin: line },
        },
    }
}

fn could_not_run(run: &GuardRun, prefix: &str) -> Entry<'static> {
    let reason = run.reason.as_deref().unwrap_or("it could not run");
    let text = format!("`{}` could not look, so the change cannot pass: {reason}", run.guard);
    Entry {
        description: one_line(&clip(&text, DESCRIPTION)).into_owned(),
        check_name: "could-not-run",
        fingerprint: crate::digest(format!("could-not-run {}", run.guard).as_bytes()),
        severity: "blocker",
        location: Place { path: from_repository(prefix, NO_PLACE), lines: Lines { begin: 1 } },
    }
}
