//! The section `golden` of the policy: which corpora there are, and where a response says what was ranked.

mod check;
mod claims;
mod invariants;
mod keys;
mod recorded;

use std::collections::BTreeMap;

use ::policy::{Clock, Section};
use serde::Deserialize;

pub(crate) use claims::globs;
pub use claims::{Declaring, ModelLimits, Shares};
pub use invariants::{Invariant, Source};
pub use recorded::Recorded;

use crate::Tolerance;
use crate::coverage::Hazard;
use crate::witness::Wording;

/// The section's keys, their directions and what is refused.
pub static SECTION: Section = Section { name: "golden", keys: keys::KEYS, check: check::check };

/// The section `golden`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Every corpus, by name; without one the guard is not configured.
    #[serde(deserialize_with = "named")]
    pub corpora: Vec<Corpus>,
    /// The folder of bulk files, from the root; see [`bulk`](crate::bulk).
    pub store: Option<String>,
    /// What `golden mutate` edits, by service.
    pub mutants: BTreeMap<String, Mutants>,
    /// Whether a change that moves rankings has to say so before.
    pub intent: Declaring,
    /// How sure a bound has to be, between 0 and 1.
    pub confidence: f64,
    /// What a declared share is held against.
    pub shares: Shares,
    /// Globs of the files that belong to a model.
    pub models: Vec<String>,
    /// What a declared model may do.
    pub model: ModelLimits,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            corpora: Vec::new(),
            store: None,
            mutants: BTreeMap::new(),
            intent: Declaring::default(),
            confidence: 0.95,
            shares: Shares::default(),
            models: claims::models(),
            model: ModelLimits::default(),
        }
    }
}

/// What `golden mutate` edits of one service.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mutants {
    /// Folders with the code that ranks, and files of configuration with its weights; empty for the service's crate and
    /// the crates of the workspace that it depends on.
    pub code: Vec<String>,
    /// Path of the mutants that are excused; see [`Policy::excused`].
    excused: Option<String>,
}

impl Policy {
    /// The code of a service that mutants are made of.
    pub fn code_of(&self, service: &str) -> &[String] {
        self.mutants.get(service).map_or(&[], |mutants| &mutants.code)
    }

    /// Path of a service's excused mutants from the root; by default `services/NAME/golden/mutants.yaml`.
    pub fn excused(&self, service: &str) -> String {
        let named = self.mutants.get(service).and_then(|mutants| mutants.excused.clone());
        named.unwrap_or_else(|| format!("services/{service}/golden/mutants.yaml"))
    }
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
    /// The time at which the service is asked, for one that is started with it.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// The seed under which the service is asked, for one that is started with it.
    #[serde(default)]
    pub seed: Option<u64>,
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
    /// Path of the judgments of its answers from the root.
    #[serde(default)]
    pub judgments: Option<String>,
    /// The identifiers in the request that must not be served.
    #[serde(default)]
    pub filtered: Option<Source>,
    /// The identifiers in the request that stand on top, in their order.
    #[serde(default)]
    pub pinned: Option<Source>,
    /// How many items there are to choose from: a number, or the identifiers themselves.
    #[serde(default)]
    pub available: Option<Source>,
    /// The fewest items of an answer.
    #[serde(default)]
    pub fewest: u64,
    /// What must hold besides, by name.
    #[serde(default)]
    pub invariants: BTreeMap<String, Invariant>,
    /// Whether scores must never increase down the list.
    #[serde(default = "yes")]
    pub descending: bool,
    /// How far scores may lie apart.
    #[serde(default)]
    pub tolerance: Tolerance,
    /// The fewest requests that the corpus must have.
    #[serde(default = "minimum")]
    pub minimum: u64,
    /// The share of the requests that may be answered differently from run to run of one build.
    #[serde(default)]
    pub noise: f64,
    /// How long one request may take when it is replayed, in milliseconds.
    #[serde(default = "deadline")]
    pub deadline_ms: u64,
    /// What reports call its items and segments.
    #[serde(default)]
    pub wording: Wording,
    /// Path of the identifiers of the candidates in the request.
    #[serde(default)]
    pub candidates: Option<String>,
    /// The fewest requests of each segment that the corpus must have.
    #[serde(default)]
    pub segments: BTreeMap<String, u64>,
    /// What makes rankings go wrong, and how it is known which requests hold it.
    #[serde(default)]
    pub hazards: BTreeMap<String, Hazard>,
    /// Path of the manifest; see [`Corpus::manifest`].
    #[serde(default)]
    manifest: Option<String>,
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
    /// Path of the manifest of hazards that only the service's tests can check; by default
    /// `services/NAME/golden/coverage.json`.
    pub fn manifest(&self) -> String {
        self.manifest.clone().unwrap_or_else(|| format!("services/{}/golden/coverage.json", self.service))
    }

    /// Path of the requests from the root; by default `services/NAME/golden/requests.jsonl`.
    pub fn requests(&self) -> String {
        self.requests.clone().unwrap_or_else(|| format!("services/{}/golden/requests.jsonl", self.service))
    }

    /// Path of the approved rankings from the root; by default `services/NAME/golden/rankings.jsonl`. Where that is not
    /// there, [its other form](Corpus::records) is read, so that a corpus moves from one to the other without the
    /// policy.
    pub fn rankings(&self) -> String {
        rankings(&self.service, self.rankings.as_deref())
    }

    /// The paths at which the approved rankings may stand, the one of the policy first.
    pub fn recordings(&self) -> Vec<String> {
        both_forms(self.rankings()).collect()
    }

    /// How many of so many requests may be answered differently from run to run: whole ones of the share
    /// [`noise`](Corpus::noise).
    pub fn noisy_at_most(&self, requests: usize) -> usize {
        // A share of 3 in 100 of 100 requests is 3, however the product is rounded.
        (self.noise * requests as f64 + 1e-9).floor() as usize
    }

    /// Everything that decides what counts as a ranking and as a change of one, as a text: an approval binds it.
    pub(crate) fn judged_by(&self) -> String {
        let Corpus { service, rpc, items, id, score, model, degraded, limit, descending, tolerance, .. } =
            self;
        let (clock, seed) = (self.clock.as_ref().map(Clock::as_str), self.seed);
        format!(
            "{service} {rpc} {items:?} {id:?} {score:?} {model:?} {degraded:?} {limit:?} {descending} {} {} {clock:?} {seed:?} {}",
            tolerance.absolute, tolerance.relative, self.noise
        )
    }

    /// Whether the approved rankings may stand at a path, as JSON or as a snapshot of insta.
    pub fn records(&self, path: &str) -> bool {
        self.recordings().iter().any(|recording| recording == path)
    }
}

/// Where the approved rankings of a service stand, if the policy says no other place.
fn rankings(service: &str, said: Option<&str>) -> String {
    said.map_or_else(|| format!("services/{service}/golden/rankings.jsonl"), str::to_owned)
}

/// A path of rankings, and the same in the other form.
fn both_forms(path: String) -> impl Iterator<Item = String> {
    let other = other_form(&path);
    std::iter::once(path).chain(other)
}

/// The path of the same rankings in the other form, `.snap` or `.jsonl`; `None` where it ends in neither.
pub(crate) fn other_form(path: &str) -> Option<String> {
    let other = |from, to| path.strip_suffix(from).map(|stem: &str| format!("{stem}{to}"));
    other(".jsonl", ".snap").or_else(|| other(".snap", ".jsonl"))
}
