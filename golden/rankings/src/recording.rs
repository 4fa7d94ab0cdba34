//! The approved rankings of a corpus: `rankings.jsonl`, a header and one line a request, sorted by id.

use crate::Ranking;
use crate::format::{FORMAT, Header, read_entry, read_header, write, write_entry};
use crate::lines::{Refusal, lines};

/// The rankings that a service gave to the requests of a corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// The service that answered.
    pub service: String,
    /// The RPC that was asked, `package.Service/Method`.
    pub rpc: String,
    /// Digest of the requests that were answered, see [`Requests::digest`](crate::Requests::digest).
    pub requests: String,
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
    /// Its line in the file, from 1; the header stands on line 1.
    pub line: u32,
}

impl Recording {
    /// Reads the file. Refuses what `golden accept` would not have written: a cut-off or unsorted file, repeated
    /// ids, scores that are not finite, keys in another order, a newer format. Whether a ranking makes sense is
    /// not its question, see [`Ranking::faults`].
    pub fn parse(text: &str) -> Result<Recording, Refusal> {
        let mut lines = lines(text)?.into_iter();
        let (number, first) = lines.next().ok_or_else(|| Refusal::at(1, "the header is missing"))?;
        let header = read_header(number, first)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(lines.len());
        for (number, line) in lines {
            let entry = read_entry(number, line, header.format)?;
            if let Some(previous) = entries.last().filter(|previous| previous.id >= entry.id) {
                let reason = match previous.id == entry.id {
                    true => format!("`{}` already stands on line {}", entry.id, previous.line),
                    false => format!("`{}` stands below `{}`: lines are sorted by id", entry.id, previous.id),
                };
                return Err(Refusal::at(number, reason));
            }
            entries.push(entry);
        }
        if entries.len() != header.rankings {
            let reason =
                format!("the header announces {} rankings, the file has {}", header.rankings, entries.len());
            return Err(Refusal::at(1, reason));
        }
        Ok(Recording { service: header.service, rpc: header.rpc, requests: header.requests, entries })
    }

    /// The file's text. The same rankings give the same bytes; scores are the shortest text that reads back as the
    /// same number.
    /// A score that is not finite has no text and becomes `null`, which is not read back: such a ranking has
    /// [faults](Ranking::faults) and is not to be recorded.
    pub fn to_text(&self) -> String {
        let header = Header {
            format: FORMAT,
            rankings: self.entries.len(),
            requests: self.requests.clone(),
            rpc: self.rpc.clone(),
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
