//! The brief as Markdown, for a comment on a pull request: at most a screen or two.

use findings::render::markup::{code, prose};

use super::architecture::fenced;
use super::below::Block;
use super::brief::{Brief, Entry, Looked, Section};
use super::evidence::Evidence;

/// Blocking findings of a section.
const ENTRIES: usize = 4;
/// Findings of a section that only advise, and sentences in a list.
const ADVICE: usize = 3;
/// Sentences of evidence that a finding shows.
const LINES: usize = 2;
/// Lines of code that a difference shows.
const CODE: usize = 8;

/// The brief.
pub(crate) fn markdown(brief: &Brief) -> String {
    let mut out = format!("## Gatefold: {}, {}\n\n", brief.verdict, prose(&brief.headline));
    out.push_str(&format!(
        "{}\n",
        brief.facts.iter().map(|fact| prose(fact)).collect::<Vec<_>>().join(" · ")
    ));
    for remark in brief.remarks.iter().take(ADVICE) {
        out.push_str(&format!("\n> {}\n", prose(remark)));
    }
    more(&mut out, brief.remarks.len(), ADVICE, "more remarks");
    for section in &brief.sections {
        out.push_str(&written(section));
    }
    out.extend(brief.below.blocks.iter().map(block));
    out.push_str(&list("Approvals and exceptions in force", &brief.accepted, "none"));
    for entry in brief.about_policy.iter().take(ENTRIES) {
        out.push_str(&told(entry));
    }
    out.push_str(&list("Not looked at", &brief.unseen, "nothing was left out"));
    out
}

fn written(section: &Section) -> String {
    if section.is_quiet() {
        let said = match &section.looked {
            Looked::At(looked) => {
                let change = section.change.as_ref().map(|change| format!("; {}", prose(&change.said)));
                format!("{} ({}{})", section.nothing, prose(looked), change.unwrap_or_default())
            }
            Looked::Not { why, .. } => format!("not looked at ({})", prose(why)),
        };
        return format!("\n**{}:** {said}\n", section.title);
    }
    let none = if section.blocking.is_empty() { format!(" {}", section.nothing) } else { String::new() };
    let mut out = format!("\n**{}:**{none}\n\n", section.title);
    out.extend(section.blocking.iter().take(ENTRIES).map(told));
    more(&mut out, section.blocking.len(), ENTRIES, "more that block");
    for entry in section.advice.iter().take(ADVICE) {
        out.push_str(&format!("- {}: {}{}\n", entry.level.name(), prose(&entry.message), place(entry)));
    }
    more(&mut out, section.advice.len(), ADVICE, "more that advise");
    if let Some(change) = &section.change {
        out.push_str(&format!("\n{}", fenced(change)));
    }
    out
}

/// A block that stands below the findings, under a word that links may use.
fn block(block: &Block) -> String {
    let Block { anchor, title, lines, rest, silent, looked } = block;
    if *silent {
        return format!("\n**{title}:** none ({})\n", prose(looked));
    }
    let mut out = format!("\n<a id=\"{anchor}\"></a>**{title}** ({})\n\n", prose(looked));
    out.extend(lines.iter().map(|line| format!("- {}\n", prose(line))));
    more(&mut out, lines.len() + rest, lines.len(), "more");
    out
}

fn told(entry: &Entry) -> String {
    let mut out = format!("- ❌ {}{} `{}`\n", prose(&entry.message), place(entry), entry.id);
    let lines = entry.evidence.iter().filter_map(|piece| match piece {
        Evidence::Line { text, .. } => Some(text),
        Evidence::Sides { .. } => None,
    });
    for text in lines.take(LINES) {
        out.push_str(&format!("  - {}\n", prose(text)));
    }
    for piece in &entry.evidence {
        if let Evidence::Sides { before, after } = piece {
            out.push_str(&difference(before, after));
        }
    }
    if let Some(help) = &entry.help {
        out.push_str(&format!("  - help: {}\n", prose(help)));
    }
    out
}

fn place(entry: &Entry) -> String {
    entry.place.as_ref().map(|place| format!(" ({})", code(place))).unwrap_or_default()
}

/// A difference as a list item of its own; a fence could be closed by what it holds.
fn difference(before: &[String], after: &[String]) -> String {
    let side = |word: &str, lines: &[String], other: &[String]| -> String {
        let own = lines.iter().filter(|line| !other.contains(line) && !line.trim().is_empty());
        own.take(CODE / 2).map(|line| format!("  - {word} {}\n", code(line.trim()))).collect()
    };
    format!("{}{}", side("before", before, after), side("after", after, before))
}

fn list(title: &str, sentences: &[String], nothing: &str) -> String {
    match sentences {
        [] => format!("\n**{title}:** {nothing}\n"),
        sentences => {
            let mut out = format!("\n**{title}**\n\n");
            for sentence in sentences.iter().take(ADVICE) {
                out.push_str(&format!("- {}\n", prose(sentence)));
            }
            more(&mut out, sentences.len(), ADVICE, "more");
            out
        }
    }
}

fn more(out: &mut String, count: usize, shown: usize, what: &str) {
    if count > shown {
        out.push_str(&format!("- and {} {what}\n", count - shown));
    }
}
