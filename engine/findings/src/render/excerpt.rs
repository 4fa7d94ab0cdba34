//! The lines of a file that a finding points at, cut out and made safe to draw.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use super::text::source_line;
use crate::Span;

/// More lines than this are not drawn; of a longer span the first line is.
const MAX_LINES: u32 = 60;
/// A file with a longer line at the place, such as a generated one, is named and not drawn. In bytes.
const MAX_LINE: usize = 8 * 1024;

/// A file's text with the places where its lines begin.
pub(super) struct Lines {
    text: Arc<str>,
    starts: Vec<usize>,
}

/// Some lines of a file, in which each character that a terminal would obey is replaced by a sign.
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) first_line: u32,
    /// The byte ranges in `text` of the spans that were asked for, in their order.
    pub(super) ranges: Vec<Range<usize>>,
}

impl Lines {
    pub(super) fn of(text: Arc<str>) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Lines { text, starts }
    }

    /// The line by its number, without its end; `None` beyond the end of the file.
    fn line(&self, number: u32) -> Option<&str> {
        let index = (number as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        if start == self.text.len() && start > 0 {
            return None;
        }
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = &self.text[start..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// The lines to draw for a span; `None` where it begins beyond the end of the file or cannot be drawn.
    pub(super) fn reach(&self, span: Span) -> Option<RangeInclusive<u32>> {
        self.line(span.line)?;
        let mut last = span.end_line.max(span.line);
        while last > span.line && (last - span.line >= MAX_LINES || self.line(last).is_none()) {
            // A line beyond the end is as good as none, and so is one that will not be drawn.
            last = if last - span.line >= MAX_LINES { span.line } else { last - 1 };
        }
        let reach = span.line..=last;
        self.is_drawable(reach.clone()).then_some(reach)
    }

    /// Whether the file has all of these lines, none of them overlong.
    pub(super) fn is_drawable(&self, mut lines: RangeInclusive<u32>) -> bool {
        lines.all(|number| self.line(number).is_some_and(|line| line.len() <= MAX_LINE))
    }

    /// The lines with the places of spans in them. What reaches beyond a line or beyond `reach` ends there.
    pub(super) fn cut(&self, reach: RangeInclusive<u32>, spans: &[Span]) -> Excerpt {
        let first_line = *reach.start();
        let mut text = String::new();
        let mut starts = Vec::new();
        for number in reach {
            starts.push(text.len());
            text.push_str(&source_line(self.line(number).unwrap_or_default()));
            text.push('\n');
        }
        let offset = |line: u32, column: u32| {
            let index = line.saturating_sub(first_line) as usize;
            let Some(start) = starts.get(index) else { return text.len() - 1 };
            let end = starts.get(index + 1).copied().unwrap_or(text.len()) - 1;
            let line = &text[*start..end];
            let before = column.saturating_sub(1) as usize;
            start + line.char_indices().nth(before).map_or(line.len(), |(at, _)| at)
        };
        let ranges = spans
            .iter()
            .map(|span| {
                let start = offset(span.line, span.column);
                start..offset(span.end_line, span.end_column).max(start)
            })
            .collect();
        Excerpt { ranges, text, first_line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: (u32, u32, u32, u32), expect: Option<(&str, &str)>) {
        let (line, column, end_line, end_column) = span;
        let span = Span { line, column, end_line, end_column };
        let lines = Lines::of(text.into());
        let excerpt = lines.reach(span).map(|reach| lines.cut(reach, &[span]));
        let cut =
            excerpt.as_ref().map(|excerpt| (excerpt.text.as_str(), &excerpt.text[excerpt.ranges[0].clone()]));
        assert_eq!(cut, expect, "{text:?} {span:?}");
    }

    #[test]
    fn columns_are_characters_and_line_ends_do_not_count() {
        check("abc\ndef\n", (2, 1, 2, 3), Some(("def\n", "de")));
        check("äöü\r\ndef", (1, 2, 1, 4), Some(("äöü\n", "öü")));
        check("a\tb", (1, 2, 1, 3), Some(("a\tb\n", "\t")));
        check("a\u{1b}b", (1, 2, 1, 4), Some(("a␛b\n", "␛b")));
        check("ab\ncd\nef\n", (1, 2, 3, 2), Some(("ab\ncd\nef\n", "b\ncd\ne")));
    }

    #[test]
    fn what_reaches_beyond_the_text_ends_with_it() {
        check("ab\n", (1, 9, 1, 12), Some(("ab\n", "")));
        check("ab\n", (1, 1, 7, 9), Some(("ab\n", "ab")));
        check("ab\ncd", (1, 1, u32::MAX, u32::MAX), Some(("ab\n", "ab")));
        check("ab\n", (1, 2, 1, 1), Some(("ab\n", "")));
        check("ab\n", (2, 1, 2, 2), None);
        check("ab\n", (0, 0, 0, 0), None);
        check("", (1, 1, 1, 2), Some(("\n", "")));
        check("", (2, 1, 2, 2), None);
    }

    #[test]
    fn long_spans_show_their_first_line_and_long_lines_are_not_drawn() {
        let text = "abc\n".repeat(100);
        check(&text, (1, 2, 100, 2), Some(("abc\n", "bc")));
        check(&"x".repeat(MAX_LINE + 1), (1, 1, 1, 2), None);
    }
}
