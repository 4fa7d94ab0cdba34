//! Pages that stand for themselves, and untrusted text as HTML that cannot break the page around it.

use super::text::{clip, one_line};

/// What all pages share: colours for light, dark and print, type, and how code looks.
const STYLE: &str = include_str!("base.css");

/// Nothing is loaded and nothing runs, even if a text should ever become markup.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Characters of a text on the page; what is longer hides the rest of it.
const LONGEST: usize = 600;

/// A whole page: no script, nothing from elsewhere. `title` is text; `style`, `class` and `body` are the caller's own.
pub fn page(title: &str, style: &str, class: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body class=\"{class}\">\n{body}</body>\n</html>\n",
        text(title)
    )
}

/// A text on one line, with nothing in it that a browser would take for markup.
pub fn text(text: &str) -> String {
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
pub fn prose(sentence: &str) -> String {
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

    #[test]
    fn a_title_is_text() {
        let page = page("</title><script>", "", "pass", "<p>x</p>\n");
        assert!(page.contains("<title>&lt;/title&gt;&lt;script&gt;</title>"), "{page}");
        assert!(
            page.contains("default-src 'none'") && page.ends_with("<p>x</p>\n</body>\n</html>\n"),
            "{page}"
        );
    }
}
