//! The report for people at a terminal.

use std::fmt::Write;

use findings::render::text::{clip, one_line};

use super::{Blast, Corpus, Report, percent};

/// Characters of a text in a table.
const CELL: usize = 40;
/// Characters of a sentence; what is longer hides the rest of the report.
const SENTENCE: usize = 800;
/// Segments of a corpus.
const SEGMENTS: usize = 20;
/// The widest bar, in columns.
const BAR: usize = 24;

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const DIM: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";

/// The report in at most `width` columns, with colours if asked.
pub fn human(report: &Report, color: bool, width: usize) -> String {
    let paint = Paint { color };
    let width = width.clamp(40, 160);
    let mut out = String::new();
    let hue = if report.changed() > 0 { RED } else { GREEN };
    wrap(&mut out, &paint.with(&[BOLD, hue], &report.headline()), width, "");
    for fact in &report.facts {
        wrap(&mut out, &shown(fact), width, "  ");
    }
    for verdict in &report.verdicts {
        let hue = if verdict.status == "blocks" { RED } else { GREEN };
        let line =
            format!("{} {}: {}", paint.with(&[hue], verdict.status), verdict.rule, shown(&verdict.message));
        wrap(&mut out, &line, width, "  ");
    }
    for corpus in &report.corpora {
        out.push('\n');
        out.push_str(&told(corpus, paint, width));
    }
    out
}

fn told(corpus: &Corpus, paint: Paint, width: usize) -> String {
    let mut out = String::new();
    let name = paint.with(&[BOLD], &one_line(&clip(&corpus.name, CELL)));
    wrap(&mut out, &format!("{name}  {}", paint.with(&[DIM], &shown(&corpus.rpc))), width, "");
    if let Some(reason) = &corpus.unread {
        wrap(&mut out, &paint.with(&[RED], &format!("not compared: {}", shown(reason))), width, "  ");
        return out;
    }
    let counts =
        format!("{} of {} rankings changed ({})", corpus.changed, corpus.requests, corpus.by_outcome());
    wrap(&mut out, &counts, width, "  ");
    for pair in &corpus.models {
        wrap(&mut out, &format!("model {}", shown(pair)), width, "  ");
    }
    if corpus.changed == 0 {
        return out;
    }
    out.push('\n');
    blast(&mut out, corpus, paint, width);
    if !corpus.measures.is_empty() {
        let _ = writeln!(out, "\n  {}", paint.with(&[DIM], "agreement          mean over the changed"));
        for measured in &corpus.measures {
            let _ = writeln!(out, "  {:<16} {:>7}", one_line(&clip(&measured.id, 16)), measured.shown());
        }
    }
    let _ = writeln!(out, "\n  {}", paint.with(&[DIM], "witnesses, worst first"));
    for (number, witness) in (1..).zip(&corpus.witnesses) {
        let (sentence, id) = (shown(&witness.sentence), shown(&witness.id));
        let line = format!("{sentence} {}", paint.with(&[DIM], &format!("({id})")));
        wrap_after(&mut out, &format!("{number:>4}. "), &line, width);
    }
    if corpus.unseen > 0 {
        let _ = writeln!(out, "      and {} more kinds of change", corpus.unseen);
    }
    out
}

fn blast(out: &mut String, corpus: &Corpus, paint: Paint, width: usize) {
    let who = |blast: &Blast| one_line(&clip(&blast.who, CELL)).into_owned();
    let rows: Vec<&Blast> = corpus.segments.iter().take(SEGMENTS).chain([&corpus.total]).collect();
    let longest = rows.iter().map(|blast| who(blast).chars().count()).max().unwrap_or_default();
    let header =
        format!("{:<longest$}  {:>13}  {:>6}  {:>16}", "blast radius", "changed", "share", "95% interval");
    let _ = writeln!(out, "  {}", paint.with(&[DIM], header.trim_end()));
    let room = width.saturating_sub(longest + 45).min(BAR);
    for blast in rows {
        let bar = "█".repeat((blast.share * room as f64).round() as usize);
        let changed = format!("{} of {}", blast.changed, blast.of);
        let line = format!(
            "{:<longest$}  {changed:>13}  {:>6}  {:>16}  {bar}",
            who(blast),
            percent(blast.share),
            blast.interval()
        );
        let _ = writeln!(out, "  {}", line.trim_end());
    }
    if corpus.segments.len() > SEGMENTS {
        let _ = writeln!(out, "  and {} more segments", corpus.segments.len() - SEGMENTS);
    }
}

#[derive(Clone, Copy)]
struct Paint {
    color: bool,
}

impl Paint {
    fn with(self, styles: &[&str], text: &str) -> String {
        if self.color { format!("{}{text}\x1b[0m", styles.concat()) } else { text.to_owned() }
    }
}

/// A text of any length that steers no terminal.
fn shown(text: &str) -> String {
    one_line(&clip(text, SENTENCE)).into_owned()
}

fn wrap(out: &mut String, text: &str, width: usize, indent: &str) {
    wrap_after(out, indent, text, width);
}

/// Words in lines of that width, the first after `first`, the others below its end.
fn wrap_after(out: &mut String, first: &str, text: &str, width: usize) {
    let indent = first.chars().count();
    out.push_str(first);
    let mut column = indent;
    for word in text.split(' ') {
        let length = columns(word);
        if column > indent && column + 1 + length > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

/// How many columns a word takes: its characters without what only colours it.
fn columns(word: &str) -> usize {
    word.split('\x1b')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part.chars().count(),
            _ => part.split_once('m').map_or(0, |(_, rest)| rest.chars().count()),
        })
        .sum()
}
