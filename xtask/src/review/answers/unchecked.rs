//! What did nobody check: tiers, guards, files, and functions that no test reaches.

use findings::render::words;
use findings::{Outcome, Tally};

use crate::review::answer::{Answer, Line, Mark, Standing};
use crate::review::below::{Below, UNREACHED};
use crate::review::evidence::place;
use crate::review::look::Looked;
use crate::review::questions::{Question, question};
use crate::review::seen::Seen;
use crate::review::wording::things;

pub(super) fn answer(seen: &Seen<'_>, below: &Below, others: [&Answer; 3]) -> Answer {
    let mut lines = lines(seen);
    for block in below.blocks.iter().filter(|block| block.anchor == UNREACHED && block.unseen) {
        lines.push(Line::new(Mark::Unseen, format!("{}: {}", block.title.to_lowercase(), block.looked)));
    }
    for block in below.blocks.iter().filter(|block| block.anchor == UNREACHED && !block.silent) {
        let count = block.lines.len() + block.rest;
        let detail = block.lines.first().cloned();
        let text = format!("{}: {count}", block.title.to_lowercase());
        lines.push(Line { detail, ..Line::new(Mark::Tells, text) });
    }
    if lines.is_empty() {
        let unseen = others.iter().filter(|answer| answer.standing == Standing::Unseen);
        lines.extend(unseen.map(|answer| Line::new(Mark::Unseen, answer.says.clone())));
    }
    lines.sort_by_key(|line| line.mark);
    let report = &seen.judgement.report;
    let block = lines.iter().any(|line| line.mark == Mark::Blocks)
        || report.guards.iter().any(|run| run.outcome == Outcome::CouldNotRun);
    let (standing, short, says) = match lines.len() {
        0 => (
            Standing::Nothing,
            "Nothing".to_owned(),
            format!(
                "nothing that Gatefold can look at: {} looked, in both tiers",
                things(report.guards.len(), "guard")
            ),
        ),
        count => {
            let standing = if block { Standing::Blocks } else { Standing::Unseen };
            let known = known(seen);
            (standing, things(count, "thing"), format!("{}{known}", things(count, "thing")))
        }
    };
    Answer { anchor: "unchecked", question: "What did nobody check?", standing, short, says, lines }
}

/// What the base has already, and is not told again.
fn known(seen: &Seen<'_>) -> String {
    match Tally::of(&seen.judgement.report).known {
        0 => String::new(),
        count => format!(
            "; {} that the base already has are not shown (`gate --all` does)",
            things(count, "finding")
        ),
    }
}

fn lines(seen: &Seen<'_>) -> Vec<Line> {
    let report = &seen.judgement.report;
    let mut lines = Vec::new();
    for run in &report.guards {
        let why = || run.reason.clone().unwrap_or_else(|| words::outcome(run.outcome).to_owned());
        match run.outcome {
            Outcome::CouldNotRun => {
                lines.push(Line::new(Mark::Blocks, format!("`{}` could not look: {}", run.guard, why())));
            }
            Outcome::NotAsked | Outcome::NotConfigured => {
                lines.push(Line::new(Mark::Unseen, format!("`{}`: {}", run.guard, why())));
            }
            // Nothing differs, and that was seen.
            Outcome::Clean | Outcome::Findings
                if run.guard == "integrity" && matches!(seen.weighed(), Looked::At(_)) => {}
            Outcome::Clean | Outcome::Findings if run.checked.values().all(|count| *count == 0) => {
                let text = format!("`{}`: there was nothing for it to look at", run.guard);
                lines.push(Line::new(Mark::Unseen, text));
            }
            Outcome::Clean | Outcome::Findings => {}
        }
        if let Some(count) = run.unresolved.filter(|count| *count > 0) {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let text = format!("`{}`: {} could not be resolved", run.guard, things(count, "reference"));
            lines.push(Line::new(Mark::Tells, text));
        }
        let left = run.checked.iter().filter(|(what, count)| **count > 0 && says_left_out(what));
        lines.extend(
            left.map(|(what, count)| Line::new(Mark::Unseen, format!("`{}`: {count} {what}", run.guard))),
        );
    }
    if let Some(tier) = words::not_run(report.tier) {
        lines.push(Line::new(Mark::Unseen, tier));
    }
    if let [first, rest @ ..] = seen.foreign().as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let text = format!("`{first}`{more}: no guard reads code in that language, tests included");
        lines.push(Line::new(Mark::Unseen, text));
    }
    if seen.judgement.scene.change.base.is_none() {
        lines.push(Line::new(Mark::Unseen, "what changed: there is no base to compare with"));
    }
    for judged in report.findings.iter().filter(|judged| question(judged.finding.rule) == Question::Unchecked)
    {
        let finding = &judged.finding;
        let mark = if judged.blocks() { Mark::Blocks } else { Mark::Unseen };
        let place = finding.location.as_ref().map(place);
        lines.push(Line { place, ..Line::new(mark, finding.message.clone()) });
    }
    lines
}

/// Whether what a guard counts is what it did not look at.
fn says_left_out(what: &str) -> bool {
    what.contains("not looked at") || what.contains("did not")
}
