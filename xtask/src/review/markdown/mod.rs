//! The brief as Markdown, for one comment on a pull request: a first screen, and what stands below it folded.

mod first;
mod sections;

use super::brief::Brief;

/// The comment that CI looks for, to replace it by the next.
pub(crate) const MARKER: &str = "<!-- gatefold review -->";

/// Of the 65,536 characters that GitHub takes in a comment, those that CI leaves with its own words in front. Bytes are
/// counted, of which there are never fewer.
const LIMIT: usize = 64_000;

/// Room for saying what was left out.
const LAST: usize = 400;

/// The brief.
pub(crate) fn markdown(brief: &Brief) -> String {
    within(first::screen(brief), sections::folded(brief), LIMIT, &brief.program)
}

/// As many of the parts as there is room for, each as a whole; what has none is counted.
fn within(first: String, parts: Vec<String>, limit: usize, program: &str) -> String {
    let mut out = first;
    let (mut left_out, mut lines) = (0, 0);
    for part in parts {
        if left_out == 0 && out.len() + part.len() + LAST <= limit {
            out.push_str(&part);
        } else {
            left_out += 1;
            lines += part.lines().count();
        }
    }
    if left_out > 0 {
        out.push_str(&format!(
            "\nLeft out here, since a comment holds no more: {left_out} parts with {lines} lines. \
             The page has them (`{program} review --html FILE`).\n"
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_comment_has_no_room_for_is_counted() {
        let part = |name: &str, lines: usize| format!("{name}\n").repeat(lines);
        let whole = within("first\n".to_owned(), vec![part("a", 2), part("b", 3)], 1_000, "gatefold");
        assert_eq!(whole, "first\na\na\nb\nb\nb\n");
        let cut =
            within("first\n".to_owned(), vec![part("a", 2), part("b", 400), part("c", 1)], 1_000, "gatefold");
        assert!(
            cut.starts_with("first\na\na\n\nLeft out here")
                && cut.contains("2 parts with 401 lines")
                && cut.contains("(`gatefold review --html FILE`)"),
            "{cut}"
        );
        assert!(cut.len() <= 1_000);
    }
}
