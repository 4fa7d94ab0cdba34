//! A word as a shell takes it, for commands that somebody copies.

use std::fmt::Display;

/// The word, in quotes where a shell would read more than one word, or something else, in it. A path that a program would
/// take for an option begins with `./`.
pub(crate) fn word(text: impl Display) -> String {
    let text = text.to_string();
    let text = if text.starts_with('-') { format!("./{text}") } else { text };
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./@:+,%^".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_would_take_apart_stands_in_quotes() {
        for plain in ["services/home", ".", "/srv/a-b_c.d@1", "dienste/küche"] {
            assert_eq!(word(plain), plain);
        }
        for (text, expected) in [
            ("my service", "'my service'"),
            ("", "''"),
            ("~", "'~'"),
            ("a$b", "'a$b'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", "'a\nb'"),
            ("-rf", "./-rf"),
        ] {
            assert_eq!(word(text), expected);
        }
    }
}
