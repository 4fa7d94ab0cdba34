//! The approved rankings of a corpus: `rankings.jsonl`, a header and one line a request, sorted by id.

use serde::{Deserialize, Serialize};

use crate::lines::{Refusal, check_id, check_word, lines};
use crate::ranking::MAX_ITEMS;
use crate::{Item, Ranking};

/// The version of the format that this reads and writes.
pub const FORMAT: u32 = 1;

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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "gatefold.golden")]
    format: u32,
    rankings: usize,
    requests: String,
    rpc: String,
    service: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "gatefold.golden")]
    format: u32,
}

// The fields stand in alphabetical order, because that is the order they are written in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    degraded: Vec<String>,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    ranking: Vec<Placed>,
    segment: String,
    status: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placed {
    id: String,
    score: f64,
}

impl Recording {
    /// Reads the file. Refuses what `golden accept` would not have written: a cut-off or unsorted file, repeated
    /// ids, scores that are not finite, keys in another order, a newer format. Whether a ranking makes sense is
    /// not its question, see [`Ranking::faults`].
    pub fn parse(text: &str) -> Result<Recording, Refusal> {
        let mut lines = lines(text)?.into_iter();
        let (number, first) = lines.next().ok_or_else(|| Refusal::at(1, "the header is missing"))?;
        let header = header(number, first)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(lines.len());
        for (number, line) in lines {
            let entry = entry(number, line)?;
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
        let mut text = json(&header);
        for entry in &self.entries {
            text.push_str(&json(&Line::of(entry)));
        }
        text
    }

    /// The entry of a request.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        Some(&self.entries[at])
    }
}

fn json(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).expect("strings and numbers can be written");
    text.push('\n');
    text
}

fn header(number: u32, line: &str) -> Result<Header, Refusal> {
    let version: Version = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    if version.format != FORMAT {
        let reason = format!("the file has format {}, this Gatefold reads {FORMAT}", version.format);
        return Err(Refusal::at(number, reason));
    }
    let header: Header = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    for word in [&header.service, &header.rpc, &header.requests] {
        check_word(number, word)?;
    }
    Ok(header)
}

fn entry(number: u32, line: &str) -> Result<Entry, Refusal> {
    let read: Line = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    check_id(number, &read.id)?;
    check_id(number, &read.segment)?;
    for word in read.degraded.iter().chain(&read.model).chain([&read.status]) {
        check_word(number, word)?;
    }
    if read.ranking.len() > MAX_ITEMS {
        let reason =
            format!("the ranking has {} items, more than the {MAX_ITEMS} that are read", read.ranking.len());
        return Err(Refusal::at(number, reason));
    }
    for placed in &read.ranking {
        check_id(number, &placed.id)?;
    }
    if json(&read).trim_end() != line {
        return Err(Refusal::at(
            number,
            "the line is not as `golden accept` writes it: keys, spaces or numbers differ",
        ));
    }
    let items = read.ranking.into_iter().map(|placed| Item { id: placed.id, score: placed.score }).collect();
    let ranking = Ranking { status: read.status, items, model: read.model, degraded: read.degraded };
    Ok(Entry { id: read.id, segment: read.segment, ranking, line: number })
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let ranking = &entry.ranking;
        let placed = |item: &Item| Placed { id: item.id.clone(), score: item.score };
        Line {
            degraded: ranking.degraded.clone(),
            id: entry.id.clone(),
            model: ranking.model.clone(),
            ranking: ranking.items.iter().map(placed).collect(),
            segment: entry.segment.clone(),
            status: ranking.status.clone(),
        }
    }
}
