//! The report as Markdown, for job summaries and comments on pull requests: the verdict first, what blocks open,
//! the rest folded.

use super::markup::{block, cell, code, prose};
use super::words::{compared, looked_at, not_run, note_place, outcome, place, verdict};
use crate::tally::plural;
use crate::{Finding, JudgedFinding, Level, Note, Report, Request, Status, Tally};

/// What GitHub takes as a job summary, in bytes. A comment on a pull request takes 65,536 characters.
pub const MARKDOWN_LIMIT: usize = 1_048_576;

/// Notes of one finding on the page; the JSON report has them all.
const NOTES: usize = 20;
/// The longest file of an approval that is shown, in bytes.
const LONGEST_FILE: usize = 1_600;
/// Remarks on the page, so that the head of the page stays small.
const REMARKS: usize = 20;

/// The report as Markdown, within what a job summary takes.
pub fn markdown(report: &Report) -> String {
    markdown_within(report, MARKDOWN_LIMIT)
}

/// The report as Markdown in less than `limit` bytes. Findings that do not fit are left out as wholes, and a last
/// line says how many. The head of the page (verdict and guards) is written however small the limit is.
pub fn markdown_within(report: &Report, limit: usize) -> String {
    let mut page = Page { text: head(report), left_out: 0, limit };
    let with = |status, level| {
        move |judged: &&JudgedFinding| {
            judged.status == status && (status != Status::New || judged.finding.level == level)
        }
    };
    page.section(None, report.findings.iter().filter(with(Status::New, Level::Error)));
    page.requests(&report.requests);
    for (noun, status, level) in [
        ("warning", Status::New, Level::Warning),
        ("note", Status::New, Level::Note),
        ("approved finding", Status::Approved, Level::Note),
    ] {
        let findings: Vec<_> = report.findings.iter().filter(with(status, level)).collect();
        page.section(Some(&plural(findings.len(), noun)), findings.into_iter());
    }
    if page.left_out > 0 {
        let findings = plural(page.left_out, "finding");
        page.text.push_str(&format!(
            "\n{findings} left out here for want of room; the JSON report has them all.\n"
        ));
    }
    page.text
}

struct Page {
    text: String,
    left_out: usize,
    limit: usize,
}

impl Page {
    /// Room that is kept for the line about what was left out.
    const RESERVE: usize = 200;

    /// What would let the findings pass, folded, where there is room for all of it.
    fn requests(&mut self, requests: &[Request]) {
        if requests.is_empty() {
            return;
        }
        let title = plural(requests.len(), "approval");
        let mut text = format!("\n<details><summary>{title} would let it pass</summary>\n");
        requests.iter().for_each(|request| text.push_str(&requested(request)));
        text.push_str("\n</details>\n");
        if self.text.len() + text.len() + Self::RESERVE < self.limit {
            self.text.push_str(&text);
        }
    }

    /// Findings one below the other, folded under a title if there is one.
    fn section<'a>(&mut self, folded: Option<&str>, findings: impl Iterator<Item = &'a JudgedFinding>) {
        let opening =
            folded.map(|title| format!("\n<details><summary>{title}</summary>\n")).unwrap_or_default();
        let closing = if folded.is_some() { "\n</details>\n" } else { "" };
        let mut is_open = false;
        for judged in findings {
            // Once one is left out, so are those behind it: the page has no gaps.
            if self.left_out > 0 {
                self.left_out += 1;
                continue;
            }
            let entry = entry(&judged.finding);
            let frame = if is_open { 0 } else { opening.len() + closing.len() };
            if self.text.len() + frame + entry.len() + Self::RESERVE >= self.limit {
                self.left_out = 1;
                continue;
            }
            if !is_open {
                is_open = true;
                self.text.push_str(&opening);
                // What is written behind the findings is paid for in advance.
                self.limit = self.limit.saturating_sub(closing.len());
            }
            self.text.push_str(&entry);
        }
        if is_open {
            self.limit += closing.len();
            self.text.push_str(closing);
        }
    }
}

fn head(report: &Report) -> String {
    let (word, reason) = verdict(report);
    let mut out = format!("## Gatefold: {word}\n\n**{}**\n\n", prose(&reason));
    let tally = Tally::of(report);
    let counts = [tally.fresh(), tally.settled()];
    out.push_str(&counts.iter().filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join("; "));
    out.push_str(&format!(".\n{}.\n", prose(&capital(&compared(report)))));
    if let Some(tier) = not_run(report.tier) {
        out.push_str(&format!("Not run: {tier}.\n"));
    }
    for remark in report.remarks.iter().take(REMARKS) {
        out.push_str(&format!("\n> {}\n", prose(remark)));
    }
    if report.remarks.len() > REMARKS {
        out.push_str(&format!("\n> {} more remarks\n", report.remarks.len() - REMARKS));
    }
    if !report.guards.is_empty() {
        out.push_str("\n| guard | outcome | looked at |\n|---|---|---|\n");
    }
    for run in &report.guards {
        let (guard, looked) = (cell(run.guard), cell(&looked_at(run)));
        out.push_str(&format!("| {guard} | {} | {looked} |\n", outcome(run.outcome)));
    }
    out
}

/// One finding: rule and message, place, help, notes.
fn entry(finding: &Finding) -> String {
    let mut out =
        format!("\n**{}** {}: {}\n", finding.level.name(), code(finding.rule.id), prose(&finding.message));
    if let Some(location) = &finding.location {
        out.push_str(&format!("at {}\n", code(&place(location))));
    }
    if let Some(help) = &finding.help {
        out.push_str(&format!("\nhelp: {}\n", prose(help)));
    }
    if !finding.notes.is_empty() {
        out.push('\n');
    }
    for note in finding.notes.iter().take(NOTES) {
        out.push_str(&noted(note));
    }
    if finding.notes.len() > NOTES {
        out.push_str(&format!("- and {} more\n", finding.notes.len() - NOTES));
    }
    out
}

/// One request: where it belongs, who may approve it, and the file, or what writes it where that is long.
fn requested(request: &Request) -> String {
    let count = plural(request.findings.len(), "finding");
    let mut out = format!("\n{} for {count}\n", code(&request.file));
    out.push_str(&format!("\nby {}\n", prose(&request.by)));
    if request.command.is_empty() {
        return out;
    }
    out.push_str(&format!("\n{}\n", code(&request.command)));
    if request.text.len() <= LONGEST_FILE {
        out.push_str(&format!("\n{}", block(&request.text)));
    }
    out
}

fn noted(note: &Note) -> String {
    let place = note_place(note).map(|place| code(&place));
    match (note.text.trim_end().contains('\n'), place) {
        (false, None) => format!("- {}\n", prose(note.text.trim())),
        (false, Some(place)) => format!("- {} ({place})\n", prose(note.text.trim())),
        (true, place) => {
            // The block belongs to the item, so that the items behind it stay one list.
            let block = block(&note.text).lines().map(|line| format!("  {line}\n")).collect::<String>();
            format!("- {}\n{block}", place.unwrap_or_else(|| "note".to_owned()))
        }
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
