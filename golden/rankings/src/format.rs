//! The text of a recording: its header and its lines, read and written.
//!
//! Format 2 says what each stage gave to the scores: the names of the stages once a line, the numbers beside each
//! score. A line without them is the same in both formats.

use serde::{Deserialize, Serialize};

use crate::lines::{Refusal, check_id, check_word};
use crate::ranking::{MAX_ITEMS, MAX_STAGES};
use crate::{Entry, Item, Noise, Part, Ranking};

/// The version of the format that is written.
pub const FORMAT: u32 = 2;

/// The versions that are read.
pub(crate) const READ: std::ops::RangeInclusive<u32> = 1..=FORMAT;

// The fields stand in alphabetical order, because that is the order they are written in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clock: Option<String>,
    #[serde(rename = "gatefold.golden")]
    pub(crate) format: u32,
    pub(crate) rankings: usize,
    pub(crate) requests: String,
    pub(crate) rpc: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    pub(crate) service: String,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "gatefold.golden")]
    format: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    degraded: Vec<String>,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    noise: Option<Noise>,
    ranking: Vec<Placed>,
    segment: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stages: Vec<String>,
    status: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Placed {
    id: String,
    /// One a stage of the line; `null` for a stage that gave nothing to this item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Option<f64>>,
    score: f64,
}

/// The value as the file has it, on a line of its own.
pub(crate) fn write(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).expect("strings and numbers can be written");
    text.push('\n');
    text
}

pub(crate) fn write_entry(entry: &Entry) -> String {
    write(&Line::of(entry))
}

pub(crate) fn read_header(number: u32, line: &str) -> Result<Header, Refusal> {
    let version: Version = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    if !READ.contains(&version.format) {
        let reason = format!("the file has format {}, this Gatefold reads 1 to {FORMAT}", version.format);
        return Err(Refusal::at(number, reason));
    }
    let header: Header = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    for word in [&header.service, &header.rpc, &header.requests].into_iter().chain(&header.clock) {
        check_word(number, word)?;
    }
    if header.format == 1 && (header.clock.is_some() || header.seed.is_some()) {
        return Err(Refusal::at(number, "it names a clock or a seed, which format 1 has not"));
    }
    Ok(header)
}

/// Reads a line of a file of that format.
pub(crate) fn read_entry(number: u32, line: &str, format: u32) -> Result<Entry, Refusal> {
    let read: Line = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
    check_line(number, &read, format)?;
    let stages = &read.stages;
    let item = |placed: Placed| {
        let given = stages.iter().zip(placed.parts).filter_map(|(stage, score)| Some((stage, score?)));
        let parts = given.map(|(stage, score)| Part { stage: stage.clone(), score }).collect();
        Item { id: placed.id, score: placed.score, parts }
    };
    let items = read.ranking.into_iter().map(item).collect();
    let ranking = Ranking { status: read.status, items, model: read.model, degraded: read.degraded };
    let Line { id, segment, noise, .. } = read;
    let entry = Entry { id, segment, ranking, noise, line: number };
    // Also what the parts would be written as, so that stages stand in their order and each gave something.
    if write_entry(&entry).trim_end() != line {
        return Err(Refusal::at(
            number,
            "the line is not as `golden accept` writes it: keys, spaces or numbers differ",
        ));
    }
    Ok(entry)
}

fn check_line(number: u32, read: &Line, format: u32) -> Result<(), Refusal> {
    check_id(number, &read.id)?;
    check_id(number, &read.segment)?;
    for word in read.degraded.iter().chain(&read.model).chain([&read.status]).chain(&read.stages) {
        check_word(number, word)?;
    }
    for (what, count, most) in
        [("items", read.ranking.len(), MAX_ITEMS), ("stages", read.stages.len(), MAX_STAGES)]
    {
        if count > most {
            let reason = format!("the ranking has {count} {what}, more than the {most} that are read");
            return Err(Refusal::at(number, reason));
        }
    }
    if format == 1 && (read.noise.is_some() || !read.stages.is_empty()) {
        return Err(Refusal::at(number, "it names stages or noise, which format 1 has not"));
    }
    if read.noise.is_some_and(|noise| !noise.is_fit()) {
        let reason = "noise has a finite `drift`, and a `rank` from 1 unless only scores differ";
        return Err(Refusal::at(number, reason));
    }
    for placed in &read.ranking {
        check_id(number, &placed.id)?;
        if !placed.parts.is_empty() && placed.parts.len() != read.stages.len() {
            let (id, parts, stages) = (&placed.id, placed.parts.len(), read.stages.len());
            return Err(Refusal::at(number, format!("`{id}` has {parts} parts for {stages} stages")));
        }
    }
    Ok(())
}

/// Refuses what no form of a recording can hold: words that are not fit to be shown, and too much of anything.
pub(crate) fn check_entry(number: u32, entry: &Entry) -> Result<(), Refusal> {
    let line = Line::of(entry);
    check_line(number, &line, FORMAT)?;
    let finite = line.ranking.iter().flat_map(|placed| placed.parts.iter().flatten().chain([&placed.score]));
    match finite.into_iter().all(|score| score.is_finite()) {
        true => Ok(()),
        false => Err(Refusal::at(number, "a score is not a finite number")),
    }
}

impl Line {
    fn of(entry: &Entry) -> Self {
        let ranking = &entry.ranking;
        let stages = stages(ranking);
        let placed = |item: &Item| {
            let given =
                |stage: &&str| item.parts.iter().find(|part| part.stage == **stage).map(|part| part.score);
            let parts = if item.parts.is_empty() { Vec::new() } else { stages.iter().map(given).collect() };
            Placed { id: item.id.clone(), parts, score: item.score }
        };
        Line {
            degraded: ranking.degraded.clone(),
            id: entry.id.clone(),
            model: ranking.model.clone(),
            noise: entry.noise,
            ranking: ranking.items.iter().map(placed).collect(),
            segment: entry.segment.clone(),
            stages: stages.iter().map(|stage| (*stage).to_owned()).collect(),
            status: ranking.status.clone(),
        }
    }
}

/// The stages that gave something to any item, in the order in which they are met from the top.
pub(crate) fn stages(ranking: &Ranking) -> Vec<&str> {
    let mut stages: Vec<&str> = Vec::new();
    for part in ranking.items.iter().flat_map(|item| &item.parts) {
        if !stages.contains(&part.stage.as_str()) {
            stages.push(&part.stage);
        }
    }
    stages
}
