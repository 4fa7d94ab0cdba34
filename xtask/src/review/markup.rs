//! Untrusted text as HTML that cannot break the page around it.

use findings::render::text::{clip, one_line};

/// Characters of a text on the page; what is longer hides the rest of it.
const LONGEST: usize = 600;

/// A text on one line, with nothing in it that a browser would take for markup.
pub(crate) fn text(text: &str) -> String {
    let clipped = clip(text, LONGEST);
    let mut out = String::with_capacity(clipped.len());
    for c in one_line(&clipped).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A sentence, with what stands between backticks as code.
pub(crate) fn prose(sentence: &str) -> String {
    let clipped = clip(sentence, LONGEST);
    let parts: Vec<&str> = clipped.split('`').collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        match (index % 2 == 1, index + 1 == parts.len()) {
            (true, false) => out.push_str(&format!("<code>{}</code>", text(part))),
            (true, true) => out.push_str(&text(&format!("`{part}"))),
            (false, _) => out.push_str(&text(part)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(text("<b a='\"'>&\n\u{202e}"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;␊\u{fffd}");
        assert_eq!(prose("`</code><script>` and `odd"), "<code>&lt;/code&gt;&lt;script&gt;</code> and `odd");
        assert_eq!(text(&"x".repeat(700)).chars().count(), 601);
    }
}
