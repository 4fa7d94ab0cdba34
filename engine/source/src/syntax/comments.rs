//! Where the comments of Rust code stand.
//!
//! Rust's own lexer crates leave comments out, so this one looks for nothing but them: it knows just enough of texts,
//! characters and lifetimes not to take what stands in a text for a comment.

use std::borrow::Cow;

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
    let mut at = super::head(text);
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' => match bytes.get(at + 1) {
                Some(sign @ (b'/' | b'*')) => {
                    let is_block = *sign == b'*';
                    let end = if is_block { end_of_block(bytes, at) } else { end_of_line(text, at) };
                    found.push(Comment { at, end, is_block, documents: documents(&bytes[at + 2..], *sign) });
                    end
                }
                _ => at + 1,
            },
            b'"' => suffix(bytes, end_of_text(bytes, at)),
            b'\'' => suffix(bytes, end_of_character(text, at)),
            byte if is_word(byte) => end_of_word(bytes, at),
            _ => at + 1,
        };
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
    text[at..].find('\n').map_or(text.len(), |length| at + length)
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
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
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

/// Behind a word, and behind the raw text that it may begin. A plain text behind a prefix is left to be read next.
fn end_of_word(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at..].iter().position(|&byte| !is_word(byte)).unwrap_or(bytes.len() - at);
    let end = at + length;
    if !matches!(&bytes[at..end], b"r" | b"br" | b"cr") {
        return end;
    }
    let hashes = bytes[end..].iter().take_while(|&&byte| byte == b'#').count();
    if bytes.get(end + hashes) != Some(&b'"') {
        return end;
    }
    let mut at = end + hashes + 1;
    while at < bytes.len() {
        let closes = bytes[at] == b'"'
            && bytes[at + 1..].iter().take(hashes).filter(|&&byte| byte == b'#').count() == hashes;
        if closes {
            return suffix(bytes, at + 1 + hashes);
        }
        at += 1;
    }
    bytes.len()
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
