//! A report as a table for people.
use std::io::{self, Write};

use quality::{Level, Measure, Report};

/// Writes what is not as expected, or all that was measured, and what it comes to.
pub(crate) fn write(report: &Report, all: bool, out: &mut impl Write) -> io::Result<()> {
    let shown: Vec<_> = report.measures.iter().filter(|measure| all || measure.level > Level::Fine).collect();
    if !shown.is_empty() {
        row(out, ["level", "check", "of", "measure", "warn", "refuse", ""])?;
    }
    for measure in shown {
        let limit = |limit: Option<f64>| limit.map_or_else(|| "-".to_owned(), |limit| limit.to_string());
        let value = format!("{:.4}", measure.value);
        let (warn, refuse) = (limit(measure.limits.warn), limit(measure.limits.refuse));
        row(out, [measure.level.name(), measure.check, &of(measure), &value, &warn, &refuse, &measure.what])?;
    }
    let count = |level| report.at(level).count();
    writeln!(
        out,
        "{} records: {} measures are fine, {} are warned of, {} refuse the batch",
        report.records,
        count(Level::Fine),
        count(Level::Warn),
        count(Level::Refuse),
    )
}

fn of(measure: &Measure) -> String {
    measure
        .feature
        .map_or_else(|| measure.entity.to_owned(), |feature| format!("{}.{feature}", measure.entity))
}

fn row(out: &mut impl Write, [level, check, of, value, warn, refuse, what]: [&str; 7]) -> io::Result<()> {
    let line = format!("{level:<7} {check:<11} {of:<18} {value:>9} {warn:>6} {refuse:>6}  {what}");
    writeln!(out, "{}", line.trim_end())
}
