//! The approved rankings of a corpus, sorted by id: as `rankings.jsonl`, a header and one line a request, or as
//! [a snapshot](crate::snapshot) of insta.

use crate::format::{FORMAT, Header, read_entry, read_header, write, write_entry};
use crate::lines::{Refusal, lines};
use crate::{Noise, Ranking, snapshot};

/// The rankings that a service gave to the requests of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The service that answered.
    pub service: String,
    /// The RPC that was asked, `package.Service/Method`.
    pub rpc: String,
    /// Digest of the requests that were answered, see [`Requests::digest`](crate::Requests::digest).
    pub requests: String,
    /// The time of RFC 3339 at which it was asked, where that stood still.
    pub clock: Option<String>,
    /// The seed under which it was asked, where there was one.
    pub seed: Option<u64>,
    /// One a request, sorted by id.
    pub entries: Vec<Entry>,
}

/// The ranking of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The request's id.
    pub id: String,
    /// The request's segment.
    pub segment: String,
    /// What was answered.
    pub ranking: Ranking,
    /// How far the answers of several runs differed when it was recorded, where they did beyond tolerance.
    pub noise: Option<Noise>,
    /// Its line in the file, from 1; the header stands on line 1.
    pub line: u32,
}

/// How the file of a recording is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON, a line a request.
    Lines,
    /// A snapshot of insta.
    Snapshot,
}

impl Form {
    /// The form of the file at a path: a snapshot where it ends in `.snap`.
    pub fn of(path: &str) -> Form {
        if path.ends_with(".snap") { Form::Snapshot } else { Form::Lines }
    }
}

impl Recording {
    /// Reads a file in the form that its path says.
    ///
    /// # Errors
    /// As [`Recording::parse`].
    pub fn read(text: &str, form: Form) -> Result<Recording, Refusal> {
        match form {
            Form::Lines => Recording::parse(text),
            Form::Snapshot => snapshot::parse(text),
        }
    }

    /// The file's text in a form. `before` is the text that it replaces, whose front matter a snapshot keeps.
    pub fn write(&self, form: Form, before: Option<&str>) -> String {
        match form {
            Form::Lines => self.to_text(),
            Form::Snapshot => snapshot::to_text(self, before),
        }
    }

    /// Reads `rankings.jsonl`. Refuses what `golden accept` would not have written: a cut-off or unsorted file, repeated
    /// ids, scores that are not finite, keys in another order, a newer format. Whether a ranking makes sense is
    /// not its question, see [`Ranking::faults`].
    pub fn parse(text: &str) -> Result<Recording, Refusal> {
        let mut lines = lines(text)?.into_iter();
        let (number, first) = lines.next().ok_or_else(|| Refusal::at(1, "the header is missing"))?;
        let header = read_header(number, first)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(lines.len());
        for (number, line) in lines {
            let entry = read_entry(number, line, header.format)?;
            append(&mut entries, entry)?;
        }
        complete(1, header.rankings, entries.len())?;
        let Header { service, rpc, requests, clock, seed, .. } = header;
        Ok(Recording { service, rpc, requests, clock, seed, entries })
    }

    /// The file's text. The same rankings give the same bytes; scores are the shortest text that reads back as the
    /// same number.
    /// A score that is not finite has no text and becomes `null`, which is not read back: such a ranking has
    /// [faults](Ranking::faults) and is not to be recorded.
    pub fn to_text(&self) -> String {
        let header = Header {
            clock: self.clock.clone(),
            format: FORMAT,
            rankings: self.entries.len(),
            requests: self.requests.clone(),
            rpc: self.rpc.clone(),
            seed: self.seed,
            service: self.service.clone(),
        };
        let mut text = write(&header);
        for entry in &self.entries {
            text.push_str(&write_entry(entry));
        }
        text
    }

    /// The entry of a request.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        Some(&self.entries[at])
    }
}

/// Adds an entry below the others. Refuses one that stands already, and one out of order.
pub(crate) fn append(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), Refusal> {
    if let Some(previous) = entries.last().filter(|previous| previous.id >= entry.id) {
        let reason = match previous.id == entry.id {
            true => format!("`{}` already stands on line {}", entry.id, previous.line),
            false => format!("`{}` stands below `{}`: requests are sorted by id", entry.id, previous.id),
        };
        return Err(Refusal::at(entry.line, reason));
    }
    entries.push(entry);
    Ok(())
}

/// Refuses a file that has not as many rankings as its header says on that line.
pub(crate) fn complete(line: u32, announced: usize, found: usize) -> Result<(), Refusal> {
    if found == announced {
        return Ok(());
    }
    Err(Refusal::at(line, format!("the header announces {announced} rankings, the file has {found}")))
}
