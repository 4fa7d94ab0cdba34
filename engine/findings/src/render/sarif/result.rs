//! One finding as a result: message, places, identity, and what became of it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::log::{Artifact, Location, Outcome, Physical, Region, Suppression, Text};
use crate::render::text::{clip, lines, one_line};
use crate::render::words::{NO_PLACE, Ordinals, from_repository, note_place, place, weight};
use crate::{JudgedFinding, Note, Report, Rule, Side, Span, Status};

/// The name under which code scanning knows the root of the repository.
pub(super) const ROOT: &str = "%SRCROOT%";
/// The name of our fingerprint, with the version of what it is made of.
const FINGERPRINT: &str = "gatefold/v1";
/// Places of a result that the platform takes, the main one included.
const PLACES: usize = 1_000;
/// Notes that the message quotes.
const QUOTED: usize = 20;
/// Characters of a message and of one note in it.
const MESSAGE: usize = 4_000;
const NOTE: usize = 1_000;

/// What a path keeps; every other byte is written as `%XX`, also the colon, which would make a scheme of what stands
/// before it.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What was cut for want of room.
#[derive(Default)]
pub(super) struct Cut {
    /// Results that lost places.
    pub(super) results: usize,
    /// Places that they lost.
    pub(super) places: usize,
}

pub(super) fn of(
    report: &Report,
    judged: &JudgedFinding,
    prefix: &str,
    rules: &[&'static Rule],
    ordinals: &mut Ordinals,
    cut: &mut Cut,
) -> Outcome {
    let finding = &judged.finding;
    let fingerprint = finding.fingerprint();
    let ordinal = ordinals.next(&fingerprint);
    // A place at the base is none in the files that the platform shows.
    let related: Vec<&Note> = finding.notes.iter().filter(|note| is_shown(note)).collect();
    if related.len() >= PLACES {
        cut.results += 1;
        cut.places += related.len() - (PLACES - 1);
    }
    let span = finding.location.as_ref().and_then(|location| location.span);
    Outcome {
        rule_id: finding.rule.id,
        rule_index: rules.iter().position(|rule| rule.id == finding.rule.id).unwrap_or_default(),
        level: weight(report, finding).name(),
        message: Text::of(message(judged)),
        locations: [Location {
            id: None,
            physical_location: physical(prefix, finding.file().unwrap_or(NO_PLACE), span),
            message: None,
        }],
        related_locations: (1..PLACES).zip(related).map(|(id, note)| evidence(id, note, prefix)).collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, format!("{fingerprint}:{ordinal}"))]),
        baseline_state: report.base.commit.as_ref().map(|_| match judged.status {
            Status::Known => "unchanged",
            Status::New | Status::Excepted | Status::Approved => "new",
        }),
        suppressions: suppression(judged).into_iter().collect(),
    }
}

fn is_shown(note: &Note) -> bool {
    note.location.is_some() && note.side == Side::Head
}

/// What is wrong, what to do, and the evidence, each on lines of its own. A note that stands somewhere leads there.
fn message(judged: &JudgedFinding) -> String {
    let finding = &judged.finding;
    let mut out = plain(&finding.message, MESSAGE);
    if let Some(help) = &finding.help {
        out.push_str(&format!("\nhelp: {}", plain(help, MESSAGE)));
    }
    let mut id = 0;
    for note in finding.notes.iter().take(QUOTED) {
        out.push_str(&format!("\nnote: {}", plain(note.text.trim_end(), NOTE)));
        match &note.location {
            Some(location) if is_shown(note) => {
                id += 1;
                out.push_str(&format!(" ([{}]({id}))", linked(&place(location))));
            }
            _ => out.extend(note_place(note).map(|place| format!(" ({})", plain(&place, NOTE)))),
        }
    }
    if finding.notes.len() > QUOTED {
        out.push_str(&format!("\nand {} more notes", finding.notes.len() - QUOTED));
    }
    out
}

/// A text in which the standard sees no link: one would be `[text](target)`.
fn plain(text: &str, limit: usize) -> String {
    lines(&clip(text, limit)).replace("](", "] (")
}

/// The text of a link, in which brackets are escaped.
fn linked(text: &str) -> String {
    plain(text, NOTE).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn evidence(id: usize, note: &Note, prefix: &str) -> Location {
    let location = note.location.as_ref();
    Location {
        id: Some(id),
        physical_location: physical(
            prefix,
            location.map_or(NO_PLACE, |location| &location.file),
            location.and_then(|location| location.span),
        ),
        message: Some(Text::of(one_line(&clip(note.text.trim_end(), NOTE)).replace("](", "] ("))),
    }
}

/// A place. A file as a whole is its first line, since the platform shows nothing without a line.
fn physical(prefix: &str, file: &str, span: Option<Span>) -> Physical {
    let uri = utf8_percent_encode(&from_repository(prefix, file), PATH).to_string();
    let region = match span {
        None => Region { start_line: 1, start_column: None, end_line: None, end_column: None },
        Some(span) => {
            let (line, column) = (span.line.max(1), span.column.max(1));
            let end_line = span.end_line.max(line);
            let least = if end_line == line { column } else { 1 };
            Region {
                start_line: line,
                start_column: Some(column),
                end_line: Some(end_line),
                end_column: Some(span.end_column.max(least)),
            }
        }
    };
    Physical { artifact_location: Artifact { uri, uri_base_id: ROOT }, region }
}

fn suppression(JudgedFinding { finding, status }: &JudgedFinding) -> Option<Suppression> {
    let (kind, justification) = match status {
        Status::New | Status::Known => return None,
        Status::Excepted => {
            let reason = finding.excepted_because().map(|reason| plain(reason.trim_end(), NOTE));
            ("inSource", reason.unwrap_or_else(|| "an exception in the code covers it".to_owned()))
        }
        Status::Approved => ("external", "an approval covers it".to_owned()),
    };
    Some(Suppression { kind, status: "accepted", justification })
}
