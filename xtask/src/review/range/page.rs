//! A range as a page that stands for itself.

use findings::render::web::{self, prose};

use super::{Landed, List};

const STYLE: &str = include_str!("style.css");

/// Landings that are written out; JSON has all of them.
const LANDINGS: usize = 1_000;

/// The page.
pub(crate) fn page(list: &List) -> String {
    let headline = list.headline();
    let facts = [
        format!("base {}", list.base.shown()),
        format!("head {}", list.head.shown()),
        "newest first".to_owned(),
    ];
    let facts: String = facts.iter().map(|fact| format!("<li>{}</li>", prose(fact))).collect();
    let landed: String = list.landed.iter().take(LANDINGS).map(entry).collect();
    let more = match list.landed.len().checked_sub(LANDINGS) {
        Some(more) if more > 0 => {
            format!("<p class=\"more\">and {more} older (<code>--format json</code> has them)</p>\n")
        }
        _ => String::new(),
    };
    let landed = match list.landed.is_empty() {
        true => "<p class=\"more\">nothing landed behind the base</p>\n".to_owned(),
        false => format!("<ol>\n{landed}</ol>\n"),
    };
    let body = format!(
        "<header>\n<h1>{}</h1>\n<ul class=\"facts\">{facts}</ul>\n</header>\n<main>\n{landed}{more}</main>\n",
        prose(&headline)
    );
    web::page(&format!("Gatefold: {headline}"), STYLE, "range", &body)
}

fn entry(landed: &Landed) -> String {
    let details: String = landed.details().iter().map(|line| format!("<li>{}</li>\n", prose(line))).collect();
    let details =
        if details.is_empty() { details } else { format!("<ul class=\"details\">\n{details}</ul>\n") };
    let class = match landed.is_emergency() {
        true => "told emergency",
        false if landed.rankings.is_empty() && landed.approvals.is_empty() && landed.other.is_empty() => {
            "plain"
        }
        false => "told",
    };
    format!("<li class=\"{class}\">\n<p>{}</p>\n{details}</li>\n", prose(&landed.line()))
}
