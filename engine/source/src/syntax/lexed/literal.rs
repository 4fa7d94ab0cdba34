//! Where literals end.

use super::end_of_word;

/// Behind the literal that begins here, its suffix included; `None` where none does.
pub(super) fn end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = match bytes.get(at)? {
        b'"' => behind(bytes, at + 1, b'"'),
        b'\'' => character(text, at)?,
        b'0'..=b'9' => number(text, at),
        b'b' => match bytes.get(at + 1)? {
            b'"' => behind(bytes, at + 2, b'"'),
            // The byte itself may be a quote.
            b'\'' if bytes.get(at + 2) != Some(&b'\\') => behind(bytes, at + 3, b'\''),
            b'\'' => behind(bytes, at + 2, b'\''),
            b'r' => raw(bytes, at + 2)?,
            _ => return None,
        },
        b'c' => match bytes.get(at + 1)? {
            b'"' => behind(bytes, at + 2, b'"'),
            b'r' => raw(bytes, at + 2)?,
            _ => return None,
        },
        b'r' => raw(bytes, at + 1)?,
        _ => return None,
    };
    Some(suffix(text, end.min(text.len())))
}

/// Behind a closing quote, escapes passed over.
fn behind(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Behind a character; none where the quote is that of a lifetime or a label.
fn character(text: &str, at: usize) -> Option<usize> {
    let mut letters = text[at + 1..].chars();
    match letters.next()? {
        '\\' => Some(behind(text.as_bytes(), at + 1, b'\'')),
        letter => (letters.next() == Some('\'')).then_some(at + 1 + letter.len_utf8() + 1),
    }
}

/// Behind a raw text, given where its `#` or its quote would stand.
fn raw(bytes: &[u8], at: usize) -> Option<usize> {
    let hashes = bytes.get(at..)?.iter().take_while(|&&byte| byte == b'#').count();
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let mut end = at + hashes + 1;
    while let Some(&byte) = bytes.get(end) {
        end += 1;
        if byte == b'"' && bytes[end..].iter().take(hashes).filter(|&&byte| byte == b'#').count() == hashes {
            return Some(end + hashes);
        }
    }
    Some(bytes.len())
}

fn suffix(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(b'0'..=b'9') => at,
        _ => end_of_word(text, at),
    }
}

/// Behind the digits of a number. What looks like an exponent and has no digits is a suffix.
fn number(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes[at] == b'0' && matches!(bytes.get(at + 1), Some(b'x' | b'o' | b'b')) {
        return end_of_word(text, at);
    }
    let digits = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|&&byte| byte.is_ascii_digit() || byte == b'_').count()
    };
    let mut end = digits(at);
    // Not in `0..1`, `1.max(2)`.
    let is_point =
        bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') && !begins_word(text, end + 1);
    if is_point {
        end = digits(end + 1);
    }
    if !matches!(bytes.get(end), Some(b'e' | b'E')) {
        return end;
    }
    exponent(bytes, end).unwrap_or(end)
}

/// Behind an exponent, which has at least one digit and at most one sign, before its digits.
fn exponent(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut end, mut has_sign, mut has_digits) = (at + 1, false, false);
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'+' | b'-' if has_digits => break,
            b'+' | b'-' if has_sign => return None,
            b'+' | b'-' => has_sign = true,
            b'0'..=b'9' => has_digits = true,
            b'_' => {}
            _ => break,
        }
        end += 1;
    }
    has_digits.then_some(end)
}

fn begins_word(text: &str, at: usize) -> bool {
    !text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) && end_of_word(text, at) > at
}
