//! Languages with `//`: Rust, and those whose texts are simpler.

/// Where the comments of a Rust file start, in bytes. Documentation (`///`, `//!`) and block comments are passed over.
pub(super) fn rust(text: &str) -> Vec<usize> {
    let comments = source::comments(text).into_iter();
    comments.filter(|comment| !comment.is_block && !comment.documents).map(|comment| comment.at).collect()
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
            b'/' if bytes[at..].starts_with(b"/*") => end_of_block(text, at),
            quote @ (b'"' | b'\'') => end_of_text(bytes, at, quote),
            _ => at + 1,
        };
    }
    found
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn end_of_block(text: &str, at: usize) -> usize {
    text[at + 2..].find("*/").map_or(text.len(), |length| at + 2 + length + 2)
}

/// Behind a text with escapes, which ends with its line at the latest.
fn end_of_text(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            b'\n' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}
