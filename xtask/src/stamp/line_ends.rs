//! Line ends: texts are edited with plain ones, and keep the ones that they have.

use std::borrow::Cow;

use similar::{Algorithm, ChangeTag, TextDiff};

/// A text with `\n` alone at the end of each line.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    match text.contains("\r\n") {
        true => Cow::Owned(text.replace("\r\n", "\n")),
        false => Cow::Borrowed(text),
    }
}

/// An edited text with the line ends that it had before: each line that is still there keeps its own, and lines that are
/// new have those of most others.
pub(crate) fn as_before(before: &str, edited: &str) -> String {
    if !before.contains("\r\n") {
        return edited.to_owned();
    }
    let lines: Vec<&str> = before.split_inclusive('\n').collect();
    let crlf = lines.iter().filter(|line| line.ends_with("\r\n")).count();
    let end = if crlf * 2 >= lines.len() { "\r\n" } else { "\n" };

    let flat = plain(before);
    let old: Vec<&str> = flat.split_inclusive('\n').collect();
    let new: Vec<&str> = edited.split_inclusive('\n').collect();
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&old, &new);
    let mut out = String::with_capacity(before.len());
    for change in diff.iter_all_changes() {
        match (change.tag(), change.old_index()) {
            (ChangeTag::Equal, Some(at)) => out.push_str(lines[at]),
            (ChangeTag::Delete, _) => {}
            _ => match change.value().strip_suffix('\n') {
                Some(line) => out.extend([line, end]),
                None => out.push_str(change.value()),
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, edited: &str, expected: &str) {
        assert_eq!(as_before(before, edited), expected);
    }

    #[test]
    fn every_line_keeps_its_end_and_new_ones_have_that_of_most() {
        check("a\nb\n", "a\nx\nb\n", "a\nx\nb\n");
        check("a\r\nb\r\n", "a\nx\nb\n", "a\r\nx\r\nb\r\n");
        check("a\r\nb\r\nc\n", "a\nx\nb\nc\n", "a\r\nx\r\nb\r\nc\n");
        check("a\r\nb\nc\n", "b\nx\nc\n", "b\nx\nc\n");
        check("a\r\nb", "a\nb\nx", "a\r\nb\r\nx");
        assert_eq!(plain("a\r\nb\n"), "a\nb\n");
    }
}
