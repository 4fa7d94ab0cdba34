//! Where the comments of Rust code stand.
//!
//! Rust's own lexer crates leave comments out, so this one looks for nothing but them: it knows just enough of texts,
//! characters and lifetimes not to take what stands in a text for a comment.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3};

/// A comment of Rust code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it starts, in bytes.
    pub at: usize,
    /// Behind its last byte.
    pub end: usize,
    /// Whether it goes on to a `*/`, rather than to the end of its line.
    pub is_block: bool,
    /// Whether it is documentation, which the compiler takes for an attribute.
    pub documents: bool,
}

/// The comments of a Rust file, in their order.
pub fn comments(text: &str) -> Vec<Comment> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut read = super::head(text);
    while let Some(length) = memchr3(b'/', b'"', b'\'', &bytes[read..]) {
        let at = read + length;
        let end = match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(sign @ (b'/' | b'*'))) => {
                let is_block = *sign == b'*';
                let end = if is_block { end_of_block(bytes, at) } else { end_of_line(text, at) };
                found.push(Comment { at, end, is_block, documents: documents(&bytes[at + 2..], *sign) });
                end
            }
            (b'/', _) => at + 1,
            (b'"', _) => {
                let raw = hashes_of_raw(&bytes[read..at]);
                let end =
                    raw.map_or_else(|| end_of_text(bytes, at), |hashes| end_of_raw_text(bytes, at, hashes));
                suffix(bytes, end)
            }
            _ => suffix(bytes, end_of_character(text, at)),
        };
        read = end.min(bytes.len());
    }
    found
}

/// Words of documentation that promises what code cannot show, or refuses to: in which order something stands.
const PROMISES: &[&str] = &["order", "arbitrary", "unspecified"];

/// The text with its documentation made plain comments, so that no byte moves: what documents code says nothing about what
/// it does, and as attributes it takes a fifth of a parser's time. What [promises](PROMISES)
/// something stays, and so does a text with documentation of nothing, since that is no Rust.
pub(super) fn undocumented(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut comments = comments(&text);
    comments.retain(|comment| comment.documents);
    let documents_nothing = |comment: &Comment| {
        let behind = text[comment.end..].trim_start();
        behind.is_empty() || behind.starts_with(['}', ')', ']'])
    };
    if comments.is_empty() || comments.iter().any(documents_nothing) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let promises = |comment: &Comment| {
        let said = text[comment.at..comment.end].to_ascii_lowercase();
        PROMISES.iter().any(|word| said.contains(word))
    };
    for comment in comments.iter().filter(|comment| !promises(comment)) {
        // The third of its signs is what makes it documentation.
        let sign = comment.at + 2;
        plain.push_str(&text[plain.len()..sign]);
        plain.push(' ');
    }
    plain.push_str(&text[plain.len()..]);
    Cow::Owned(plain)
}

/// Whether a comment documents, given what stands behind its first two signs.
pub(super) fn documents(rest: &[u8], sign: u8) -> bool {
    match rest {
        [b'!', ..] => true,
        // `/**/` is empty, and more signs make a line across the page.
        [first, next, ..] => *first == sign && *next != sign && (sign, *next) != (b'*', b'/'),
        [first] => *first == sign,
        [] => false,
    }
}

pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length)
}

pub(super) fn end_of_block(bytes: &[u8], at: usize) -> usize {
    let mut depth = 1;
    let mut at = at + 2;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// Behind a text with escapes.
fn end_of_text(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(length) = bytes.get(at..).and_then(|rest| memchr2(b'\\', b'"', rest)) {
        match bytes[at + length] {
            b'"' => return at + length + 1,
            _ => at += length + 2,
        }
    }
    bytes.len()
}

/// Behind the word that sticks to a literal, or that a quote makes a lifetime: it begins no raw text.
fn suffix(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|&&byte| is_word(byte)).count()
}

/// Behind a character, or behind the quote of a lifetime or a label.
fn end_of_character(text: &str, at: usize) -> usize {
    let mut letters = text[at + 1..].chars();
    match (letters.next(), letters.next()) {
        (Some('\\'), _) => end_of_escape(text.as_bytes(), at),
        (Some(letter), Some('\'')) => at + 1 + letter.len_utf8() + 1,
        _ => at + 1,
    }
}

/// Behind a character that is written as an escape. One that is never closed ends with its line.
fn end_of_escape(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\'' => return at + 1,
            b'\n' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// How many `#` a raw text has, given what stands before its quote; `None` where no raw text begins there.
fn hashes_of_raw(before: &[u8]) -> Option<usize> {
    let hashes = before.iter().rev().take_while(|&&byte| byte == b'#').count();
    let before = &before[..before.len() - hashes];
    let word = before.iter().rev().take_while(|&&byte| is_word(byte)).count();
    matches!(&before[before.len() - word..], b"r" | b"br" | b"cr").then_some(hashes)
}

/// Behind a text without escapes, which ends with as many `#` as it began with.
fn end_of_raw_text(bytes: &[u8], at: usize, hashes: usize) -> usize {
    let closes = |quote: &usize| {
        let behind = bytes[at + 1 + quote + 1..].iter().take(hashes);
        behind.take_while(|&&byte| byte == b'#').count() == hashes
    };
    let quote = memchr_iter(b'"', &bytes[at + 1..]).find(closes);
    quote.map_or(bytes.len(), |quote| at + 1 + quote + 1 + hashes)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: &str) {
        assert_eq!(undocumented(text.into()), plain);
    }

    #[test]
    fn documentation_becomes_a_comment_of_the_same_length() {
        check("//! a\n/// b\nfn c() {}\n", "//  a\n//  b\nfn c() {}\n");
        check("/** a */ fn b() { /*! c /* d */ */ e }", "/*  a */ fn b() { /*  c /* d */ */ e }");
        check("\u{feff}/// \u{e9}\n///\nfn a() {}", "\u{feff}//  \u{e9}\n// \nfn a() {}");
    }

    #[test]
    fn documentation_of_nothing_is_left_to_the_parser() {
        for text in
            ["/// a\nfn b() {}\n/// c\n", "struct A {\n    b: u8,\n    /// c\n}", "fn a(b: u8 /** c */) {}"]
        {
            check(text, text);
            assert!(crate::parse("a.rs", text).is_err());
        }
    }

    #[test]
    fn what_is_no_documentation_stays() {
        for text in [
            "// a\n//// b\n/**/ /*** c */ /* d */",
            "fn a() { b(\"/// c\", '\"', \"/// d\\\"/// e\") }",
            "fn a<'b>(c: &'b str) { d(r#\"\"/// e\"#, b'/', br\"/** f */\", '\\'', \"//! g\") }",
            "#!/usr/bin/env /// a\nfn b() {}",
            "/// In any Order.\nfn a() {}",
        ] {
            check(text, text);
        }
    }
}
