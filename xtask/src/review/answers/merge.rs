//! May I merge: the verdict, and what stands against it that no other question tells.

use findings::render::words;
use findings::{Outcome, Report, Status, Tally, Verdict};

use crate::review::answer::{Answer, Line, Mark, Standing};
use crate::review::questions::{Question, blocking, lines};
use crate::review::seen::Seen;
use crate::review::wording::things;

pub(super) fn answer(seen: &Seen<'_>, unchecked: &Answer) -> Answer {
    let report = &seen.judgement.report;
    let mut lines = lines(report, Question::Merge);
    let here = blocking(&lines);
    lines.extend(approvals(report));
    let (_, headline) = words::verdict(report);
    let errors = Tally::of(report).errors;
    let looked = report.guards.iter().filter(|run| looked(run.outcome)).count();
    let (standing, short, says) = match report.verdict() {
        Verdict::Error => {
            (Standing::Blocks, "No".to_owned(), format!("no: {headline}{}", elsewhere(errors, here)))
        }
        Verdict::Fail => {
            (Standing::Blocks, "No".to_owned(), format!("no: {headline}{}", elsewhere(errors, here)))
        }
        Verdict::Pass if looked == 0 => (
            Standing::Unseen,
            "Nobody looked".to_owned(),
            "not known: nobody looked, since no guard ran".to_owned(),
        ),
        Verdict::Pass if report.observe && errors > 0 => (
            Standing::Told,
            "Nothing stops it".to_owned(),
            format!("nothing stops it: {headline}{}", elsewhere(errors, here)),
        ),
        Verdict::Pass if unchecked.standing == Standing::Nothing => {
            (Standing::Nothing, "Yes".to_owned(), format!("yes: {headline}, and every guard looked"))
        }
        Verdict::Pass => (
            Standing::Unseen,
            "Nothing blocks".to_owned(),
            format!(
                "nothing blocks, as far as anybody looked: {looked} of {} did, and {} stand under the last question",
                things(report.guards.len(), "guard"),
                things(unchecked.lines.len(), "thing")
            ),
        ),
    };
    Answer {
        anchor: "merge",
        question: "May I merge?",
        standing,
        short,
        says: says + &accepted(report),
        lines,
    }
}

fn looked(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Clean | Outcome::Findings)
}

/// How many of those that block stand under another question.
fn elsewhere(errors: usize, here: usize) -> String {
    match errors.saturating_sub(here) {
        0 => String::new(),
        others => format!(", {others} of them under the next questions"),
    }
}

/// How much passes because somebody let it.
fn accepted(report: &Report) -> String {
    let count = |status| report.findings.iter().filter(|judged| judged.status == status).count();
    let said = |count, by| {
        let pass = if count == 1 { "passes" } else { "pass" };
        (count > 0).then(|| format!("; {} {pass} by {by}", things(count, "finding")))
    };
    let parts = [
        said(count(Status::Approved), "an approval"),
        said(count(Status::Excepted), "an exception in the code"),
    ];
    parts.into_iter().flatten().collect()
}

/// That a person may let pass some of it, and how.
fn approvals(report: &Report) -> Option<Line> {
    let open = report.requests.len();
    let first = report.requests.first()?;
    let covered: usize = report.requests.iter().map(|request| request.findings.len()).sum();
    let more =
        if open > 1 { format!(", and others in {}", things(open - 1, "more file")) } else { String::new() };
    let findings = things(covered, "finding");
    let text = match first.command.as_str() {
        "" => format!("{findings} may be approved, by {}", first.by),
        _ => format!(
            "{findings} can be approved, by {}{more}; command and file stand under the open approvals",
            first.by
        ),
    };
    Some(Line::new(Mark::Tells, text))
}
