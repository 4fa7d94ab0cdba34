//! What takes an edit back: the pieces of a text that were put in, and what stood in their places.

use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

/// One piece: what was put in, and what it took the place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    /// Where it begins in the new text, in bytes.
    pub(super) at: usize,
    pub(super) put_in: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) instead_of: String,
}

/// The pieces in which a new text differs from an old one, in their order.
pub(super) fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut at, mut is_open) = (0, false);
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        if change.tag() == ChangeTag::Equal {
            (at, is_open) = (at + change.value().len(), false);
            continue;
        }
        if !is_open {
            pieces.push(Piece { at, put_in: String::new(), instead_of: String::new() });
            is_open = true;
        }
        let Some(piece) = pieces.last_mut() else { continue };
        match change.tag() {
            ChangeTag::Insert => {
                piece.put_in.push_str(change.value());
                at += change.value().len();
            }
            _ => piece.instead_of.push_str(change.value()),
        }
    }
    pieces
}

/// The old text, where the pieces stand where they were put in.
pub(super) fn exactly(new: &str, pieces: &[Piece]) -> Option<String> {
    let mut text = new.to_owned();
    for piece in pieces.iter().rev() {
        let range = piece.at..piece.at.checked_add(piece.put_in.len())?;
        if text.get(range.clone())? != piece.put_in {
            return None;
        }
        text.replace_range(range, &piece.instead_of);
    }
    Some(text)
}

/// A text that was edited since, without the pieces that are found in it once. Gives those that are not.
pub(super) fn wherever(text: &str, pieces: &[Piece]) -> (String, Vec<Piece>) {
    let (mut text, mut left) = (text.to_owned(), Vec::new());
    for piece in pieces.iter().rev() {
        match text.matches(&piece.put_in).count() {
            1 if !piece.put_in.is_empty() => text = text.replacen(&piece.put_in, &piece.instead_of, 1),
            _ => left.push(piece.clone()),
        }
    }
    (text, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str) {
        let pieces = pieces(old, new);
        assert_eq!(exactly(new, &pieces).as_deref(), Some(old), "{old:?} {new:?} {pieces:?}");
        assert_eq!(pieces.is_empty(), old == new);
    }

    #[test]
    fn an_edit_is_taken_back_to_the_byte() {
        check("", "");
        check("", "a\n");
        check("a\nb\nc\n", "a\nB\nc\nd\n");
        check("a\r\nb", "a\r\nb\r\nc");
        check("a\nb\nc\nd\ne\nf\n", "x\na\nc\nd\ny\nf");
        check("ä\nö\n", "ä\nü\nö\n");
        check("{}", "{\n  \"a\": 1\n}");
    }

    #[test]
    fn what_was_edited_since_is_not_taken_back_blindly() {
        let pieces = pieces("a\nb\n", "a\nours\nb\n");
        assert_eq!(exactly("a\nthey\nb\n", &pieces), None);
        assert_eq!(exactly("", &pieces), None);
        assert_eq!(wherever("theirs\na\nb\nours\n", &pieces), ("theirs\na\nb\n".to_owned(), Vec::new()));
        assert_eq!(wherever("a\nb\n", &pieces).1, pieces);
        assert_eq!(wherever("ours\nours\n", &pieces).1, pieces);
    }
}
