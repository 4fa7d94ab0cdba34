//! One mutant: an edit of a file with a name that outlives moved lines.

use std::ops::Range;

/// A small fault that could be planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Ten hex digits made of the file, the item around the place, the operator and the edit, and the number of the
    /// place where an item has several alike: no line number is in it.
    pub id: String,
    /// Id of the operator, for instance `tie-break-dropped`.
    pub operator: &'static str,
    /// Path of the file from the root.
    pub file: String,
    /// The item around the place, for instance `Scored::rank_order`; empty for what stands alone in its file.
    pub item: String,
    /// The line of the place, from 1.
    pub line: u32,
    /// The place in bytes.
    pub range: Range<usize>,
    /// What stands there.
    pub before: String,
    /// What is to stand there.
    pub after: String,
}

/// How much of either side a description shows, in characters.
const SHOWN: usize = 70;

impl Mutant {
    /// The edit in one line: where, what, and what instead.
    pub fn edit(&self) -> String {
        let item = if self.item.is_empty() { String::new() } else { format!(", {}", self.item) };
        format!("{}{item}: `{}` -> `{}`", self.file, folded(&self.before), folded(&self.after))
    }

    /// The text of the file with the edit made.
    pub fn planted(&self, text: &str) -> String {
        let mut planted = String::with_capacity(text.len() + self.after.len());
        planted.push_str(&text[..self.range.start]);
        planted.push_str(&self.after);
        planted.push_str(&text[self.range.end..]);
        planted
    }

    /// The lines that the edit touches, as a diff.
    pub fn diff(&self, text: &str) -> String {
        let start = text[..self.range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[self.range.end..].find('\n').map_or(text.len(), |at| self.range.end + at);
        let lines = |sign: char, text: &str| -> String {
            text.lines().map(|line| format!("{sign}{line}\n")).collect()
        };
        let changed =
            format!("{}{}{}", &text[start..self.range.start], self.after, &text[self.range.end..end]);
        lines('-', &text[start..end]) + &lines('+', &changed)
    }
}

/// The text with its white space folded, without backticks, shortened.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace('`', "'");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ..", &line[..end]),
        None => line,
    }
}
