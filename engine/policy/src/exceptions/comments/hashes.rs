//! Languages with `#`: YAML and TOML.

/// Where the comments of a YAML file start, in bytes: a `#` behind white space, outside of quotes and of the blocks
/// that `|` and `>` begin.
pub(super) fn yaml(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut quote: Option<u8> = None;
    // The column of what holds a block; lines that stand deeper belong to the block.
    let mut block: Option<usize> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_end();
        let indent = content.len() - content.trim_start_matches(' ').len();
        if let Some(holder) = block {
            if content.is_empty() || indent > holder {
                continue;
            }
            block = None;
        }
        let began_inside = quote.is_some();
        let comment = comment_of_line(content.as_bytes(), &mut quote);
        if let Some(comment) = comment {
            found.push(start + comment);
        }
        if quote.is_none() && !began_inside {
            block = block_holder(&content[..comment.unwrap_or(content.len())]);
        }
    }
    found
}

/// Where a comment starts in a line; carries an open quote to the next.
fn comment_of_line(line: &[u8], quote: &mut Option<u8>) -> Option<usize> {
    let mut at = 0;
    while at < line.len() {
        let before = at.checked_sub(1).map(|before| line[before]);
        match (*quote, line[at]) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(b'\''), b'\'') if line.get(at + 1) == Some(&b'\'') => at += 1,
            (Some(open), byte) if byte == open => *quote = None,
            (Some(_), _) => {}
            (None, b'#') if before.is_none_or(|byte| byte.is_ascii_whitespace()) => return Some(at),
            (None, byte @ (b'"' | b'\'')) if before.is_none_or(|byte| b" \t[{,:".contains(&byte)) => {
                *quote = Some(byte);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The column of what holds the block that a line begins, if it begins one.
fn block_holder(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let header = line.rsplit([' ', '\t']).next()?;
    let modifiers = header.strip_prefix(['|', '>'])?;
    if !modifiers.chars().all(|letter| letter == '+' || letter == '-' || letter.is_ascii_digit()) {
        return None;
    }
    let mut column = line.len() - line.trim_start_matches(' ').len();
    let mut last_dash = None;
    while let Some(rest) = line[column..].strip_prefix("- ") {
        last_dash = Some(column);
        column += 2 + rest.len() - rest.trim_start_matches(' ').len();
    }
    if line[column..] == *header {
        // A block at the very top may stand at any column, which no comment can follow.
        return last_dash.or(Some(column.saturating_sub(1)));
    }
    Some(column)
}

/// Where the comments of a TOML file start, in bytes.
pub(super) fn toml(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'#' => {
                found.push(at);
                bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |length| at + length)
            }
            quote @ (b'"' | b'\'') => end_of_text(bytes, at, quote),
            _ => at + 1,
        };
    }
    found
}

/// Behind a text, of one line or of several.
fn end_of_text(bytes: &[u8], at: usize, quote: u8) -> usize {
    let triple = [quote; 3];
    let lines = bytes[at..].starts_with(&triple);
    let mut at = at + if lines { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            b'\n' if !lines => return at,
            byte if byte == quote && !lines => return at + 1,
            _ if lines && bytes[at..].starts_with(&triple) => return at + 3,
            _ => at += 1,
        }
    }
    bytes.len()
}
