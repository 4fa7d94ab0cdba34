//! Requests of corpora that do not belong into reviewed text: JSONL in the store, sorted by id, and a manifest in git.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::manifest::{is_digest, parse_json};
use super::store::{Kind, Store};
use crate::{Case, Requests};

/// The version of the format that this reads and writes.
pub const REQUESTS_SCHEMA: &str = "gatefold.golden-requests/1";

/// The longest request that is read, in bytes.
const MAX_LINE_BYTES: u64 = 4 << 20;

/// What stands in git for requests in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestsManifest {
    schema: String,
    /// How many requests there are.
    pub requests: u64,
    /// How many each segment has.
    pub segments: BTreeMap<String, u64>,
    /// The file's length.
    pub bytes: u64,
    /// The file's BLAKE3, 64 hex digits: its name in the store.
    pub file: String,
}

impl RequestsManifest {
    /// Reads a manifest; the reason where it is not as `golden store` wrote it.
    pub fn parse(text: &str) -> Result<RequestsManifest, String> {
        let manifest: RequestsManifest = parse_json(text, REQUESTS_SCHEMA)?;
        if manifest.to_text() != text.replace("\r\n", "\n") || !is_digest(&manifest.file) {
            return Err("it is not as `golden store` writes it".to_owned());
        }
        Ok(manifest)
    }

    /// The file's text. The same requests give the same bytes.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers can be written");
        text.push('\n');
        text
    }
}

/// Puts a file of requests into the store, sorted by id, each request once. In memory are the ids.
///
/// # Errors
/// Where the file cannot be read, is not such a file, or the store cannot be written; the reason.
pub fn store_requests(store: &Store, path: &Path) -> Result<RequestsManifest, String> {
    let failed = |error: std::io::Error| format!("failed to read `{}`: {error}", path.display());
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let mut places: Vec<(String, u64, u64)> = Vec::new();
    let mut manifest = RequestsManifest { schema: REQUESTS_SCHEMA.to_owned(), ..RequestsManifest::default() };
    let (mut at, mut line) = (0, Vec::new());
    while read_line(&mut file, &mut line, path.display())? {
        let number = places.len() + 1;
        let case = case(&line).map_err(|reason| format!("`{}`, line {number}: {reason}", path.display()))?;
        let length = line.len() as u64;
        places.push((case.id, at, length));
        *manifest.segments.entry(case.segment).or_default() += 1;
        at += length;
    }
    places.sort_unstable();
    if let Some(twice) = places.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("`{}` has `{}` twice", path.display(), twice[0].0));
    }
    let (mut draft, mut hasher) = (store.draft()?, blake3::Hasher::new());
    for (_, from, length) in &places {
        // Within what is buffered where the file was sorted before.
        let here = file.stream_position().map_err(failed)?;
        let step = i64::try_from(*from).ok().zip(i64::try_from(here).ok()).map(|(from, here)| from - here);
        match step {
            Some(step) => file.seek_relative(step).map_err(failed)?,
            None => file.seek(SeekFrom::Start(*from)).map(|_| ()).map_err(failed)?,
        }
        line.clear();
        (&mut file).take(*length).read_to_end(&mut line).map_err(failed)?;
        hasher.update(&line);
        draft.write(&line)?;
    }
    manifest.requests = places.len() as u64;
    manifest.bytes = at;
    manifest.file = hasher.finalize().to_hex().to_string();
    draft.keep(Kind::Requests, &manifest.file)?;
    Ok(manifest)
}

/// The next line with its end; `false` at the end of the file.
fn read_line(
    file: &mut impl BufRead,
    line: &mut Vec<u8>,
    name: impl std::fmt::Display,
) -> Result<bool, String> {
    line.clear();
    let failed = |error: std::io::Error| format!("failed to read `{name}`: {error}");
    file.take(MAX_LINE_BYTES).read_until(b'\n', line).map_err(failed)?;
    match line.last() {
        None => Ok(false),
        Some(b'\n') => Ok(true),
        Some(_) if line.len() as u64 == MAX_LINE_BYTES => {
            Err(format!("`{name}` has a line of more than the {MAX_LINE_BYTES} bytes that are read"))
        }
        Some(_) => Err(format!("`{name}` is cut off: its last line does not end")),
    }
}

/// The request on a line.
fn case(line: &[u8]) -> Result<Case, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let read = Requests::parse(text).map_err(|refusal| refusal.reason)?;
    read.cases.into_iter().next().ok_or_else(|| "the line is empty".to_owned())
}

/// The requests of one side in the order of their ids, whatever form they are kept in.
pub(crate) enum Asked<'a> {
    Text(std::vec::IntoIter<&'a Case>),
    Bulk(Box<Stream>),
}

impl<'a> Asked<'a> {
    pub(crate) fn of_text(requests: &'a Requests) -> Asked<'a> {
        let mut cases: Vec<&Case> = requests.cases.iter().collect();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        Asked::Text(cases.into_iter())
    }

    pub(crate) fn of_bulk(store: &Store, manifest: RequestsManifest) -> Result<Asked<'a>, String> {
        let file = store.open(Kind::Requests, &manifest.file)?;
        let name = Store::name(Kind::Requests, &manifest.file);
        let (lines, hasher) = (BufReader::with_capacity(1 << 20, file), blake3::Hasher::new());
        Ok(Asked::Bulk(Box::new(Stream {
            name,
            manifest,
            lines,
            hasher,
            last: String::new(),
            count: 0,
            line: Vec::new(),
        })))
    }

    /// The next request; `None` at the end. An error also at the end, where the file was not the one that its manifest
    /// names: then nothing that it said counts.
    pub(crate) fn next(&mut self) -> Result<Option<Case>, String> {
        match self {
            Asked::Text(cases) => Ok(cases.next().cloned()),
            Asked::Bulk(stream) => stream.next(),
        }
    }
}

/// Requests that are being read from the store.
pub(crate) struct Stream {
    name: String,
    manifest: RequestsManifest,
    lines: BufReader<File>,
    hasher: blake3::Hasher,
    last: String,
    count: u64,
    line: Vec<u8>,
}

impl Stream {
    fn next(&mut self) -> Result<Option<Case>, String> {
        if !read_line(&mut self.lines, &mut self.line, &self.name)? {
            let is_the_one = *self.hasher.finalize().to_hex() == *self.manifest.file
                && self.count == self.manifest.requests;
            return match is_the_one {
                true => Ok(None),
                false => Err(format!("`{}` in the store is not the file that its manifest names", self.name)),
            };
        }
        self.hasher.update(&self.line);
        self.count += 1;
        let case =
            case(&self.line).map_err(|reason| format!("`{}`, line {}: {reason}", self.name, self.count))?;
        if case.id <= self.last {
            return Err(format!(
                "`{}`: `{}` stands below `{}`: requests are sorted by id",
                self.name, case.id, self.last
            ));
        }
        self.last.clone_from(&case.id);
        Ok(Some(case))
    }
}
