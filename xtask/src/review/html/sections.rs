//! Everything below the first screen: what each guard found, with its evidence and pictures.

use findings::Level;
use findings::render::web::{prose, text};
use golden::report::{Corpus, slope};

use super::first::item;
use crate::review::below::Block;
use crate::review::brief::{Brief, Entry, Section};
use crate::review::evidence::Evidence;
use crate::review::look::Looked;
use crate::review::wording::{many, percent};

/// Blocking findings of a section.
pub(super) const ENTRIES: usize = 20;
/// Findings of a section that only advise.
const ADVICE: usize = 8;
/// Sentences of evidence that a finding shows.
const LINES: usize = 8;
/// Lines of code that each side of a difference shows.
const CODE: usize = 10;
/// Lines of an answer in full.
const ALL: usize = 100;
/// Lines of an answer that the first screen has.
const SHOWN: usize = 4;
/// Characters of a line in full.
const LONGEST: usize = 600;
/// Pictures of a corpus.
const PICTURES: usize = 3;
/// Segments of a corpus.
const SEGMENTS: usize = 20;

/// What the guards found, and the answers of which the first screen shows a part.
pub(super) fn below(brief: &Brief) -> String {
    let mut out = String::new();
    for neighbours in brief.sections.chunk_by(|one, next| one.is_quiet() == next.is_quiet()) {
        match neighbours[0].is_quiet() {
            true => {
                let lines: String = neighbours.iter().map(quiet).collect();
                out.push_str(&format!("<div class=\"quiets\">\n{lines}</div>\n"));
            }
            false => out.extend(neighbours.iter().map(spoken)),
        }
    }
    for answer in brief.answers.iter().filter(|answer| answer.lines.len() > SHOWN) {
        let lines: String = answer.lines.iter().take(ALL).map(|line| item(line, LONGEST)).collect();
        let rest = answer.lines.len().saturating_sub(ALL);
        let more = if rest > 0 {
            format!("<li class=\"more\">and {rest} more in the report</li>\n")
        } else {
            String::new()
        };
        out.push_str(&format!(
            "<section id=\"all-{}\" class=\"part\">\n<h2>{} In full</h2>\n<ul class=\"lines\">\n{lines}{more}</ul>\n</section>\n",
            answer.anchor, answer.question
        ));
    }
    out
}

/// What stands below beside what the guards found.
pub(super) fn blocks<'b>(blocks: impl Iterator<Item = &'b Block>) -> String {
    blocks.map(blocked).collect()
}

fn blocked(block: &Block) -> String {
    let (anchor, title) = (block.anchor, block.title);
    if block.silent {
        let (class, said) =
            if block.unseen { ("quiet unlooked", "nobody looked") } else { ("quiet", "nothing to show") };
        return format!(
            "<div class=\"quiets\">\n<p class=\"{class}\" id=\"{anchor}\"><b>{title}:</b> {said} <small>{}</small></p>\n</div>\n",
            prose(&block.looked)
        );
    }
    let mut lines: String = block.lines.iter().map(|line| format!("<li>{}</li>\n", prose(line))).collect();
    if block.rest > 0 {
        lines.push_str(&format!("<li class=\"more\">and {} more</li>\n", block.rest));
    }
    format!(
        "<section id=\"{anchor}\" class=\"part\">\n<h2>{title}</h2>\n<ul class=\"lines\">\n{lines}</ul>\n\
         <p class=\"looked\">{}</p>\n</section>\n",
        prose(&block.looked)
    )
}

fn spoken(section: &Section) -> String {
    let (anchor, title) = (section.anchor, section.title);
    let mut out = format!("<section id=\"{anchor}\" class=\"part\">\n<h2>{title}</h2>\n");
    if section.blocking.is_empty() {
        out.push_str("<p class=\"nothing\">nothing of it blocks</p>\n");
    }
    out.extend(section.blocking.iter().take(ENTRIES).map(entry));
    if section.blocking.len() > ENTRIES {
        let rest = section.blocking.len() - ENTRIES;
        out.push_str(&format!("<p class=\"more\">and {rest} {}</p>\n", section.more_blocking()));
    }
    if !section.advice.is_empty() {
        let mut lines: String = section.advice.iter().take(ADVICE).map(advice).collect();
        if section.advice.len() > ADVICE {
            let rest = section.advice.len() - ADVICE;
            lines.push_str(&format!("<li class=\"more\">and {rest} more that advise</li>\n"));
        }
        out.push_str(&format!("<ul class=\"advice\">\n{lines}</ul>\n"));
    }
    out.extend(section.corpora.iter().zip(0..).map(|(corpus, number)| ranked(corpus, number)));
    out.push_str(&changed(section));
    out.push_str("</section>\n");
    out
}

/// What became of a corpus: who sees something else, and the worst rankings as pictures.
fn ranked(corpus: &Corpus, number: usize) -> String {
    let rows: String = corpus
        .segments
        .iter()
        .take(SEGMENTS)
        .chain([&corpus.total])
        .map(|blast| {
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"number\">{} of {}</td><td class=\"number\">{}</td></tr>\n",
                text(&blast.who),
                blast.changed,
                blast.of,
                percent(blast.share)
            )
        })
        .collect();
    let pictures: String = corpus
        .witnesses
        .iter()
        .zip(0..)
        .filter_map(|(witness, at)| Some((witness, slope(witness, &format!("r{number}w{at}"))?)))
        .take(PICTURES)
        .map(|(witness, svg)| {
            format!(
                "<figure>\n<figcaption>{} <code>{}</code></figcaption>\n{svg}</figure>\n",
                prose(&witness.sentence),
                text(&witness.id)
            )
        })
        .collect();
    format!(
        "<h3>{}: {} of {} changed</h3>\n<div class=\"ranked\">\n<table>\n<thead><tr><th scope=\"col\">who</th>\
         <th scope=\"col\" class=\"number\">changed</th><th scope=\"col\" class=\"number\">share</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n{pictures}</div>\n",
        text(&corpus.name),
        corpus.changed,
        many(corpus.requests, "ranking")
    )
}

/// What the change does to the architecture, and the picture of it.
fn changed(section: &Section) -> String {
    let Some(change) = &section.change else { return String::new() };
    let picture =
        change.picture.as_ref().map(|picture| format!("<div class=\"picture\">{}</div>\n", picture.svg()));
    format!("<p class=\"change\">{}</p>\n{}", text(&change.said), picture.unwrap_or_default())
}

fn quiet(section: &Section) -> String {
    let (class, said) = match &section.looked {
        Looked::At(looked) => {
            let change = section.change.as_ref().map(|change| format!("; {}", text(&change.said)));
            let looked = format!("<small>{}{}</small>", text(looked), change.unwrap_or_default());
            ("quiet", format!("{} {looked}", section.nothing))
        }
        Looked::Not { why, failed } => {
            let class = if *failed { "quiet failed" } else { "quiet unlooked" };
            (class, format!("nobody looked <small>{}</small>", prose(why)))
        }
    };
    format!("<p class=\"{class}\" id=\"{}\"><b>{}:</b> {said}</p>\n", section.anchor, section.title)
}

pub(super) fn entry(entry: &Entry) -> String {
    let place = entry.place.as_ref().map(|place| format!("<span class=\"place\">{}</span>", text(place)));
    let edge = entry.edge.as_ref().map(|(from, to)| {
        let (from, to) = (text(from), text(to));
        format!(
            "<p class=\"edge\"><code>{from}</code><span aria-label=\"uses\">→</span><code>{to}</code></p>\n"
        )
    });
    let help = entry.help.as_ref().map(|help| format!("<p class=\"help\">{}</p>\n", prose(help)));
    format!(
        "<article class=\"{}\">\n<p class=\"message\">{}</p>\n\
         <p class=\"where\">{}<span class=\"rule\">{}</span><span class=\"id\">{}</span></p>\n{}{}{}</article>\n",
        class(entry.level),
        prose(&entry.message),
        place.unwrap_or_default(),
        text(entry.rule),
        text(&entry.id),
        edge.unwrap_or_default(),
        evidence(&entry.evidence),
        help.unwrap_or_default()
    )
}

fn class(level: Level) -> &'static str {
    if level == Level::Error { "blocks" } else { "advises" }
}

fn evidence(list: &[Evidence]) -> String {
    let mut out = String::new();
    let mut lines = Vec::new();
    for piece in list {
        match piece {
            Evidence::Sides { before, after } => {
                let (before, after) = (code(before, "before"), code(after, "after"));
                out.push_str(&format!("<div class=\"sides\">{before}{after}</div>\n"));
            }
            Evidence::Line { text: sentence, place } => {
                let place =
                    place.as_ref().map(|place| format!(" <span class=\"place\">{}</span>", text(place)));
                lines.push(format!("<li>{}{}</li>\n", prose(sentence), place.unwrap_or_default()));
            }
        }
    }
    if !lines.is_empty() {
        let more = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        if more > 0 {
            lines.push(format!("<li class=\"more\">and {more} more in the report</li>\n"));
        }
        out.push_str(&format!("<ul class=\"evidence\">\n{}</ul>\n", lines.concat()));
    }
    out
}

/// One side of a difference.
fn code(lines: &[String], side: &str) -> String {
    let mut shown: Vec<String> = lines.iter().take(CODE).map(|line| text(line)).collect();
    if lines.len() > CODE {
        shown.push(format!("… {} more lines", lines.len() - CODE));
    }
    let body = match lines.iter().all(|line| line.trim().is_empty()) {
        true => "<p class=\"gone\">nothing</p>".to_owned(),
        false => format!("<pre>{}</pre>", shown.join("\n")),
    };
    format!("<figure class=\"{side}\"><figcaption>{side}</figcaption>{body}</figure>")
}

fn advice(entry: &Entry) -> String {
    let place = entry.place.as_ref().map(|place| format!(" <span class=\"place\">{}</span>", text(place)));
    format!(
        "<li><span class=\"rule\">{}</span> {}{}</li>\n",
        entry.level.name(),
        prose(&entry.message),
        place.unwrap_or_default()
    )
}
