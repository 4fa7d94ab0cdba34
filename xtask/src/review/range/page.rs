//! A range as a page that stands for itself.

use findings::render::web::{self, prose, text};

use super::{Landed, List};

const STYLE: &str = include_str!("style.css");

/// Landings that are written out; JSON has all of them.
const LANDINGS: usize = 1_000;

/// The page.
pub(crate) fn page(list: &List) -> String {
    let headline = list.headline();
    let facts = [
        format!("base {} ({})", list.base.revision, &list.base.commit[..12]),
        format!("head {} ({})", list.head.revision, &list.head.commit[..12]),
        "newest first".to_owned(),
    ];
    let facts: String = facts.iter().map(|fact| format!("<li>{}</li>", text(fact))).collect();
    let landed: String = list.landed.iter().take(LANDINGS).map(entry).collect();
    let more = match list.landed.len().checked_sub(LANDINGS) {
        Some(more) if more > 0 => format!("<p class=\"more\">and {more} older</p>\n"),
        _ => String::new(),
    };
    let body = format!(
        "<header>\n<h1>{}</h1>\n<ul class=\"facts\">{facts}</ul>\n</header>\n<main>\n<ol>\n{landed}</ol>\n{more}</main>\n",
        prose(&headline)
    );
    web::page(&format!("Gatefold: {headline}"), STYLE, "range", &body)
}

fn entry(landed: &Landed) -> String {
    let details: String = landed.details().iter().map(|line| format!("<li>{}</li>\n", prose(line))).collect();
    let details =
        if details.is_empty() { details } else { format!("<ul class=\"details\">\n{details}</ul>\n") };
    let class = if landed.rankings.is_empty() && landed.approvals.is_empty() { "plain" } else { "told" };
    format!("<li class=\"{class}\">\n<p>{}</p>\n{details}</li>\n", prose(&landed.line()))
}
