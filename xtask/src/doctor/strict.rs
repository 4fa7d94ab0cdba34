//! What keeps settings from being strict JSON, as the edits that make it so: comments, and commas behind the last entry.

use serde_json::Value;

/// The most edits that are told one by one.
const TOLD: usize = 4;

/// The edits, in words; `None` where something else is wrong, too.
pub(super) fn edits(text: &str) -> Option<String> {
    let found = superfluous(text);
    let mut rest = text.as_bytes().to_vec();
    for superfluous in &found {
        rest[superfluous.start..superfluous.end].fill(b' ');
    }
    if found.is_empty() || serde_json::from_slice::<Value>(&rest).ok()?.as_object().is_none() {
        return None;
    }
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let told = found.iter().take(TOLD).map(|superfluous| {
        let what = text[superfluous.start..superfluous.end].lines().next().unwrap_or_default().trim();
        let short: String = what.chars().take(40).collect();
        format!("line {} `{short}`", line(superfluous.start))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    Some(match found.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told}, and {more} more"),
    })
}

/// A part of the text that strict JSON does not have.
struct Superfluous {
    start: usize,
    end: usize,
}

/// Comments, and commas behind which an object or a list ends.
fn superfluous(text: &str) -> Vec<Superfluous> {
    let bytes = text.as_bytes();
    let (mut at, mut found, mut comma) = (0, Vec::new(), None);
    while at < bytes.len() {
        let from = at;
        at = match bytes[at] {
            b'"' => behind_string(bytes, at),
            b'/' if bytes[at..].starts_with(b"//") => {
                behind(text, at, "\n").map_or(bytes.len(), |end| end - 1)
            }
            b'/' if bytes[at..].starts_with(b"/*") => behind(text, at + 2, "*/").unwrap_or(bytes.len()),
            _ => at + 1,
        };
        match bytes[from] {
            b'/' if at > from + 1 => found.push(Superfluous { start: from, end: at }),
            b',' => comma = Some(from),
            b'}' | b']' => {
                found.extend(comma.take().map(|start| Superfluous { start, end: start + 1 }));
            }
            space if space.is_ascii_whitespace() => {}
            _ => comma = None,
        }
    }
    found.sort_by_key(|superfluous| superfluous.start);
    found
}

fn behind(text: &str, at: usize, end: &str) -> Option<usize> {
    text.get(at..)?.find(end).map(|found| at + found + end.len())
}

fn behind_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_behind_the_last_entry_are_told_with_their_lines() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(edits(text).as_deref(), expected, "{text}");
        check("{} // no", Some("line 1 `// no`"));
        check("{\"a\": 1,}", Some("line 1 `,`"));
        check(
            "{\n  // http\n  \"a\": \"// \\\" no\", /* b\n c */\n  \"d\": [1, 2, ],\n}\n",
            Some("line 2 `// http`, line 3 `/* b`, line 5 `,`, line 5 `,`"),
        );
        check(
            "//1\n//2\n//3\n//4\n//5\n{}",
            Some("line 1 `//1`, line 2 `//2`, line 3 `//3`, line 4 `//4`, and 1 more"),
        );
        check("{} /* never", Some("line 1 `/* never`"));
        check("{\"a\": 1, // é\n}", Some("line 1 `,`, line 1 `// é`"));
        for wrong in ["", "{", "{'a': 1,}", "[1,]", "{}", "{\"a", "{,}x"] {
            check(wrong, None);
        }
    }
}
