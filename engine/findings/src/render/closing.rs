//! The end of the report for people: counts, what was looked at and what was not, what to do, and the verdict.

use std::collections::BTreeSet;

use annotate_snippets::renderer::{
    DEFAULT_CONTEXT_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE,
};

use super::human::HumanOptions;
use super::text::one_line;
use super::words::{compared, looked_at_in_lines, not_run, outcome, verdict};
use crate::{JudgedFinding, Outcome, Report, Status, Tally};

/// Everything behind the findings.
pub(super) fn closing(report: &Report, options: &HumanOptions<'_>) -> String {
    let mut out = counts(report, options);
    out.push_str(&guards(report, options));
    if let Some(tier) = not_run(report.tier) {
        out.push_str(&format!("not run: {tier}\n"));
    }
    out.push_str(&format!("{}\n", compared(report)));
    for remark in &report.remarks {
        out.push_str(&format!("{}: {}\n", paint(options, "remark", DEFAULT_WARNING_STYLE), one_line(remark)));
    }
    out.push_str(&mended(report, options));
    out.push_str(&what_to_do(report, options));
    let (word, reason) = verdict(report);
    let style = if word == "pass" { DEFAULT_NOTE_STYLE } else { DEFAULT_ERROR_STYLE };
    out.push_str(&format!("{}: {reason}\n", paint(options, word, style)));
    out
}

/// `2 errors, 1 warning; 3 known, 1 excepted (--all shows them)`.
fn counts(report: &Report, options: &HumanOptions<'_>) -> String {
    let tally = Tally::of(report);
    let settled = match (tally.settled(), options.all) {
        (settled, _) if settled.is_empty() => settled,
        (settled, true) => format!("; {settled}"),
        (settled, false) => format!("; {settled} (--all shows them)"),
    };
    format!("{}{settled}\n", tally.fresh())
}

/// One line a guard: its name, how it ended, the time, and what it looked at.
fn guards(report: &Report, options: &HumanOptions<'_>) -> String {
    let name_width = report.guards.iter().map(|run| run.guard.len()).max().unwrap_or(0);
    let mut out = String::new();
    for run in &report.guards {
        let word = format!("{:<16}", outcome(run.outcome));
        let word = match run.outcome {
            Outcome::Clean => paint(options, &word, DEFAULT_NOTE_STYLE),
            Outcome::Findings => paint(options, &word, DEFAULT_WARNING_STYLE),
            Outcome::CouldNotRun => paint(options, &word, DEFAULT_ERROR_STYLE),
            Outcome::NotConfigured | Outcome::NotAsked => paint(options, &word, DEFAULT_CONTEXT_STYLE),
        };
        let ran = !matches!(run.outcome, Outcome::NotConfigured | Outcome::NotAsked);
        let time = match (options.times, ran) {
            (false, _) => String::new(),
            (true, false) => " ".repeat(9),
            (true, true) => format!("{:>7}  ", duration(run.milliseconds)),
        };
        let line = format!("  {:<name_width$}  {word}{time}{}", run.guard, looked_at_in_lines(run));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// How many findings a command mends, and the command.
fn mended(report: &Report, options: &HumanOptions<'_>) -> String {
    let is_mended = |judged: &&JudgedFinding| {
        judged.status == Status::New && judged.finding.fix.as_ref().is_some_and(|fix| fix.safe)
    };
    let against = if report.base.chosen == "none" { " --base none" } else { "" };
    let command = format!("`{} fix{against}`", options.program);
    match report.findings.iter().filter(is_mended).count() {
        0 => String::new(),
        1 => format!("1 of these mends itself: {command}\n"),
        count => format!("{count} of these mend themselves: {command}\n"),
    }
}

/// The commands that lead on from findings that block.
fn what_to_do(report: &Report, options: &HumanOptions<'_>) -> String {
    let program = options.program;
    let rules: BTreeSet<_> = report.blocking().map(|judged| judged.finding.rule.id).collect();
    let mut out = String::new();
    match rules.first() {
        None => return out,
        Some(only) if rules.len() == 1 => {
            out.push_str(&format!(
                "`{program} explain {only}` says why it hurts and what to write instead\n"
            ));
        }
        Some(first) => out.push_str(&format!(
            "`{program} explain {first}` (or another rule's id) says why it hurts and what to write instead\n"
        )),
    }
    if !report.requests.is_empty() {
        out.push_str(&format!(
            "what is meant as it is needs the approval of somebody else; `{program} approve` lists what is open\n",
        ));
    }
    for request in &report.requests {
        match request.command.as_str() {
            "" => out.push_str(&format!("  by {}\n", one_line(&request.by))),
            command => out.push_str(&format!("  by {}:\n    {}\n", one_line(&request.by), one_line(command))),
        }
    }
    out
}

fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..120_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds % 60_000 / 1_000),
    }
}

fn paint(options: &HumanOptions<'_>, text: &str, style: annotate_snippets::renderer::Style) -> String {
    if options.color { format!("{}{text}{}", style.render(), style.render_reset()) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        let check = |milliseconds, expect: &str| assert_eq!(duration(milliseconds), expect);
        check(0, "0 ms");
        check(999, "999 ms");
        check(1_250, "1.2 s");
        check(119_999, "119.9 s");
        check(125_400, "2 min 5 s");
    }
}
