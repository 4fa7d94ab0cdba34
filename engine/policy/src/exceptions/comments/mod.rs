//! The comments of a file: to the end of a line, outside of texts, and no documentation.

mod braces;
mod hashes;
#[cfg(test)]
mod tests;

/// How a language writes comments and texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    /// Protocol buffers, and other languages with `//` and texts that end with their line.
    Proto,
    Yaml,
    Toml,
}

/// A comment to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// Counted from 1.
    pub line: u32,
    /// Of its first character, counted from 1.
    pub column: u32,
    /// Behind its last character.
    pub end_column: u32,
    /// Without its marker.
    pub text: &'t str,
    /// Whether nothing but white space stands before it.
    pub alone: bool,
}

/// The language of a file, by its name; `None` for files that take no exceptions.
pub(super) fn language(path: &str) -> Option<Language> {
    match path.rsplit_once('.')?.1 {
        "rs" => Some(Language::Rust),
        "proto" | "java" => Some(Language::Proto),
        "yaml" | "yml" => Some(Language::Yaml),
        "toml" => Some(Language::Toml),
        _ => None,
    }
}

/// The comments of Rust code, in their order.
pub fn of_rust(text: &str) -> Vec<Comment<'_>> {
    comments(Language::Rust, text)
}

/// The comments of a text, in their order.
pub(super) fn comments(language: Language, text: &str) -> Vec<Comment<'_>> {
    let starts = match language {
        Language::Rust => braces::rust(text),
        Language::Proto => braces::proto(text),
        Language::Yaml => hashes::yaml(text),
        Language::Toml => hashes::toml(text),
    };
    let marker = match language {
        Language::Rust | Language::Proto => "//",
        Language::Yaml | Language::Toml => "#",
    };
    located(text, &starts, marker)
}

/// Lines and columns for the places in bytes at which comments start.
fn located<'t>(text: &'t str, starts: &[usize], marker: &str) -> Vec<Comment<'t>> {
    let mut comments = Vec::with_capacity(starts.len());
    // Of the last comment's line; lines without a comment are only counted.
    let (mut line, mut begin) = (1, 0);
    for &start in starts {
        let between = &text[begin..start];
        if let Some(last) = between.rfind('\n') {
            line += between.bytes().filter(|byte| *byte == b'\n').count() as u32;
            begin += last + 1;
        }
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let content = text[begin..end].trim_end_matches('\r');
        let (before, comment) = content.split_at((start - begin).min(content.len()));
        let column = before.chars().count() as u32 + 1;
        comments.push(Comment {
            line,
            column,
            end_column: column + comment.chars().count() as u32,
            text: comment.strip_prefix(marker).unwrap_or(comment),
            alone: before.trim_start_matches('\u{feff}').trim().is_empty(),
        });
    }
    comments
}
