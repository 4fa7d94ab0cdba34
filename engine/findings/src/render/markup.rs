//! Untrusted text as Markdown that cannot break the page around it.

use super::text::{clip, lines, one_line};

/// Characters of a text on a page; what is longer hides the rest of the page.
const LONGEST: usize = 2_000;

/// A sentence on one line. What stands between backticks becomes code; all else loses its meaning as markup, and
/// what the platform would make a link or a call to somebody becomes code.
pub fn prose(text: &str) -> String {
    let clipped = clip(text, LONGEST);
    let text = one_line(&clipped);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        // Every second part stands behind a backtick, and before another one unless it is the last.
        match (index % 2 == 1, index + 1 == parts.len()) {
            (true, false) if !part.trim().is_empty() => push_code(&mut out, part),
            (true, false) => push_plain(&mut out, &format!("`{part}`")),
            (true, true) => push_plain(&mut out, &format!("`{part}")),
            (false, _) => push_plain(&mut out, part),
        }
    }
    out
}

/// A text as code on one line, whatever is in it.
pub fn code(text: &str) -> String {
    let mut out = String::new();
    push_code(&mut out, &one_line(&clip(text, LONGEST)));
    out
}

/// A text of several lines as a block of code.
pub(super) fn block(text: &str) -> String {
    let text = lines(&clip(text, LONGEST));
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// A sentence for the cell of a table, where a bar ends the cell even within code, and a backslash in front of it
/// does not always help: a broken bar stands in for it.
pub fn cell(text: &str) -> String {
    prose(&text.replace('|', "¦"))
}

fn push_code(out: &mut String, text: &str) {
    let fence = "`".repeat(longest_run(text) + 1);
    let touches = |at: Option<char>| at.is_none() || at == Some('`') || at == Some(' ');
    let pad = if touches(text.chars().next()) || touches(text.chars().next_back()) { " " } else { "" };
    if out.ends_with('`') {
        // Two runs of backticks side by side would be read as one.
        out.push(' ');
    }
    out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
}

fn push_plain(out: &mut String, text: &str) {
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        if !is_link(bare) {
            push_escaped(out, word);
            continue;
        }
        // What stands around a name in a sentence is not of the name.
        let front = bare.len() - bare.trim_start_matches('(').len();
        let back = bare.trim_end_matches([')', ',', ';', ':', '.', '!', '?']).len();
        push_escaped(out, &bare[..front]);
        push_code(out, &bare[front..back]);
        push_escaped(out, &word[back..]);
    }
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        if "\\`*_[]<>#|&~$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Whether the platform would turn a word into a link, a call to somebody or a reference to an issue.
fn is_link(word: &str) -> bool {
    let reference = |mark: char| {
        let behind = word.split(mark).skip(1);
        behind.into_iter().any(|behind| behind.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    word.contains("://") || word.contains("www.") || reference('@') || reference('#')
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_keeps_its_code_and_loses_its_markup() {
        let check = |text: &str, expect: &str| assert_eq!(prose(text), expect);
        check("call to `sleep` in async code", "call to `sleep` in async code");
        check("`a``b`", "`a` `b`");
        check("an odd ` tick", "an odd \\` tick");
        check("``", "\\`\\`");
        check("` `", "\\` \\`");
        check("<script>x</script>", "\\<script\\>x\\</script\\>");
        check("`</details><script>`", "`</details><script>`");
        check("a | b\nc", "a \\| b␊c");
        check("see https://evil.example now", "see `https://evil.example` now");
        check("ask @team about #12", "ask `@team` about `#12`");
        check("used by a (@team), b (@other); no more", "used by a (`@team`), b (`@other`); no more");
        check(
            "used by `player` (@listening): sends `limit`",
            "used by `player` (`@listening`): sends `limit`",
        );
        check("see www.evil.example. Or #12?", "see `www.evil.example`. Or `#12`?");
        check("(@-@team) ##12 @ # @-", "(`@-@team`) `##12` @ \\# @-");
        check(
            "**b** _i_ [l](x) ![i](x) $m$ &lt;",
            "\\*\\*b\\*\\* \\_i\\_ \\[l\\](x) !\\[i\\](x) \\$m\\$ \\&lt;",
        );
        check("a\\", "a\\\\");
    }

    #[test]
    fn code_is_fenced_by_more_backticks_than_it_holds() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code("a\nb"), "`a␊b`");
        assert_eq!(block("a\n```\n<b>\n"), "````text\na\n```\n<b>\n````\n");
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(cell("`a|b` | <c>"), r"`a¦b` ¦ \<c\>");
    }
}
