//! The report for people, with colours that whoever prints it may take out again.
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, Table, presets};

use crate::compare::{Comparison, Finding, Numbers};
use crate::files::FileCounts;
use crate::judge::{Judgement, MIN_UNITS, Verdict};
use crate::ledger::LedgerCounts;
use crate::report::{ArmReport, ExperimentReport, Report};
use experiments::{CONTROL, Kind};

const BOLD: Style = Style::new().bold();

/// Writes a report for people.
///
/// # Errors
/// None that a string has.
pub fn text(report: &Report) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for experiment in &report.experiments {
        section(&mut text, experiment)?;
    }
    for file in report.exposures.iter().chain(&report.outcomes) {
        wrong_lines(&mut text, file)?;
    }
    let side = number(report.alpha * 50.0);
    writeln!(
        text,
        "As of {}. Each bound is wrong with a probability of at most {side} %, divided by the arms beside control.",
        report.at
    )?;
    Ok(text)
}

fn section(text: &mut String, experiment: &ExperimentReport) -> fmt::Result {
    let ExperimentReport { name, owner, hypothesis, standing, starts, ends, sample_ratio, arms, .. } =
        experiment;
    writeln!(text, "{BOLD}{name}{BOLD:#} ({owner}): {hypothesis}")?;
    let starts = starts.as_deref().unwrap_or("ever");
    writeln!(text, "  {standing}; from {starts} to {ends}\n")?;
    let sizes = ["arm", "units", "share", "expected", "exposures", "degraded"];
    table(text, &sizes, arms.iter().map(|arm| size(arm, arms)).collect())?;
    let fits = if sample_ratio.mismatch {
        "arms do not have the sizes that were configured"
    } else if arms.iter().any(|arm| arm.units < MIN_UNITS) {
        "too few units to tell"
    } else {
        "arms have the sizes that were configured"
    };
    writeln!(
        text,
        "  sample ratio: {fits} (chi-squared {:.2}, p = {})\n",
        sample_ratio.chi_squared,
        probability(sample_ratio.p_value)
    )?;
    for arm in arms {
        if let Some(judgement) = &arm.judgement {
            verdict(text, &arm.name, judgement)?;
        }
    }
    notes(text, experiment.counts)
}

fn size(arm: &ArmReport, arms: &[ArmReport]) -> Vec<String> {
    let units: u64 = arms.iter().map(|arm| arm.units).sum();
    vec![
        arm.name.clone(),
        arm.units.to_string(),
        share(arm.units, units),
        format!("{:.2} %", arm.expected_share * 100.0),
        arm.exposures.to_string(),
        share(arm.degraded_exposures, arm.exposures),
    ]
}

fn verdict(text: &mut String, arm: &str, judgement: &Judgement) -> fmt::Result {
    let (word, colour) = match judgement.verdict {
        Verdict::Shippable => ("ship-able", AnsiColor::Green),
        Verdict::Harmful => ("harmful", AnsiColor::Red),
        Verdict::Inconclusive => ("inconclusive", AnsiColor::Yellow),
        Verdict::Invalid => ("invalid", AnsiColor::Magenta),
    };
    let style = colour.on_default().bold();
    writeln!(text, "  {BOLD}{arm}{BOLD:#}: {style}{word}{style:#}")?;
    for reason in &judgement.reasons {
        writeln!(text, "    {reason}")?;
    }
    let columns = ["metric", "kind", CONTROL, "arm", "difference", "margin", "finding"];
    let rows = judgement.primary.iter().chain(&judgement.guardrails).map(row).collect();
    table(text, &columns, rows)
}

fn row(comparison: &Comparison) -> Vec<String> {
    let role = if comparison.margin.is_none() { " (primary)" } else { "" };
    let proportion = comparison.kind == Kind::Proportion;
    let level = |value: f64| if proportion { format!("{} %", number(value * 100.0)) } else { number(value) };
    // Differences of shares are in points: a percent of what would be open.
    let signed = |value: f64| {
        let (value, unit) = if proportion { (value * 100.0, " pp") } else { (value, "") };
        format!("{}{}{unit}", if value > 0.0 { "+" } else { "" }, number(value))
    };
    let percent = |value: f64| format!("{value:+.2} %", value = value * 100.0);
    let margin = match comparison.margin {
        None => String::new(),
        Some(margin) if comparison.margin_is_relative => percent(margin),
        Some(margin) => signed(margin),
    };
    let difference = |numbers: &Numbers| {
        if comparison.margin_is_relative && numbers.control != 0.0 {
            let bound = |bound: Option<f64>| bound.map_or("any".to_owned(), percent);
            let (lower, upper) = (bound(numbers.relative_lower), bound(numbers.relative_upper));
            format!("{} ({lower} to {upper})", percent(numbers.arm / numbers.control - 1.0))
        } else {
            let Numbers { difference, lower, upper, .. } = *numbers;
            format!("{} ({} to {})", signed(difference), signed(lower), signed(upper))
        }
    };
    let numbers = comparison.numbers.as_ref();
    vec![
        format!("{}{role}", comparison.metric),
        comparison.kind.word().to_owned(),
        numbers.map(|numbers| level(numbers.control)).unwrap_or_default(),
        numbers.map(|numbers| level(numbers.arm)).unwrap_or_default(),
        numbers.map(difference).unwrap_or_default(),
        margin,
        finding(comparison.finding).to_owned(),
    ]
}

fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Better => "better",
        Finding::Within => "within margin",
        Finding::Worse => "worse",
        Finding::Unclear => "unclear",
        Finding::Unknown => "no outcomes",
    }
}

fn notes(text: &mut String, counts: LedgerCounts) -> fmt::Result {
    let notes = [
        (counts.units_in_two_arms, "units were seen in two arms and are left out"),
        (counts.units_not_where_assigned, "units were seen in another arm than their bucket says"),
        (counts.exposures_in_unknown_arms, "exposures are in arms that the experiment does not have"),
        (counts.exposures_outside_dates, "exposures are outside the experiment's dates"),
        (counts.repeated_exposures, "exposures stand there again and are counted once"),
        (counts.repeated_outcomes, "outcomes stand there again and are counted once"),
        (counts.outcomes_without_exposure, "outcomes are of units that were not exposed"),
        (counts.outcomes_before_exposure, "outcomes are from before their unit was exposed"),
        (counts.outcomes_after_end, "outcomes are from after the experiment's end"),
    ];
    for (count, note) in notes.into_iter().filter(|(count, _)| *count > 0) {
        writeln!(text, "  {count} {note}")?;
    }
    writeln!(text)
}

fn wrong_lines(text: &mut String, file: &FileCounts) -> fmt::Result {
    let path = file.file.display();
    if let Some(first) = &file.first_garbage {
        writeln!(text, "{path}: {} lines are left out; {first}", file.garbage)?;
    }
    if file.torn {
        writeln!(text, "{path}: the last line is not whole and is left out")?;
    }
    Ok(())
}

/// Indents a table and ends it with an empty line.
fn table(text: &mut String, columns: &[&str], rows: Vec<Vec<String>>) -> fmt::Result {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(columns).add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in table.lines() {
        writeln!(text, "  {}", line.trim_end())?;
    }
    writeln!(text)
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.2} %", part as f64 / whole as f64 * 100.0) }
}

/// Four digits that count.
fn number(value: f64) -> String {
    let before_point = if value == 0.0 { 1.0 } else { value.abs().log10().floor() + 1.0 };
    let after_point = (4.0 - before_point).clamp(0.0, 8.0) as usize;
    let digits = format!("{value:.after_point$}");
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits }
}

fn probability(value: f64) -> String {
    if value < 0.0001 { format!("{value:.1e}") } else { format!("{value:.4}") }
}
