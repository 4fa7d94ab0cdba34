//! Untrusted text made visible: what a terminal would obey, or a reader would not see, is shown instead.

use std::borrow::Cow;

/// The text on one line, with a visible sign for each character that would steer a terminal, reorder the line or
/// hide in it.
pub fn one_line(text: &str) -> Cow<'_, str> {
    shown(text, |_| false)
}

/// The text with its lines kept, otherwise as [`one_line`] has it. Tabs become spaces, and a line that a forge's log
/// would take for a command is escaped.
pub(super) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\t', "    ");
    let text = shown(&text, |c| c == '\n');
    let escaped = text
        .split('\n')
        .map(|line| if line.trim_start().starts_with("::") { format!("\\{line}") } else { line.to_owned() });
    escaped.collect::<Vec<_>>().join("\n")
}

/// A line of source: tabs are kept, and every other character stands in its column.
pub(super) fn source_line(line: &str) -> Cow<'_, str> {
    shown(line, |c| c == '\t')
}

/// The first `limit` characters of a text, and a sign that there were more.
pub fn clip(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// What stands for a character.
fn sign(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        _ if is_hidden(c) => '\u{fffd}',
        _ => c,
    }
}

/// Characters beyond ASCII that steer, reorder or take no room: C1 controls, marks and overrides of the writing
/// direction, zero-width characters, separators of lines and paragraphs, tags.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// One character is always replaced by one, so that columns stay true.
fn shown(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains("##") && text.chars().all(|c| keep(c) || sign(c) == c) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Logs of forges obey `##[command` and `##vso[command` wherever they stand in a line.
        let is_command =
            c == '[' && out.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).ends_with("##");
        out.push(match c {
            '[' if is_command => '⁅',
            c if keep(c) => c,
            c => sign(c),
        });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_or_hides_becomes_visible() {
        let check = |text: &str, expect: &str| assert_eq!(one_line(text), expect);
        check("plain – Grüße, 日本", "plain – Grüße, 日本");
        check("a\u{1b}[31mb", "a␛[31mb");
        check("a\r\nb\tc", "a␍␊b␉c");
        check("a\u{9b}31mb\u{7f}", "a\u{fffd}31mb␡");
        check("\u{202e}a\u{200b}b\u{e0041}", "\u{fffd}a\u{fffd}b\u{fffd}");
        assert_eq!(lines("a\r\n\tb\u{1b}\n"), "a\n    b␛\n");
        assert_eq!(source_line("\ta\u{1b}"), "\ta␛");
    }

    #[test]
    fn no_text_commands_the_log_of_a_forge() {
        assert_eq!(
            one_line("a ##[group]b ##vso[task]c #[d] ## [e]"),
            "a ##⁅group]b ##vso⁅task]c #[d] ## [e]"
        );
        assert_eq!(lines("a::b\n  ::error::c\n::d"), "a::b\n\\  ::error::c\n\\::d");
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöü", 2), "äö…");
    }
}
