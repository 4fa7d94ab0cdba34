//! The brief as a page that stands for itself: no script, nothing from elsewhere.

use findings::Level;
use findings::render::web::{page, prose, text};

use super::brief::{Brief, Entry, Looked, Section};
use super::evidence::Evidence;

const STYLE: &str = include_str!("style.css");

/// Blocking findings of a section on the page.
const ENTRIES: usize = 20;
/// Findings of a section that only advise.
const ADVICE: usize = 5;
/// Remarks above everything.
const REMARKS: usize = 5;
/// Sentences of evidence that a finding shows: what kind of thing happened, and the three worst cases.
const LINES: usize = 4;
/// Lines of code that each side of a difference shows.
const CODE: usize = 10;

/// The page.
pub(crate) fn html(brief: &Brief) -> String {
    let mut body = header(brief);
    body.push_str("<main>\n");
    let (first, others) = brief.sections.split_at(1);
    // Nothing weakened is said where it is looked for, before all else.
    body.extend(first.iter().map(|section| match section.is_quiet() {
        true => format!("<div class=\"quiets\">\n{}</div>\n", quiet(section)),
        false => spoken(section, "wide"),
    }));
    let (quiets, cards): (Vec<&Section>, Vec<&Section>) = others.iter().partition(|one| one.is_quiet());
    let mut beside = 0;
    for (index, section) in cards.iter().enumerate() {
        // A picture, and a card without a neighbour, has the row for itself.
        let next = cards.get(index + 1).is_some_and(|next| !is_drawn(next));
        let alone = is_drawn(section) || beside % 2 == 0 && !next;
        beside = if alone { 0 } else { beside + 1 };
        body.push_str(&spoken(section, if alone { "wide" } else { "half" }));
    }
    if !quiets.is_empty() {
        let lines: String = quiets.into_iter().map(quiet).collect();
        body.push_str(&format!("<div class=\"quiets\">\n{lines}</div>\n"));
    }
    body.push_str(&footer(brief));
    body.push_str("</main>\n");
    page(&format!("Gatefold: {}, {}", brief.verdict, brief.headline), STYLE, brief.verdict, &body)
}

fn header(brief: &Brief) -> String {
    let facts: String = brief.facts.iter().map(|fact| format!("<li>{}</li>", text(fact))).collect();
    let remark = |remark: &String| format!("<p class=\"remark\">{}</p>\n", prose(remark));
    let mut remarks: String = brief.remarks.iter().take(REMARKS).map(remark).collect();
    if brief.remarks.len() > REMARKS {
        remarks
            .push_str(&format!("<p class=\"more\">and {} more remarks</p>\n", brief.remarks.len() - REMARKS));
    }
    let tally: String = brief.sections.iter().map(tallied).collect();
    format!(
        "<header>\n<div class=\"verdict\"><span class=\"word\">{}</span><h1>{}</h1></div>\n\
         <nav>{tally}</nav>\n<ul class=\"facts\">{facts}</ul>\n{remarks}</header>\n",
        brief.verdict,
        prose(&brief.headline)
    )
}

fn tallied(section: &Section) -> String {
    let (class, count) = match (&section.looked, section.blocking.len()) {
        (Looked::Not { failed: true, .. }, 0) => ("blocks", "?".to_owned()),
        (Looked::Not { .. }, 0) => ("unseen", "–".to_owned()),
        (Looked::At(_), 0) => ("none", "0".to_owned()),
        (_, count) => ("blocks", count.to_string()),
    };
    let word = section.anchor;
    format!("<a class=\"{class}\" href=\"#{word}\"><b>{count}</b> {word}</a>")
}

fn spoken(section: &Section, class: &str) -> String {
    let (anchor, title) = (section.anchor, section.title);
    let mut out = format!("<section id=\"{anchor}\" class=\"{class}\">\n<h2>{title}</h2>\n");
    if section.blocking.is_empty() {
        out.push_str(&format!("<p class=\"nothing\">{}</p>\n", section.nothing));
    }
    out.extend(section.blocking.iter().take(ENTRIES).map(entry));
    if section.blocking.len() > ENTRIES {
        out.push_str(&format!(
            "<p class=\"more\">and {} more that block</p>\n",
            section.blocking.len() - ENTRIES
        ));
    }
    if !section.advice.is_empty() {
        let lines: String = section.advice.iter().take(ADVICE).map(advice).collect();
        out.push_str(&format!("<ul class=\"advice\">\n{lines}</ul>\n"));
    }
    if section.advice.len() > ADVICE {
        out.push_str(&format!(
            "<p class=\"more\">and {} more that advise</p>\n",
            section.advice.len() - ADVICE
        ));
    }
    out.push_str(&changed(section));
    out.push_str("</section>\n");
    out
}

fn is_drawn(section: &Section) -> bool {
    section.change.as_ref().is_some_and(|change| change.picture.is_some())
}

/// What the change does, and the picture of it.
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
            let class = if *failed { "quiet failed" } else { "quiet unseen" };
            (class, format!("not looked at <small>{}</small>", prose(why)))
        }
    };
    format!("<p class=\"{class}\" id=\"{}\"><b>{}:</b> {said}</p>\n", section.anchor, section.title)
}

fn entry(entry: &Entry) -> String {
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

fn footer(brief: &Brief) -> String {
    let policy: String = brief.about_policy.iter().take(ENTRIES).map(entry).collect();
    format!(
        "<footer>\n<section id=\"accepted\">\n<h2>Approvals and exceptions in force</h2>\n{policy}{}</section>\n\
         <section id=\"unseen\">\n<h2>Not looked at</h2>\n{}</section>\n</footer>\n",
        list(&brief.accepted, if brief.about_policy.is_empty() { "none" } else { "" }),
        list(&brief.unseen, "nothing was left out")
    )
}

fn list(sentences: &[String], nothing: &str) -> String {
    if sentences.is_empty() {
        return if nothing.is_empty() {
            String::new()
        } else {
            format!("<p class=\"nothing\">{nothing}</p>\n")
        };
    }
    let mut lines: String =
        sentences.iter().take(ENTRIES).map(|sentence| format!("<li>{}</li>\n", prose(sentence))).collect();
    if sentences.len() > ENTRIES {
        lines.push_str(&format!("<li class=\"more\">and {} more</li>\n", sentences.len() - ENTRIES));
    }
    format!("<ul>\n{lines}</ul>\n")
}
