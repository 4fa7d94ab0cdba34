//! What stands in git for a bulk recording: small, reviewed, and enough to know whether anything changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::block::WORDS;
use super::writer::About;

/// The version of the format that this reads and writes.
pub const SCHEMA: &str = "gatefold.golden-bulk/1";

/// A bulk recording: what it is about, the words that its rankings use, and the digest of each part of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    schema: String,
    /// Name of the corpus.
    pub corpus: String,
    /// The service that answered.
    pub service: String,
    /// The RPC that was asked.
    pub rpc: String,
    /// Digest of the requests that were answered.
    pub requests: String,
    /// The time at which they were asked, where one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The seed under which they were asked, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Digest of the rankings as such, the same for the text that has them; see [`super::Canonical`].
    pub rankings: String,
    /// How many rankings there are.
    pub lists: u64,
    /// How many items they have together.
    pub items: u64,
    /// How many rankings each segment has.
    pub segments: BTreeMap<String, u64>,
    /// How many rankings have each status.
    pub statuses: BTreeMap<String, u64>,
    /// How many rankings each model made; the empty name stands for none.
    pub models: BTreeMap<String, u64>,
    /// How many rankings went without which stages, joined by line ends; the empty text stands for none.
    pub degraded: BTreeMap<String, u64>,
    /// The identifiers of all items.
    pub dictionary: Section,
    /// The rankings, sorted by the id of their request.
    pub blocks: Vec<Section>,
    /// Digest of everything above: the name of the file in the store.
    pub file: String,
}

/// A part of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Section {
    /// How many rankings, or identifiers, it holds.
    pub count: u64,
    /// How long it is.
    pub bytes: u64,
    /// Its blake3, 64 hex digits.
    pub digest: String,
}

impl Section {
    pub(crate) fn of(count: usize, bytes: &[u8]) -> Self {
        let digest = blake3::hash(bytes).to_hex().to_string();
        Section { count: count as u64, bytes: bytes.len() as u64, digest }
    }
}

impl TryFrom<String> for Section {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = || {
            let mut parts = text.split(' ');
            let (count, bytes) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let digest = parts.next().filter(|digest| is_digest(digest) && parts.next().is_none())?;
            Some(Section { count, bytes, digest: digest.to_owned() })
        };
        read().ok_or_else(|| "a section is written `COUNT BYTES BLAKE3`".to_owned())
    }
}

impl From<Section> for String {
    fn from(section: Section) -> String {
        format!("{} {} {}", section.count, section.bytes, section.digest)
    }
}

/// A digest that can name a file: 64 hex digits, so that it leads nowhere but into the store.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a text is meant as a manifest, of whatever version.
pub(crate) fn is_manifest(text: &str, schema: &str) -> bool {
    let family = schema.split('/').next().unwrap_or_default();
    let start: String = text.chars().take(200).filter(|letter| !letter.is_whitespace()).collect();
    start.starts_with(&format!("{{\"schema\":\"{family}/"))
}

#[derive(Deserialize)]
struct Version {
    schema: String,
}

/// The JSON of a manifest of this version; the reason where it is not one.
pub(crate) fn parse_json<'a, T: Deserialize<'a>>(text: &'a str, schema: &str) -> Result<T, String> {
    let broken = |error: serde_json::Error| format!("it does not parse: {error}");
    let version: Version = serde_json::from_str(text).map_err(broken)?;
    if version.schema != schema {
        let found: String = version.schema.chars().filter(|letter| !letter.is_control()).take(80).collect();
        return Err(format!("it has the format `{found}`, this Gatefold reads `{schema}`"));
    }
    serde_json::from_str(text).map_err(broken)
}

impl Manifest {
    /// Reads a manifest; the reason where it is not as `golden accept` wrote it.
    pub fn parse(text: &str) -> Result<Manifest, String> {
        let manifest: Manifest = parse_json(text, SCHEMA)?;
        if manifest.digest() != manifest.file {
            return Err("its digest does not fit: it was damaged, or edited by hand".to_owned());
        }
        if manifest.to_text() != text.replace("\r\n", "\n") {
            return Err("it is not as `golden accept` writes it".to_owned());
        }
        let sum = |counts: &BTreeMap<String, u64>| {
            counts.values().try_fold(0_u64, |sum, count| sum.checked_add(*count))
        };
        let tables = [&manifest.segments, &manifest.statuses, &manifest.models, &manifest.degraded];
        let in_blocks = manifest.blocks.iter().try_fold(0_u64, |sum, block| sum.checked_add(block.count));
        if tables.into_iter().map(sum).chain([in_blocks]).any(|sum| sum != Some(manifest.lists)) {
            return Err("its counts contradict each other".to_owned());
        }
        Ok(manifest)
    }

    /// The file's text. The same rankings give the same bytes.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("strings and numbers can be written");
        text.push('\n');
        text
    }

    pub(crate) fn begun(about: About) -> Manifest {
        let About { corpus, service, rpc, requests, clock, seed } = about;
        Manifest { corpus, service, rpc, requests, clock, seed, ..Manifest::default() }
    }

    pub(crate) fn with_words(self, words: [BTreeMap<String, u64>; WORDS]) -> Manifest {
        let [segments, statuses, models, degraded] = words;
        Manifest { segments, statuses, models, degraded, ..self }
    }

    /// With its own digest and the name of its format.
    pub(crate) fn sealed(mut self) -> Manifest {
        self.schema = SCHEMA.to_owned();
        self.file = self.digest();
        self
    }

    fn digest(&self) -> String {
        let unsealed = Manifest { file: String::new(), ..self.clone() };
        let text = serde_json::to_string(&unsealed).expect("strings and numbers can be written");
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}
