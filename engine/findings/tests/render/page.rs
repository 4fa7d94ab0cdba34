//! Random markup in every text of a report, read back by a Markdown parser: the page keeps its shape.

use findings::render::markdown;
use findings::{BaseInfo, Finding, JudgedFinding, Level, Location, Outcome, Report, Request, Status};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::sample::{self, BLOCKING};

/// What has a meaning in Markdown, in HTML, or to a forge.
const BITS: [&str; 50] = [
    "`",
    "``",
    "```",
    "~~~",
    "|",
    "\\",
    "\n",
    "\n\n",
    " ",
    "    ",
    "<b>",
    "</details>",
    "<script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "*",
    "**",
    "_",
    "[x](y)",
    "![i](z)",
    "[",
    "]",
    "(",
    ")",
    "#",
    "# ",
    "- ",
    "1. ",
    "> ",
    "---",
    "===",
    "@team",
    "https://e.x",
    "www.e.x",
    "a@b.c",
    "&lt;",
    "&",
    "<https://a.b>",
    "x",
    "word",
    "|---|",
    "\r\n",
    "\t",
    "\u{1b}",
    "[^1]",
    "[x]: y",
    "$m$",
    ":",
    "~~",
];

/// Small numbers in an order that is the same in every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn text(&mut self) -> String {
        (0..=self.below(12)).map(|_| BITS[self.below(BITS.len())]).collect()
    }

    fn finding(&mut self, level: Level) -> JudgedFinding {
        let finding = Finding::new(&BLOCKING, Location::point(self.text(), 1, 1), self.text())
            .help(self.text())
            .note(self.text())
            .note_at(Location::file(self.text()), self.text());
        sample::judged(finding, level, Status::New)
    }

    fn request(&mut self) -> Request {
        let [file, by, command, text] = std::array::from_fn(|_| self.text());
        Request { file, findings: vec![self.text()], by, command, text }
    }

    fn report(&mut self) -> Report {
        let mut guards = vec![sample::guard("lints", Outcome::CouldNotRun, &[]); 2];
        guards.iter_mut().for_each(|run| run.reason = Some(self.text()));
        Report {
            base: BaseInfo { commit: Some(self.text()), chosen: self.text() },
            head: Some(self.text()),
            guards,
            findings: [Level::Error, Level::Warning, Level::Note].map(|level| self.finding(level)).into(),
            remarks: vec![self.text()],
            requests: vec![self.request()],
            ..sample::empty()
        }
    }
}

/// What a page has besides text, and whatever it must not have.
#[derive(Debug, Default, PartialEq)]
struct Shape {
    headings: usize,
    rows: usize,
    cells: usize,
    folds: usize,
    foreign: Vec<String>,
}

fn shape(page: &str) -> Shape {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_TASKLISTS;
    let mut shape = Shape::default();
    for event in Parser::new_ext(page, options) {
        match event {
            Event::Start(Tag::Heading { .. }) => shape.headings += 1,
            Event::Start(Tag::TableRow) => shape.rows += 1,
            Event::Start(Tag::TableCell) => shape.cells += 1,
            Event::Html(html) if html.trim().is_empty() => {}
            Event::Html(html) if html.starts_with("<details><summary>1 ") || html.trim() == "</details>" => {
                shape.folds += 1;
            }
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_)
            | Event::Start(
                Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::FootnoteDefinition(_),
            ) => shape.foreign.push(format!("{event:?}")),
            _ => {}
        }
    }
    shape
}

#[test]
fn no_text_changes_the_shape_of_a_page() {
    let mut numbers = Numbers(0x2026_1120);
    let expect = Shape { headings: 1, rows: 2, cells: 9, folds: 6, foreign: Vec::new() };
    for _ in 0..3_000 {
        let page = markdown(&numbers.report());
        assert_eq!(shape(&page), expect, "{page}");
    }
}
