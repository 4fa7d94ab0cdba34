//! The section `golden` of the policy: which corpora there are, and where a response says what was ranked.

use std::collections::{BTreeMap, BTreeSet};

use ::policy::{Direction, Document, Key, PolicyError, Section};
use serde::Deserialize;

use crate::Tolerance;

/// The section `golden`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Every corpus, by name; without one the guard is not configured.
    #[serde(deserialize_with = "named")]
    pub corpora: Vec<Corpus>,
}

/// One corpus: requests to one RPC of one service, and the rankings approved for them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// What the policy calls it.
    #[serde(skip)]
    pub name: String,
    /// The service, as `services` names it; by default the name of the corpus.
    #[serde(default)]
    pub service: String,
    /// Full name of the RPC, `package.Service/Method`.
    pub rpc: String,
    /// Path of the requests from the root; see [`Corpus::requests`].
    #[serde(default)]
    requests: Option<String>,
    /// Path of the approved rankings from the root; see [`Corpus::rankings`].
    #[serde(default)]
    rankings: Option<String>,
    /// Path of the repeated field of the response that holds the ranked items, with `.` between field names. Fields on
    /// the way may be repeated too.
    pub items: String,
    /// Path of the identifier within an item.
    pub id: String,
    /// Path of the score within an item.
    pub score: String,
    /// Path of the repeated field within an item that says what each stage gave to its score.
    #[serde(default)]
    pub parts: Option<String>,
    /// Path of the stage's name within one of the parts.
    #[serde(default = "stage")]
    pub stage: String,
    /// Path of what the stage gave within one of the parts.
    #[serde(default = "value")]
    pub value: String,
    /// Path of the model's version in the response.
    #[serde(default)]
    pub model: Option<String>,
    /// Path of the repeated field of the response that lists stages that were done without.
    #[serde(default)]
    pub degraded: Option<String>,
    /// Path of the field of the request that says how many items are asked for at most.
    #[serde(default)]
    pub limit: Option<String>,
    /// Whether scores must never increase down the list.
    #[serde(default = "yes")]
    pub descending: bool,
    /// How far scores may lie apart.
    #[serde(default)]
    pub tolerance: Tolerance,
    /// The fewest requests that the corpus must have.
    #[serde(default = "minimum")]
    pub minimum: u64,
    /// How long one request may take when it is replayed, in milliseconds.
    #[serde(default = "deadline")]
    pub deadline_ms: u64,
}

/// Corpora are written as a map, so that a change of the policy is told by name, and no name stands twice.
fn named<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Corpus>, D::Error> {
    let corpora = BTreeMap::<String, Corpus>::deserialize(deserializer)?;
    let named = corpora.into_iter().map(|(name, corpus)| {
        let service = if corpus.service.is_empty() { name.clone() } else { corpus.service };
        Corpus { name, service, ..corpus }
    });
    Ok(named.collect())
}

fn yes() -> bool {
    true
}

fn stage() -> String {
    "stage".to_owned()
}

fn value() -> String {
    "score".to_owned()
}

fn minimum() -> u64 {
    60
}

fn deadline() -> u64 {
    2_000
}

impl Corpus {
    /// Path of the requests from the root; by default `services/NAME/golden/requests.jsonl`.
    pub fn requests(&self) -> String {
        self.requests.clone().unwrap_or_else(|| format!("services/{}/golden/requests.jsonl", self.service))
    }

    /// Path of the approved rankings from the root; by default `services/NAME/golden/rankings.jsonl`.
    pub fn rankings(&self) -> String {
        self.rankings.clone().unwrap_or_else(|| format!("services/{}/golden/rankings.jsonl", self.service))
    }
}

/// The section's keys, their directions and what is refused.
pub static SECTION: Section = Section { name: "golden", keys: KEYS, check };

const fn key(
    path: &'static str,
    shape: &'static str,
    default: &'static str,
    direction: Direction,
    docs: &'static str,
) -> Key {
    Key { path, shape, default, direction, docs }
}

const KEYS: &[Key] = &[
    key(
        "corpora.*",
        "map of corpora by name",
        "{}",
        Direction::Joins,
        "Corpora of recorded requests whose rankings must not change unless somebody meant them to.",
    ),
    key(
        "corpora.*.service",
        "name",
        "none",
        Direction::AnyChangeLoosens,
        "The service, as `services` names it.",
    ),
    key(
        "corpora.*.rpc",
        "package.Service/Method",
        "none",
        Direction::AnyChangeLoosens,
        "The RPC that the requests are replayed against.",
    ),
    key(
        "corpora.*.requests",
        "path",
        "services/NAME/golden/requests.jsonl",
        Direction::AnyChangeLoosens,
        "The requests, one a line: `{\"id\", \"segment\", \"request\"}` with the request as proto JSON.",
    ),
    key(
        "corpora.*.rankings",
        "path",
        "services/NAME/golden/rankings.jsonl",
        Direction::AnyChangeLoosens,
        "The approved rankings. Written by `cargo xtask golden accept`.",
    ),
    key(
        "corpora.*.items",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The repeated field of the response that holds the ranked items, best first. Where fields on the way are \
         repeated too, as in `shelves.items`, the items of all of them are one ranking, from the top; its scores \
         need not descend from shelf to shelf, so `descending` is false there.",
    ),
    key("corpora.*.id", "field path", "none", Direction::AnyChangeLoosens, "The identifier within an item."),
    key("corpora.*.score", "field path", "none", Direction::AnyChangeLoosens, "The score within an item."),
    key(
        "corpora.*.parts",
        "field path",
        "none",
        Direction::Free,
        "The repeated field within an item that says what each stage gave to its score. It explains changed rankings \
         and decides nothing.",
    ),
    key(
        "corpora.*.stage",
        "field path",
        "stage",
        Direction::Free,
        "The name of the stage within one of the parts.",
    ),
    key(
        "corpora.*.value",
        "field path",
        "score",
        Direction::Free,
        "What the stage gave within one of the parts. Where one stage stands more than once, it gave the sum.",
    ),
    key(
        "corpora.*.model",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The model's version in the response. Between two models no difference of scores is noise.",
    ),
    key(
        "corpora.*.degraded",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The repeated field of the response that lists stages that failed and were done without.",
    ),
    key(
        "corpora.*.limit",
        "field path",
        "none",
        Direction::AnyChangeLoosens,
        "The field of the request that says how many items are asked for at most. No ranking may be longer.",
    ),
    key(
        "corpora.*.descending",
        "true or false",
        "true",
        Direction::FalseLoosens,
        "Whether scores must never increase down a ranking. False where a last stage reorders without changing \
         scores.",
    ),
    key(
        "corpora.*.tolerance.absolute",
        "number from 0 to 1",
        "0.00001",
        Direction::HigherLoosens,
        "How far two scores may lie apart and be the same, as a share of the list's largest score, which counts as \
         at least 1. The default suits scores that are sums of 32-bit floats; use 1e-10 for 64-bit ones.",
    ),
    key(
        "corpora.*.tolerance.relative",
        "number from 0 to 1",
        "0.00001",
        Direction::HigherLoosens,
        "How far two scores may lie apart beyond that, as a share of the score itself.",
    ),
    key(
        "corpora.*.minimum",
        "number",
        "60",
        Direction::LowerLoosens,
        "The fewest requests that the corpus must have.",
    ),
    key(
        "corpora.*.deadline_ms",
        "milliseconds",
        "2000",
        Direction::HigherLoosens,
        "How long one request may take when it is replayed.",
    ),
];

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy: Policy = document.section(SECTION.name)?;
    let mut files = BTreeSet::new();
    for corpus in &policy.corpora {
        let fault = |key: &str, message: &str| {
            Err(document.error_at(&format!("golden.corpora[\"{}\"].{key}", corpus.name), message))
        };
        if [&corpus.name, &corpus.service].into_iter().any(|name| !is_name(name)) {
            return fault("service", "a name has letters, digits, `-`, `_` and `.`");
        }
        if !corpus.rpc.split_once('/').is_some_and(|(service, method)| {
            !service.is_empty() && !method.is_empty() && !method.contains('/')
        }) {
            return fault("rpc", "an RPC is written `package.Service/Method`");
        }
        for (key, path) in [("requests", corpus.requests()), ("rankings", corpus.rankings())] {
            if !is_below_root(&path) {
                return fault(key, "a path leads downwards from the root, with `/` between its parts");
            }
            if !files.insert(path) {
                return fault(key, "another corpus already uses this file");
            }
        }
        let paths = [
            ("items", &corpus.items),
            ("id", &corpus.id),
            ("score", &corpus.score),
            ("stage", &corpus.stage),
            ("value", &corpus.value),
        ];
        let paths = paths.map(|(key, path)| (key, Some(path)));
        let optional = [
            ("parts", &corpus.parts),
            ("model", &corpus.model),
            ("degraded", &corpus.degraded),
            ("limit", &corpus.limit),
        ];
        for (key, path) in paths.into_iter().chain(optional.map(|(key, path)| (key, path.as_ref()))) {
            if path.is_some_and(|path| path.split('.').any(str::is_empty)) {
                return fault(key, "a field path is names with `.` between them");
            }
        }
        for (key, share) in [
            ("tolerance.absolute", corpus.tolerance.absolute),
            ("tolerance.relative", corpus.tolerance.relative),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return fault(key, "a tolerance is a number from 0 to 1");
            }
        }
        if corpus.deadline_ms == 0 {
            return fault("deadline_ms", "a deadline is at least a millisecond");
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !name.is_empty() && name.chars().all(fits) && !name.starts_with('.')
}

fn is_below_root(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
