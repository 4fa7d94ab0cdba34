//! Lines of a YAML text: how far they are indented, and where an entry ends.

/// The line that a byte stands in: from its first byte up to the line's end, which is left out.
pub(super) fn line_at(text: &str, at: usize) -> (usize, &str) {
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (from, text[from..].lines().next().unwrap_or_default())
}

/// Behind the line that a byte stands in, the end of the line included.
pub(super) fn behind_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How many spaces stand in front.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Behind the last line of the block that begins in the line of `at`: the lines below that are indented more. Empty
/// lines and comments belong to it only if more of it follows, or if they are indented more, too.
pub(super) fn block_end(text: &str, at: usize) -> usize {
    let (from, first) = line_at(text, at);
    let depth = indent(first);
    let mut next = behind_line(text, from);
    let mut end = next;
    while next < text.len() {
        let (_, line) = line_at(text, next);
        let after = behind_line(text, next);
        let content = line.trim();
        let deeper = indent(line) > depth;
        if deeper && !content.is_empty() {
            end = after;
        } else if !content.is_empty() && !content.starts_with('#') {
            break;
        }
        next = after;
    }
    end
}

/// Where the comment begins that stands right above a line, as far in as it is; else the line itself.
pub(super) fn with_comment_above(text: &str, at: usize) -> usize {
    let (mut from, line) = line_at(text, at);
    let depth = indent(line);
    while from > 0 {
        let (above, line) = line_at(text, from - 1);
        if indent(line) != depth || !line.trim_start().starts_with('#') {
            break;
        }
        from = above;
    }
    from
}
