//! Languages with `//`: Rust, and those whose texts are simpler.
//!
//! Rust's own lexer crates leave comments out, so this one looks for nothing but them: it knows just enough of texts,
//! characters and lifetimes not to take what stands in a text for a comment.

/// Where the comments of a Rust file start, in bytes. Documentation (`///`, `//!`) and block comments are passed over.
pub(super) fn rust(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = shebang(text);
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => {
                let documents = match bytes.get(at + 2) {
                    Some(b'!') => true,
                    Some(b'/') => bytes.get(at + 3) != Some(&b'/'),
                    _ => false,
                };
                if !documents {
                    found.push(at);
                }
                end_of_line(bytes, at)
            }
            b'/' if bytes[at..].starts_with(b"/*") => end_of_block(bytes, at, true),
            b'"' => suffix(bytes, end_of_text(bytes, at, b'"', true)),
            b'\'' => suffix(bytes, end_of_character(text, at)),
            byte if is_word(byte) => end_of_word(bytes, at),
            _ => at + 1,
        };
    }
    found
}

/// Where the comments start in a language with `//`, `/* */` that does not nest, and texts in either quote.
pub(super) fn proto(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => {
                found.push(at);
                end_of_line(bytes, at)
            }
            b'/' if bytes[at..].starts_with(b"/*") => end_of_block(bytes, at, false),
            quote @ (b'"' | b'\'') => end_of_text(bytes, at, quote, false),
            _ => at + 1,
        };
    }
    found
}

fn shebang(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
        end_of_line(text.as_bytes(), mark)
    } else {
        mark
    }
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn end_of_block(bytes: &[u8], at: usize, nests: bool) -> usize {
    let mut depth = 1;
    let mut at = at + 2;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else if nests && bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// Behind a text with escapes. One that may not pass the end of its line ends there.
fn end_of_text(bytes: &[u8], at: usize, quote: u8, lines: bool) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            b'\n' if !lines => return at,
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
    let bytes = text.as_bytes();
    let mut letters = text[at + 1..].chars();
    match (letters.next(), letters.next()) {
        (Some('\\'), _) => end_of_text(bytes, at, b'\'', false),
        (Some(letter), Some('\'')) => at + 1 + letter.len_utf8() + 1,
        _ => at + 1,
    }
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
