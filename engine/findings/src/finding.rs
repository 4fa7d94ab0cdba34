//! A finding: one thing that is wrong at one place, with its evidence.

use serde::{Deserialize, Serialize};

use crate::{Level, Rule};

/// A stretch of source text. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column just behind the last character.
    pub end_column: u32,
}

impl Span {
    /// A span within one line.
    pub fn on_line(line: u32, column: u32, end_column: u32) -> Self {
        Span { line, column, end_line: line, end_column }
    }
}

/// A place in a file, or the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Path from the root, with `/`.
    pub file: String,
    /// Where in the file; `None` means the file as a whole.
    pub span: Option<Span>,
}

impl Location {
    /// The file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Location { file: path.into(), span: None }
    }

    /// A stretch of the file.
    pub fn at(path: impl Into<String>, span: Span) -> Self {
        Location { file: path.into(), span: Some(span) }
    }

    /// A position of which only line and column are known.
    pub fn point(path: impl Into<String>, line: u32, column: u32) -> Self {
        Location::at(path, Span::on_line(line, column, column + 1))
    }
}

/// The side of a change that a location is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Before the change. Its text cannot be drawn from the files that are there now.
    Base,
    /// After it.
    #[default]
    Head,
}

/// Evidence for a finding: a link of an import chain, the old proto line, how a ranking moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Where the evidence stands, if it stands anywhere.
    pub location: Option<Location>,
    /// The side that the location is on.
    pub side: Side,
    /// What it shows. May have several lines.
    pub text: String,
}

/// A replacement of bytes in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Path from the root, with `/`.
    pub file: String,
    /// Byte range in the file as it is.
    pub range: std::ops::Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// What the note of an exception begins with, before its reason.
const EXCEPTED: &str = "excepted here: ";

/// A repair that a program can carry out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it can be applied without being read first.
    pub safe: bool,
}

/// What an approval of a finding is bound to: contents on both sides, never commits, so that it survives a
/// rebase and a merge queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Digest of what the base had; empty where it had nothing.
    pub base: String,
    /// Digest of what head has; empty where it has nothing.
    pub head: String,
}

/// One of the things that a finding is about, which is approved by itself: the ranking of one request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Delta {
    /// What it is called within the finding.
    pub of: String,
    /// Digest of everything that an approval of it binds: what was, what is, and what it was judged by.
    pub digest: String,
}

/// One thing that is wrong at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that fired: a value, never a variant of an enum over the guards.
    pub rule: &'static Rule,
    /// The rule's default level, until policy is applied.
    pub level: Level,
    /// Where; `None` for what has no place, such as a missing file.
    pub location: Option<Location>,
    /// What is wrong here: one line, lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do: imperative.
    pub help: Option<String>,
    /// Evidence.
    pub notes: Vec<Note>,
    /// A repair.
    pub fix: Option<Fix>,
    /// What makes this finding this finding, independent of line numbers: the flagged tokens, the enclosing
    /// item, full proto names, the target path of an edge.
    pub facts: Vec<String>,
    /// What an approval binds; `None` means the contents of the file on both sides.
    pub judged: Option<Judged>,
    /// Where the finding is about many things that are approved one by one: each of them. Empty means that an approval
    /// binds the whole.
    pub deltas: Vec<Delta>,
}

impl Finding {
    /// A finding of a rule at a place.
    pub fn new(
        rule: &'static Rule,
        location: impl Into<Option<Location>>,
        message: impl Into<String>,
    ) -> Self {
        Finding {
            rule,
            level: rule.level,
            location: location.into(),
            message: message.into(),
            help: None,
            notes: Vec::new(),
            fix: None,
            facts: Vec::new(),
            judged: None,
            deltas: Vec::new(),
        }
    }

    /// With the two contents that an approval of it binds.
    #[must_use]
    pub fn judged(mut self, base: impl AsRef<[u8]>, head: impl AsRef<[u8]>) -> Self {
        self.judged = Some(Judged { base: digest(base.as_ref()), head: digest(head.as_ref()) });
        self
    }

    /// With the things that an approval of it accepts one by one.
    #[must_use]
    pub fn deltas(mut self, deltas: Vec<Delta>) -> Self {
        self.deltas = deltas;
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With evidence that has no place.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(Note { location: None, side: Side::Head, text: text.into() });
        self
    }

    /// With evidence that stands somewhere at head.
    #[must_use]
    pub fn note_at(mut self, location: Location, text: impl Into<String>) -> Self {
        self.notes.push(Note { location: Some(location), side: Side::Head, text: text.into() });
        self
    }

    /// With the exception in the code that covers it, and why.
    #[must_use]
    pub fn excepted(self, exception: Location, reason: &str) -> Self {
        self.note_at(exception, format!("{EXCEPTED}{reason}"))
    }

    /// Why an exception covers it.
    pub(crate) fn excepted_because(&self) -> Option<&str> {
        self.notes.iter().find_map(|note| note.text.strip_prefix(EXCEPTED))
    }

    /// With evidence that stood somewhere at the base: the old proto line, the test as it was.
    #[must_use]
    pub fn note_at_base(mut self, location: Location, text: impl Into<String>) -> Self {
        self.notes.push(Note { location: Some(location), side: Side::Base, text: text.into() });
        self
    }

    /// With a fact that belongs to its identity. White space in it is folded.
    #[must_use]
    pub fn fact(mut self, fact: impl AsRef<str>) -> Self {
        self.facts.push(fact.as_ref().split_whitespace().collect::<Vec<_>>().join(" "));
        self
    }

    /// The file that it stands in, if any.
    pub fn file(&self) -> Option<&str> {
        self.location.as_ref().map(|location| location.file.as_str())
    }

    /// The identity of this finding over time: rule, file and facts, never a line number. 32 hex digits.
    pub fn fingerprint(&self) -> String {
        self.fingerprint_in(self.file().unwrap_or_default())
    }

    /// The fingerprint that it would have in another file, for following a rename.
    pub fn fingerprint_in(&self, file: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in [self.rule.id, file].into_iter().chain(self.facts.iter().map(String::as_str)) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }
}

/// The digest of a content in approvals and reports: the first 32 hex digits of its BLAKE3 hash, and the empty
/// text for an empty content.
pub fn digest(content: &[u8]) -> String {
    if content.is_empty() {
        return String::new();
    }
    blake3::hash(content).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::rule! {
        /// Only for tests.
        static SAMPLE = { id: "sample", guard: "tests", group: "tests", level: Error, summary: "finds samples" };
    }

    fn sample(file: &str, line: u32, fact: &str) -> Finding {
        Finding::new(&SAMPLE, Location::point(file, line, 1), "a sample").fact(fact)
    }

    #[test]
    fn a_fingerprint_ignores_the_line_and_folds_white_space() {
        assert_eq!(sample("a.rs", 1, "x  . y").fingerprint(), sample("a.rs", 9, "x .\n y").fingerprint());
    }

    #[test]
    fn a_fingerprint_depends_on_file_and_facts() {
        assert_ne!(sample("a.rs", 1, "x").fingerprint(), sample("b.rs", 1, "x").fingerprint());
        assert_ne!(sample("a.rs", 1, "x").fingerprint(), sample("a.rs", 1, "y").fingerprint());
        assert_eq!(sample("a.rs", 1, "x").fingerprint_in("b.rs"), sample("b.rs", 1, "x").fingerprint());
    }
}
