//! What stands below the first screen, folded, each part by itself.

use findings::render::markup::{cell, code, prose};
use findings::render::text::one_line;
use golden::report::Corpus;

use super::first::line;
use crate::review::architecture::fenced;
use crate::review::below::Block;
use crate::review::brief::{Brief, Entry, Section};
use crate::review::evidence::Evidence;
use crate::review::look::Looked;
use crate::review::wording::{percent, things};

/// Blocking findings of a section.
const ENTRIES: usize = 12;
/// Findings of a section that only advise, and sentences in a list.
const ADVICE: usize = 8;
/// Sentences of evidence that a finding shows.
const LINES: usize = 4;
/// Lines of code that a difference shows.
const CODE: usize = 10;
/// Segments of a corpus.
const SEGMENTS: usize = 20;
/// Lines of an answer beyond those of the first screen.
const MOST: usize = 40;
/// Approvals that are shown ready to commit.
const FILES: usize = 3;

/// Each part as a whole.
pub(super) fn folded(brief: &Brief) -> Vec<String> {
    let mut parts: Vec<String> = brief
        .answers
        .iter()
        .filter_map(|answer| {
            let lines: String = answer.lines.iter().skip(super::first::LINES).take(MOST).map(line).collect();
            (!lines.is_empty()).then(|| fold(answer.question, &lines))
        })
        .collect();
    parts.extend(brief.blocks(true).map(blocked));
    parts.extend(brief.sections.iter().map(written));
    parts.extend(brief.blocks(false).map(blocked));
    parts.push(approvals(brief));
    parts.push(accepted(brief));
    if !brief.remarks.is_empty() {
        parts.push(fold("About this run", &list(&brief.remarks)));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn fold(title: &str, body: &str) -> String {
    format!(
        "\n<details><summary>{title}</summary>\n\n{}\n</details>\n",
        body.trim_end_matches('\n').to_owned() + "\n"
    )
}

fn written(section: &Section) -> String {
    if section.is_quiet() {
        let said = match &section.looked {
            Looked::At(looked) => {
                let change = section.change.as_ref().map(|change| format!("; {}", prose(&change.said)));
                format!("{} ({}{})", section.nothing, prose(looked), change.unwrap_or_default())
            }
            Looked::Not { why, .. } => format!("nobody looked ({})", prose(why)),
        };
        return format!("\n**{}:** {said}\n", section.title);
    }
    let mut out: String = section.blocking.iter().take(ENTRIES).map(told).collect();
    more(&mut out, section.blocking.len(), ENTRIES, section.more_blocking());
    for entry in section.advice.iter().take(ADVICE) {
        out.push_str(&format!("- {}: {}{}\n", entry.level.name(), prose(&entry.message), place(entry)));
    }
    more(&mut out, section.advice.len(), ADVICE, "more that advise");
    out.extend(section.corpora.iter().map(ranked));
    if let Some(change) = &section.change {
        out.push_str(&format!("\n{}", fenced(change)));
    }
    fold(section.title, &out)
}

/// Who sees something else, in shares.
fn ranked(corpus: &Corpus) -> String {
    let mut out = String::from("\n| who | changed | share |\n|---|---:|---:|\n");
    for blast in corpus.segments.iter().take(SEGMENTS).chain([&corpus.total]) {
        let (changed, of) = (blast.changed, blast.of);
        out.push_str(&format!(
            "| {} | {changed} of {of} | {} |\n",
            cell(&blast.who),
            cell(&percent(blast.share))
        ));
    }
    out
}

fn blocked(block: &Block) -> String {
    if block.unseen {
        return format!("\n**{}:** nobody looked ({})\n", block.title, prose(&block.looked));
    }
    if block.silent {
        return format!("\n**{}:** nothing to show ({})\n", block.title, prose(&block.looked));
    }
    let mut out = list(&block.lines);
    if block.rest > 0 {
        out.push_str(&format!("- and {} more\n", block.rest));
    }
    out.push_str(&format!("\n{}\n", prose(&block.looked)));
    fold(block.title, &out)
}

fn approvals(brief: &Brief) -> String {
    if brief.requests.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    for request in brief.requests.iter().take(FILES) {
        let (count, by) = (things(request.findings.len(), "finding"), prose(&request.by));
        if request.command.is_empty() {
            out.push_str(&format!("{count} may be approved, by {by}\n"));
            continue;
        }
        let (command, file) = (code(&request.command), code(&request.file));
        out.push_str(&format!("{count} can be approved, by {by}: {command}\n\nor commit {file}:\n\n"));
        out.push_str(&whole(&request.text));
        out.push('\n');
    }
    if brief.requests.len() > FILES {
        out.push_str(&format!("and {} more\n", brief.requests.len() - FILES));
    }
    fold("Open approvals", &out)
}

/// A file as it would be committed: whole, in a fence that nothing in it closes.
fn whole(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<_> = text.lines().map(one_line).collect();
    format!("{fence}yaml\n{}\n{fence}\n", lines.join("\n"))
}

fn accepted(brief: &Brief) -> String {
    if brief.accepted.is_empty() && brief.about_policy.is_empty() {
        return "\n**Approvals and exceptions in force:** none\n".to_owned();
    }
    let mut out: String = brief.about_policy.iter().take(ENTRIES).map(told).collect();
    out.push_str(&list(&brief.accepted));
    fold("Approvals and exceptions in force", &out)
}

fn list(sentences: &[String]) -> String {
    let mut out: String =
        sentences.iter().take(ADVICE).map(|sentence| format!("- {}\n", prose(sentence))).collect();
    more(&mut out, sentences.len(), ADVICE, "more");
    out
}

fn told(entry: &Entry) -> String {
    let message = prose(&entry.message);
    let mut out = format!("- {}: {message}{} `{}`\n", entry.word, place(entry), entry.id);
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

fn more(out: &mut String, count: usize, shown: usize, what: &str) {
    if count > shown {
        out.push_str(&format!("- and {} {what}\n", count - shown));
    }
}
