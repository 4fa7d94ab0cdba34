//! What both files of a corpus share: one JSON value a line, nothing between, the last line whole.

/// The most lines that a file of a corpus may have. Larger corpora do not belong into reviewed text.
pub const MAX_LINES: usize = 20_000;

/// The longest identifier, in bytes.
pub const MAX_ID_BYTES: usize = 256;

/// Why a file of a corpus is not read: never half of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line that is wrong, from 1.
    pub line: u32,
    /// What is wrong: a fragment without a full stop.
    pub reason: String,
}

impl Refusal {
    /// A refusal of a line, counted from 1.
    pub fn at(line: u32, reason: impl Into<String>) -> Self {
        Refusal { line, reason: reason.into() }
    }

    /// A line that is not the JSON it should be.
    pub fn json(line: u32, error: &serde_json::Error) -> Self {
        // Its own line counts from the start of the line and would mislead; its words may quote the file.
        let text = error.to_string();
        let reason = text.split(" at line ").next().unwrap_or_default();
        let reason: String = reason.chars().filter(|letter| !letter.is_control()).take(200).collect();
        Refusal::at(line, format!("it does not parse at column {}: {reason}", error.column()))
    }
}

/// The lines with their numbers. Refuses an empty file, an empty line, a last line without an end, and too many.
pub fn lines(text: &str) -> Result<Vec<(u32, &str)>, Refusal> {
    let last = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    if text.is_empty() {
        return Err(Refusal::at(1, "the file is empty"));
    }
    // One more, for the header of a recording.
    if last as usize > MAX_LINES + 1 {
        return Err(Refusal::at(
            1,
            format!("the file has {last} lines, more than the {MAX_LINES} that are read"),
        ));
    }
    if !text.ends_with('\n') {
        return Err(Refusal::at(last, "the file is cut off: its last line does not end"));
    }
    let lines: Vec<(u32, &str)> = (1..).zip(text.lines()).collect();
    match lines.iter().find(|(_, line)| line.trim().is_empty()) {
        Some((number, _)) => Err(Refusal::at(*number, "the line is empty")),
        None => Ok(lines),
    }
}

/// Refuses identifiers that are empty, too long or not fit to be shown.
pub fn check_id(line: u32, id: &str) -> Result<(), Refusal> {
    if is_id(id) {
        return Ok(());
    }
    let reason = format!("an identifier has 1 to {MAX_ID_BYTES} bytes, without white space and backticks");
    Err(Refusal::at(line, reason))
}

/// Refuses words that are too long or not fit to be shown.
pub fn check_word(line: u32, word: &str) -> Result<(), Refusal> {
    if is_word(word) {
        return Ok(());
    }
    let reason = format!("a name has 1 to {MAX_ID_BYTES} bytes, without control characters and backticks");
    Err(Refusal::at(line, reason))
}

/// Whether it can identify a request or an item.
pub fn is_id(id: &str) -> bool {
    is_word(id) && !id.contains(char::is_whitespace)
}

/// Whether it can be named in a report: a status, a stage, the version of a model.
pub fn is_word(word: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&word.len())
        && !word.contains(|letter: char| letter.is_control() || letter == '`')
}
