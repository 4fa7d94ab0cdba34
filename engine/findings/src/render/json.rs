//! The report as JSON, for programs: the form `gatefold.report/1`, published as a JSON Schema.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::text::is_hidden;
use crate::{
    BaseInfo, ChangeInfo, Finding, GuardRun, JudgedFinding, Level, Note, Outcome, PolicyInfo, Report,
    Request, SCHEMA, Side, Status, Tier, Verdict,
};

/// The JSON Schema of the report, as published.
pub const SCHEMA_TEXT: &str = include_str!("../../schema/report.schema.json");

/// The report as indented JSON with a final line feed. Two runs over one tree give the same bytes where `times` is
/// false.
///
/// Characters that would steer a terminal are written as escapes, which changes nothing for a program that reads
/// it.
pub fn json(report: &Report, times: bool) -> String {
    let document = Document::of(report, times);
    let text = serde_json::to_string_pretty(&document)
        .expect("a report has only string keys and derived serialisations, neither of which can fail");
    escaped(&text) + "\n"
}

/// The same JSON with escapes for hidden characters. They stand only inside strings, since all others of a JSON
/// text are ASCII.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\x7f' || is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("writing to a string cannot fail");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: &'a str,
    verdict: Verdict,
    tier: Tier,
    observe: bool,
    base: &'a BaseInfo,
    head: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'a ChangeInfo>,
    policy: &'a PolicyInfo,
    guards: Vec<Guard<'a>>,
    findings: Vec<Entry<'a>>,
    remarks: &'a [String],
    requests: &'a [Request],
}

#[derive(Serialize)]
struct Guard<'a> {
    guard: &'a str,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<u64>,
    checked: &'a BTreeMap<&'static str, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unresolved: Option<u64>,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    guard: &'a str,
    level: Level,
    status: Status,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
    message: &'a str,
    help: Option<&'a str>,
    notes: Vec<Evidence<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct Evidence<'a> {
    file: Option<&'a str>,
    line: Option<u32>,
    side: Side,
    text: &'a str,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report, times: bool) -> Self {
        Document {
            schema: SCHEMA,
            tool: report.tool,
            verdict: report.verdict(),
            tier: report.tier,
            observe: report.observe,
            base: &report.base,
            head: report.head.as_deref(),
            change: (report.change != ChangeInfo::default()).then_some(&report.change),
            policy: &report.policy,
            guards: report.guards.iter().map(|run| Guard::of(run, times)).collect(),
            findings: report.findings.iter().map(Entry::of).collect(),
            remarks: &report.remarks,
            requests: &report.requests,
        }
    }
}

impl<'a> Guard<'a> {
    fn of(run: &'a GuardRun, times: bool) -> Self {
        Guard {
            guard: run.guard,
            outcome: run.outcome,
            reason: run.reason.as_deref(),
            milliseconds: times.then_some(run.milliseconds),
            checked: &run.checked,
            unresolved: run.unresolved,
        }
    }
}

impl<'a> Entry<'a> {
    fn of(judged: &'a JudgedFinding) -> Self {
        let Finding { rule, level, location, message, help, notes, .. } = &judged.finding;
        let span = location.as_ref().and_then(|location| location.span);
        Entry {
            rule: rule.id,
            guard: rule.guard,
            level: *level,
            status: judged.status,
            file: location.as_ref().map(|location| location.file.as_str()),
            line: span.map(|span| span.line.max(1)),
            column: span.map(|span| span.column.max(1)),
            end_line: span.map(|span| span.end_line.max(1)),
            end_column: span.map(|span| span.end_column.max(1)),
            message,
            help: help.as_deref(),
            notes: notes.iter().map(Evidence::of).collect(),
            fingerprint: judged.finding.fingerprint(),
        }
    }
}

impl<'a> Evidence<'a> {
    fn of(note: &'a Note) -> Self {
        let location = note.location.as_ref();
        Evidence {
            file: location.map(|location| location.file.as_str()),
            line: location.and_then(|location| location.span).map(|span| span.line),
            side: note.side,
            text: &note.text,
        }
    }
}
