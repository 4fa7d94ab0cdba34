//! A recording as a snapshot of insta: its front matter, then a block a request with one line an item.
//!
//! ```text
//! ---
//! source: services/queue/tests/rankings.rs
//! expression: rankings
//! ---
//! gatefold.golden: 2
//! service: queue
//! rpc: r.v1.Queue/Rank
//! requests: 0a1b2c
//! rankings: 2
//!
//! cold-start/001 in cold-start: OK
//!   model: home-mix-3
//!   without: plays
//!   1. t1 0.9 (freshness=0.4 popularity=0.5)
//!   2. t2 0.5
//!
//! cold-start/002 in cold-start: NOT_FOUND
//! ```
//!
//! Scores are the shortest text that reads back as the same number. A word with white space, `=` or a bracket stands
//! in backticks, which no word has. What insta says of itself in front is no part of the recording.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::format::{FORMAT, READ, check_entry, stages};
use crate::lines::{MAX_LINES, Refusal, check_word};
use crate::ranking::MAX_STAGES;
use crate::recording::{append, complete};
use crate::{Entry, Item, Kind, Noise, Part, Ranking, Recording};

/// The most lines that a snapshot may have: some thousands of requests with their items.
pub const MAX_SNAPSHOT_LINES: usize = 200_000;

/// The most lines of insta's front matter.
const MAX_FRONT: usize = 100;

const FENCE: &str = "---";

/// Reads a snapshot. Refuses what neither `golden accept` nor the library would have written: text that is cut off,
/// ranks that do not count from 1, a newer format, unsorted or repeated ids.
///
/// # Errors
/// With the line of the file, counted from 1 with the front matter.
pub fn parse(text: &str) -> Result<Recording, Refusal> {
    let mut lines = body(text)?;
    let header = header(&mut lines)?;
    let mut entries: Vec<Entry> = Vec::new();
    while let Some((number, line)) = lines.next() {
        if !line.is_empty() {
            return Err(Refusal::at(number, "an empty line stands before each request"));
        }
        let (number, line) =
            lines.next().ok_or_else(|| Refusal::at(number, "the file is cut off: nothing stands below"))?;
        if entries.len() == MAX_LINES {
            let reason = format!("the file has more than the {MAX_LINES} requests that are read");
            return Err(Refusal::at(number, reason));
        }
        append(&mut entries, block(number, line, &mut lines)?)?;
    }
    let (number, announced) = header.rankings;
    complete(number, announced, entries.len())?;
    Ok(Recording { entries, ..header.recording })
}

/// The text that insta compares: all but the front matter. It ends without an end of line, since insta adds that.
pub fn to_body(recording: &Recording) -> String {
    let Recording { service, rpc, requests, clock, seed, entries } = recording;
    let mut text =
        format!("gatefold.golden: {FORMAT}\nservice: {service}\nrpc: {rpc}\nrequests: {requests}\n");
    let under = [("clock", clock.clone()), ("seed", seed.map(|seed| seed.to_string()))];
    for (name, value) in under.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let _ = writeln!(text, "{name}: {value}");
    }
    let _ = writeln!(text, "rankings: {}", entries.len());
    for entry in entries {
        text.push('\n');
        write_block(entry, &mut text);
    }
    text.truncate(text.trim_end().len());
    text
}

/// The whole file, with the front matter that the text had before, or one that insta reads.
pub fn to_text(recording: &Recording, before: Option<&str>) -> String {
    let before = before.unwrap_or_default().replace("\r\n", "\n");
    let front = front(&before).unwrap_or("expression: rankings\n");
    format!("{FENCE}\n{front}{FENCE}\n{}\n", to_body(recording))
}

/// What insta says of itself, between the fences.
fn front(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("---\n")?;
    let end = rest.find("\n---\n")?;
    Some(&rest[..=end])
}

type Numbered<'a> = std::iter::Peekable<std::vec::IntoIter<(u32, &'a str)>>;

/// The lines behind the front matter, with their numbers in the file.
fn body(text: &str) -> Result<Numbered<'_>, Refusal> {
    let count = text.lines().count();
    if text.is_empty() {
        return Err(Refusal::at(1, "the file is empty"));
    }
    if count > MAX_SNAPSHOT_LINES {
        let reason = format!("the file has {count} lines, more than the {MAX_SNAPSHOT_LINES} that are read");
        return Err(Refusal::at(1, reason));
    }
    if !text.ends_with('\n') {
        let last = u32::try_from(count).unwrap_or(u32::MAX);
        return Err(Refusal::at(last, "the file is cut off: its last line does not end"));
    }
    let mut lines = (1..).zip(text.lines());
    if lines.next().is_none_or(|(_, line)| line != FENCE) {
        return Err(Refusal::at(1, "it is no snapshot of insta: the first line is not `---`"));
    }
    if !lines.by_ref().take(MAX_FRONT).any(|(_, line)| line == FENCE) {
        return Err(Refusal::at(1, "the front matter of insta does not end with `---`"));
    }
    Ok(lines.collect::<Vec<_>>().into_iter().peekable())
}

struct Header {
    /// What the header says of it, without a ranking.
    recording: Recording,
    /// How many there are, and the line that says so.
    rankings: (u32, usize),
}

fn header(lines: &mut Numbered<'_>) -> Result<Header, Refusal> {
    let (number, format) = count(field(lines, "gatefold.golden")?)?;
    if !u32::try_from(format).is_ok_and(|format| READ.contains(&format)) {
        let reason = format!("the file has format {format}, this Gatefold reads 1 to {FORMAT}");
        return Err(Refusal::at(number, reason));
    }
    let mut recording = Recording {
        service: field(lines, "service")?.1,
        rpc: field(lines, "rpc")?.1,
        requests: field(lines, "requests")?.1,
        ..Recording::default()
    };
    if is_next(lines, "clock") {
        recording.clock = Some(field(lines, "clock")?.1);
    }
    if is_next(lines, "seed") {
        recording.seed = Some(count(field(lines, "seed")?)?.1);
    }
    let (number, rankings) = count(field(lines, "rankings")?)?;
    let rankings = usize::try_from(rankings).unwrap_or(usize::MAX);
    Ok(Header { recording, rankings: (number, rankings) })
}

/// The value of a line of the header, which must stand there.
fn field(lines: &mut Numbered<'_>, name: &str) -> Result<(u32, String), Refusal> {
    let (number, line) = lines.next().ok_or_else(|| Refusal::at(1, "the header is missing"))?;
    let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
    let value = value.ok_or_else(|| Refusal::at(number, format!("`{name}: ..` should stand here")))?;
    check_word(number, value)?;
    Ok((number, value.to_owned()))
}

fn is_next(lines: &mut Numbered<'_>, name: &str) -> bool {
    lines.peek().is_some_and(|(_, line)| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": ")))
}

fn count((number, value): (u32, String)) -> Result<(u32, u64), Refusal> {
    match value.parse::<u64>() {
        Ok(count) if count.to_string() == value => Ok((number, count)),
        _ => Err(Refusal::at(number, format!("`{value}` is not a number"))),
    }
}

/// One request: its first line and those below it up to the next empty one.
fn block(first: u32, line: &str, lines: &mut Numbered<'_>) -> Result<Entry, Refusal> {
    let (id, segment, status) =
        head(line).ok_or_else(|| Refusal::at(first, "a request is written `ID in SEGMENT: STATUS`"))?;
    let mut ranking = Ranking { status, ..Ranking::default() };
    let mut noise = None;
    let mut written = vec![(first, line)];
    let mut stages: HashSet<String> = HashSet::new();
    while let Some((number, line)) = lines.next_if(|(_, line)| !line.is_empty()) {
        match line.strip_prefix("  noise: ") {
            Some(text) => {
                noise = Some(self::noise(text).ok_or_else(|| {
                    Refusal::at(number, "noise is written `  noise: KIND from RANK, scores by NUMBER`")
                })?)
            }
            None => read_line(number, line, &mut ranking)?,
        }
        written.push((number, line));
        // Counted while they are read: to put them in order takes as long as there are stages times parts.
        let parts = ranking.items.last().map(|item| item.parts.as_slice()).unwrap_or_default();
        stages.extend(parts.iter().map(|part| part.stage.clone()));
        if stages.len() > MAX_STAGES {
            let reason = format!("the ranking has more than the {MAX_STAGES} stages that are read");
            return Err(Refusal::at(number, reason));
        }
    }
    let entry = Entry { id, segment, ranking, noise, line: first };
    check_entry(first, &entry)?;
    let mut again = String::new();
    write_block(&entry, &mut again);
    let mut again = again.lines();
    for (number, line) in written {
        if again.next() != Some(line) {
            let reason = "the line is not as `golden accept` and the library write it: order, spaces or numbers differ";
            return Err(Refusal::at(number, reason));
        }
    }
    Ok(entry)
}

fn head(line: &str) -> Option<(String, String, String)> {
    let (id, rest) = line.split_once(" in ")?;
    let (segment, status) = rest.split_once(": ")?;
    let (status, rest) = word(status)?;
    rest.is_empty().then(|| (id.to_owned(), segment.to_owned(), status))
}

fn read_line(number: u32, line: &str, ranking: &mut Ranking) -> Result<(), Refusal> {
    let unread = || Refusal::at(number, "an item is written `  RANK. ID SCORE (STAGE=SCORE ..)`");
    let rest = line.strip_prefix("  ").ok_or_else(unread)?;
    let named = |value: &str| word(value).filter(|(_, rest)| rest.is_empty()).map(|(word, _)| word);
    if let Some(model) = rest.strip_prefix("model: ") {
        ranking.model = Some(named(model).ok_or_else(unread)?);
        return Ok(());
    }
    if let Some(stage) = rest.strip_prefix("without: ") {
        ranking.degraded.push(named(stage).ok_or_else(unread)?);
        return Ok(());
    }
    let rank = ranking.items.len() + 1;
    let (written, rest) = rest.split_once(". ").ok_or_else(unread)?;
    if written != rank.to_string() {
        return Err(Refusal::at(number, format!("rank {written} stands where rank {rank} should")));
    }
    ranking.items.push(item(rest).ok_or_else(unread)?);
    Ok(())
}

fn noise(text: &str) -> Option<Noise> {
    let (what, drift) = text.split_once(", scores by ")?;
    let (name, rest) = word(what)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name)?;
    let rank = match rest {
        "" => None,
        rest => Some(rest.strip_prefix(" from ")?.parse().ok()?),
    };
    Some(Noise { drift: number(drift)?, kind, rank })
}

fn item(text: &str) -> Option<Item> {
    let (id, rest) = text.split_once(' ')?;
    let (score, given) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut item = Item::new(id, number(score)?);
    if given.is_empty() {
        return Some(item);
    }
    let mut given = given.strip_prefix('(')?.strip_suffix(')')?;
    while !given.is_empty() {
        let (stage, rest) = word(given)?;
        let rest = rest.strip_prefix('=')?;
        let (score, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        item.parts.push(Part { stage, score: number(score)? });
        given = rest;
    }
    Some(item)
}

/// The first word, bare or in backticks, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix('`') {
        let (word, rest) = rest.split_once('`')?;
        return Some((word.to_owned(), rest));
    }
    let end = text.find(is_special).unwrap_or(text.len());
    Some((text[..end].to_owned(), &text[end..]))
}

fn number(text: &str) -> Option<f64> {
    serde_json::from_str(text).ok()
}

fn is_special(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '=' | '(' | ')')
}

fn write_block(entry: &Entry, text: &mut String) {
    let Entry { id, segment, ranking, noise, line: _ } = entry;
    let word = |word: &str| match word.contains(is_special) {
        true => format!("`{word}`"),
        false => word.to_owned(),
    };
    // A score that is not finite has no text and is not read back, as in the other form.
    let number = |score: f64| serde_json::Value::from(score).to_string();
    let mut line = |line: std::fmt::Arguments<'_>| {
        text.write_fmt(line).and_then(|()| text.write_char('\n')).expect("a string takes everything");
    };
    line(format_args!("{id} in {segment}: {}", word(&ranking.status)));
    if let Some(model) = &ranking.model {
        line(format_args!("  model: {}", word(model)));
    }
    for stage in &ranking.degraded {
        line(format_args!("  without: {}", word(stage)));
    }
    if let Some(noise) = noise {
        let rank = noise.rank.map(|rank| format!(" from {rank}")).unwrap_or_default();
        line(format_args!("  noise: {}{rank}, scores by {}", word(noise.kind.name()), number(noise.drift)));
    }
    let stages = stages(ranking);
    for (item, rank) in ranking.items.iter().zip(1_usize..) {
        let parts = stages.iter().filter_map(|stage| item.parts.iter().find(|part| part.stage == **stage));
        let parts: Vec<String> =
            parts.map(|part| format!("{}={}", word(&part.stage), number(part.score))).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" ")) };
        line(format_args!("  {rank}. {} {}{parts}", item.id, number(item.score)));
    }
}
