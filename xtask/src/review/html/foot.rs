//! The foot of the page: open approvals with their files, what is let pass, and what to know about the run.

use findings::Request;
use findings::render::web::{prose, text};

use super::sections::{ENTRIES, entry};
use crate::review::brief::Brief;
use crate::review::wording::things;

/// Approvals that are shown ready to commit.
const FILES: usize = 10;

pub(super) fn footer(brief: &Brief) -> String {
    let policy: String = brief.about_policy.iter().take(ENTRIES).map(entry).collect();
    let nothing = if brief.about_policy.is_empty() { "none" } else { "" };
    format!(
        "<footer>\n{}<section id=\"accepted\" class=\"part\">\n<h2>Approvals and exceptions in force</h2>\n{policy}{}</section>\n\
         <section id=\"run\" class=\"part\">\n<h2>About this run</h2>\n{}</section>\n</footer>\n",
        open(brief),
        list(&brief.accepted, nothing),
        list(&brief.remarks, "nothing to add")
    )
}

fn open(brief: &Brief) -> String {
    if brief.requests.is_empty() {
        return String::new();
    }
    let mut files: String = brief.requests.iter().take(FILES).map(ready).collect();
    if brief.requests.len() > FILES {
        files.push_str(&format!("<p class=\"more\">and {} more</p>\n", brief.requests.len() - FILES));
    }
    format!("<section id=\"approvals\" class=\"part wide\">\n<h2>Open approvals</h2>\n{files}</section>\n")
}

/// The command, and the file ready to commit.
fn ready(request: &Request) -> String {
    let count = things(request.findings.len(), "finding");
    if request.command.is_empty() {
        return format!("<article>\n<p>{count} may be approved, by {}</p>\n</article>\n", prose(&request.by));
    }
    let lines: Vec<String> = request.text.lines().map(text).collect();
    format!(
        "<article>\n<p>{count} can be approved, by {}:</p>\n<pre><code>{}</code></pre>\n<p>or commit <code>{}</code>:</p>\n\
         <pre><code>{}</code></pre>\n</article>\n",
        prose(&request.by),
        text(&request.command),
        text(&request.file),
        lines.join("\n")
    )
}

fn list(sentences: &[String], nothing: &str) -> String {
    if sentences.is_empty() {
        return match nothing {
            "" => String::new(),
            nothing => format!("<p class=\"nothing\">{nothing}</p>\n"),
        };
    }
    let mut lines: String =
        sentences.iter().take(ENTRIES).map(|sentence| format!("<li>{}</li>\n", prose(sentence))).collect();
    if sentences.len() > ENTRIES {
        lines.push_str(&format!("<li class=\"more\">and {} more</li>\n", sentences.len() - ENTRIES));
    }
    format!("<ul class=\"lines\">\n{lines}</ul>\n")
}
