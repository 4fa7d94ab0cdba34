//! The report as workflow commands, which GitHub shows as annotations beside the changed lines.

use super::text::{clip, lines, one_line};
use super::words::{from_repository, verdict, weight};
use crate::{Finding, Level, Outcome, Report, Status, Verdict};

/// The platform shows ten annotations of a level a step and drops the rest without a word. The tenth is ours, to
/// say how many there are.
const SHOWN: usize = 9;
/// Characters of a message; the platform cuts far longer ones.
const MESSAGE: usize = 4_000;

/// The new findings as workflow commands, one a line, the worst first; paths as the report has them.
pub fn github(report: &Report) -> String {
    github_below(report, "")
}

/// [`github`] for a root below the repository's: `prefix` is the root's path from there, for instance
/// `templates/ranker`, since the platform finds files from the repository's root only.
pub fn github_below(report: &Report, prefix: &str) -> String {
    let mut out = String::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let annotations = annotations(report, level, prefix);
        let command = command(level);
        for annotation in annotations.iter().take(SHOWN) {
            out.push_str(&format!("::{command} {annotation}\n"));
        }
        if annotations.len() > SHOWN {
            let more = annotations.len() - SHOWN;
            out.push_str(&format!("::{command} title=gatefold::{more} more; see the job summary\n"));
        }
    }
    out
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// What stands behind the commands of one level: guards that could not look, then findings in their order. In
/// observe mode nothing is an error.
fn annotations(report: &Report, level: Level, prefix: &str) -> Vec<String> {
    let mut all = Vec::new();
    if level == Level::Error && report.verdict() == Verdict::Error {
        all.push(format!("title=gatefold::{}", message(&verdict(report).1)));
        for run in report.guards.iter().filter(|run| run.outcome == Outcome::CouldNotRun) {
            let reason = run.reason.as_deref().unwrap_or("could not run");
            all.push(format!("title={}::{}", property(run.guard), message(reason)));
        }
    }
    let new = report.findings.iter().filter(|judged| judged.status == Status::New);
    all.extend(
        new.map(|judged| &judged.finding)
            .filter(|finding| weight(report, finding) == level)
            .map(|finding| annotation(finding, prefix)),
    );
    all
}

fn annotation(finding: &Finding, prefix: &str) -> String {
    let mut properties = Vec::new();
    if let Some(location) = &finding.location {
        properties.push(format!("file={}", property(&from_repository(prefix, &location.file))));
        if let Some(span) = location.span {
            properties.push(format!("line={},endLine={}", span.line, span.end_line));
            if span.line == span.end_line {
                // The platform refuses columns of a range of lines.
                properties.push(format!("col={},endColumn={}", span.column, span.end_column));
            }
        }
    }
    properties.push(format!("title={}", property(finding.rule.id)));
    let help = finding.help.iter().map(|help| format!("\nhelp: {help}"));
    // A note that stands elsewhere says little without its place, which an annotation cannot show.
    let notes = finding.notes.iter().filter(|note| note.location.is_none());
    let notes = notes.map(|note| format!("\nnote: {}", note.text));
    let text: String = std::iter::once(finding.message.clone()).chain(help).chain(notes).collect();
    format!("{}::{}", properties.join(","), message(&text))
}

/// The text behind the second pair of colons. Carriage returns, which the platform also wants escaped, have become
/// signs.
fn message(text: &str) -> String {
    let text = lines(&clip(text, MESSAGE));
    text.replace('%', "%25").replace('\n', "%0A")
}

/// A value in front of it, where colons and commas separate.
fn property(text: &str) -> String {
    one_line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
