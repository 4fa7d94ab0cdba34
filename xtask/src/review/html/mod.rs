//! The brief as a page that stands for itself: no script, nothing from elsewhere.

mod first;
mod foot;
mod sections;

use findings::render::web::page;
use golden::report::SLOPE_STYLE;

use super::brief::Brief;

const STYLE: &str = include_str!("style.css");

/// The page: a first screen, and below it everything with its evidence.
pub(crate) fn html(brief: &Brief) -> String {
    let body = format!(
        "<a class=\"skip\" href=\"#merge\">Skip to the answers</a>\n{}<main>\n{}{}{}{}</main>\n{}",
        first::header(brief),
        first::screen(brief),
        sections::blocks(brief.blocks(true)),
        sections::below(brief),
        sections::blocks(brief.blocks(false)),
        foot::footer(brief)
    );
    let title = format!("Gatefold: {}, {}", brief.verdict, brief.headline);
    page(&title, &format!("{STYLE}{SLOPE_STYLE}"), brief.verdict, &body)
}
