//! The counts as tables, as JSON and as CSV.

use std::collections::BTreeMap;

use findings::render::text::one_line;
use serde::Serialize;

use super::counts::{Broken, Counted, Counts};
use crate::cli::StatsBy;

const COLUMNS: [&str; 5] = ["fired", "fixed", "excepted", "approved", "let go"];

fn values(counts: &Counts) -> [u64; 5] {
    [counts.fired, counts.fixed, counts.excepted, counts.approved, counts.let_go]
}

/// A table each for rules and agents, what fired most on top.
pub(crate) fn human(counted: &Counted, by: Option<StatsBy>) -> String {
    let things = |count, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (reports, changes) = (things(counted.reports, "report"), things(counted.changes, "change"));
    let mut out = format!("{reports} of {changes}\n");
    if !counted.broken.is_empty() {
        out.push_str(&format!("{} could not be read and are not counted\n", counted.broken.len()));
    }
    if counted.others > 0 {
        out.push_str(&format!("{} passed over that are no reports\n", counted.others));
    }
    if by != Some(StatsBy::Agent) {
        out.push_str(&table("rule", &counted.rules));
    }
    if by != Some(StatsBy::Rule) {
        out.push_str(&table("agent", &counted.agents));
    }
    out
}

fn table(heading: &str, rows: &BTreeMap<String, Counts>) -> String {
    if rows.is_empty() {
        return format!("\nno {heading} brought anything\n");
    }
    let width = rows.keys().map(|name| one_line(name).chars().count()).max().unwrap_or(0).max(heading.len());
    let mut out = format!("\n{heading:<width$}");
    out.extend(COLUMNS.iter().map(|column| format!("  {column:>8}")));
    out.push('\n');
    for (name, counts) in ordered(rows) {
        out.push_str(&format!("{:<width$}", one_line(name)));
        out.extend(values(counts).iter().map(|value| format!("  {value:>8}")));
        out.push('\n');
    }
    out
}

fn ordered(rows: &BTreeMap<String, Counts>) -> Vec<(&String, &Counts)> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(values(counts)));
    rows
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    reports: u64,
    changes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a BTreeMap<String, Counts>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agents: Option<&'a BTreeMap<String, Counts>>,
    broken: &'a [Broken],
    others: u64,
}

/// `gatefold.stats/1`.
pub(crate) fn json(counted: &Counted, by: Option<StatsBy>) -> String {
    let document = Document {
        schema: "gatefold.stats/1",
        reports: counted.reports,
        changes: counted.changes,
        rules: (by != Some(StatsBy::Agent)).then_some(&counted.rules),
        agents: (by != Some(StatsBy::Rule)).then_some(&counted.agents),
        broken: &counted.broken,
        others: counted.others,
    };
    let text = serde_json::to_string_pretty(&document).expect("texts and numbers can always be serialised");
    text + "\n"
}

/// One line a rule and one an agent, by RFC 4180.
pub(crate) fn csv(counted: &Counted, by: Option<StatsBy>) -> String {
    let mut out = "by,name,fired,fixed,excepted,approved,let_go\n".to_owned();
    let parts = [(StatsBy::Rule, "rule", &counted.rules), (StatsBy::Agent, "agent", &counted.agents)];
    for (part, word, rows) in parts {
        if by.is_some_and(|by| by != part) {
            continue;
        }
        for (name, counts) in rows {
            let values = values(counts).map(|value| value.to_string()).join(",");
            out.push_str(&format!("{word},{},{values}\n", field(name)));
        }
    }
    out
}

/// A field, quoted where it must be. One that a spreadsheet would calculate is kept from that by a quote in front.
fn field(text: &str) -> String {
    let text = one_line(text);
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_and_never_calculated() {
        let check = |text: &str, expect: &str| assert_eq!(field(text), expect);
        check("untied-sort", "untied-sort");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("=1+1", "'=1+1");
        check("a\nb", "a␊b");
    }
}
