//! The report for people at a terminal: source excerpts as rustc draws them, then what was looked at, and the
//! verdict.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use super::closing::closing;
use super::excerpt::Lines;
use super::text::{lines, one_line};
use super::words::{note_place, place};
use crate::{JudgedFinding, Level, Location, Note, Report, Side, Span, Status};

/// Notes this close to the finding, in lines, are drawn in the finding's own excerpt.
const NEAR: u32 = 12;

/// How the report is shown to people.
#[derive(Clone, Copy, Debug)]
pub struct HumanOptions<'p> {
    /// With terminal colours.
    pub color: bool,
    /// Columns of the terminal; longer source lines are cut around the place.
    pub width: usize,
    /// Also show what is known, excepted or approved.
    pub all: bool,
    /// Say how long each guard took.
    pub times: bool,
    /// How the reader calls Gatefold: `cargo xtask`, or `gatefold`, with the root where that is another than is found.
    pub program: &'p str,
}

impl Default for HumanOptions<'_> {
    fn default() -> Self {
        HumanOptions { color: false, width: 120, all: false, times: true, program: "cargo xtask" }
    }
}

/// The report for people at a terminal. `sources` gives the text of a file at head by its path from the root, or
/// `None` where it has none; such places are named and not drawn.
pub fn human(
    report: &Report,
    sources: &dyn Fn(&str) -> Option<Arc<str>>,
    options: &HumanOptions<'_>,
) -> String {
    excerpts(report, sources, options) + &closing(report, options)
}

/// Only the findings of the same report.
pub fn excerpts(
    report: &Report,
    sources: &dyn Fn(&str) -> Option<Arc<str>>,
    options: &HumanOptions<'_>,
) -> String {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width.max(20));
    let mut texts = Texts { sources, read: BTreeMap::new() };
    let mut out = String::new();
    for judged in report.findings.iter().filter(|judged| options.all || judged.status == Status::New) {
        out.push_str(&renderer.render(&[group(judged, &mut texts)]));
        out.push_str("\n\n");
    }
    out
}

/// The files that were asked for, each read and taken apart once.
struct Texts<'a> {
    sources: &'a dyn Fn(&str) -> Option<Arc<str>>,
    read: BTreeMap<String, Option<Lines>>,
}

impl Texts<'_> {
    fn lines(&mut self, file: &str) -> Option<&Lines> {
        match self.read.entry(file.to_owned()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert((self.sources)(file).map(Lines::of)),
        }
        .as_ref()
    }
}

fn group(judged: &JudgedFinding, texts: &mut Texts) -> Group<'static> {
    let finding = &judged.finding;
    let level = match finding.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let level = match judged.status {
        Status::New => level,
        Status::Known => level.with_name(format!("known {}", finding.level.name())),
        Status::Excepted => level.with_name(format!("excepted {}", finding.level.name())),
        Status::Approved => level.with_name(format!("approved {}", finding.level.name())),
    };
    let title = level.primary_title(one_line(&finding.message).into_owned()).id(finding.rule.id);
    let mut group = Group::with_title(title);

    let (near, others): (Vec<&Note>, Vec<&Note>) =
        finding.notes.iter().partition(|note| is_near(note, finding.location.as_ref()));
    let mut undrawn = Vec::new();
    if let Some(location) = &finding.location {
        match drawn(location, None, &near, texts) {
            Some(snippet) => group = group.element(snippet),
            None => {
                group = group.element(Origin::path(place(location)));
                undrawn.extend(near);
            }
        }
    }
    for note in others {
        match &note.location {
            Some(location) if note.side == Side::Head && is_one_line(&note.text) => {
                match drawn(location, Some(&note.text), &[], texts) {
                    Some(snippet) => group = group.element(snippet),
                    None => undrawn.push(note),
                }
            }
            _ => undrawn.push(note),
        }
    }
    for note in undrawn {
        let text = lines(&note.text);
        group = group.element(Title::NOTE.message(match note_place(note) {
            Some(place) => format!("{place}: {text}"),
            None => text,
        }));
    }
    match &finding.help {
        Some(help) => group.element(Title::HELP.message(lines(help))),
        None => group,
    }
}

/// Whether a note can stand in the excerpt of the finding itself.
fn is_near(note: &Note, location: Option<&Location>) -> bool {
    let (Some(noted), Some(found)) = (&note.location, location) else { return false };
    let (Some(noted_span), Some(found_span)) = (noted.span, found.span) else { return false };
    note.side == Side::Head
        && noted.file == found.file
        && is_one_line(&note.text)
        && noted_span.line.abs_diff(found_span.line) <= NEAR
        && noted_span.end_line.abs_diff(found_span.line) <= NEAR
}

fn is_one_line(text: &str) -> bool {
    !text.contains('\n')
}

/// The excerpt at a location with the notes that belong into it; `None` where its text is not to be had. With a
/// label it is drawn as evidence, without one as the finding itself.
fn drawn(
    location: &Location,
    label: Option<&str>,
    near: &[&Note],
    texts: &mut Texts,
) -> Option<Snippet<'static, annotate_snippets::Annotation<'static>>> {
    let lines = texts.lines(&location.file)?;
    let mut spans: Vec<Span> = vec![location.span?];
    spans.extend(near.iter().filter_map(|note| note.location.as_ref()?.span));
    let reaches: Vec<_> = spans.iter().map(|span| lines.reach(*span)).collect::<Option<_>>()?;
    let first = reaches.iter().map(|reach| *reach.start()).min()?;
    let last = reaches.iter().map(|reach| *reach.end()).max()?;
    if !lines.is_drawable(first..=last) {
        return None;
    }
    let excerpt = lines.cut(first..=last, &spans);

    let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let mut ranges = excerpt.ranges.into_iter();
    let mut snippet = Snippet::source(excerpt.text)
        .line_start(excerpt.first_line as usize)
        .path(one_line(&location.file).into_owned())
        .annotation(kind.span(ranges.next()?).label(label.map(|text| one_line(text).into_owned())));
    for (note, range) in near.iter().zip(ranges) {
        let label = one_line(&note.text).into_owned();
        snippet = snippet.annotation(AnnotationKind::Context.span(range).label(label));
    }
    Some(snippet)
}
