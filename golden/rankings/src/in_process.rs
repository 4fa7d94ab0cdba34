//! Rankings of a service that its own test asks, without a network: several runs, each with a service of its own, and
//! one text that insta compares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::noise::compare_beyond;
use crate::settle::settle;
use crate::{Case, Entry, Form, Ranking, Recording, Requests, Tolerance, snapshot};

/// The fewest runs that are compared with one another.
pub const MIN_RUNS: usize = 5;

/// How many faults an error names.
const SHOWN: usize = 5;

/// A corpus whose requests a test asks in process, as the policy of the gate has it.
#[derive(Clone, Debug)]
pub struct InProcess {
    service: String,
    rpc: String,
    clock: Option<String>,
    seed: Option<u64>,
    folder: PathBuf,
    limit: Option<String>,
    descending: bool,
    tolerance: Tolerance,
    runs: usize,
}

impl InProcess {
    /// The corpus in `golden/requests.jsonl` of the package: requests to `rpc`, `package.Service/Method`, of a service as
    /// the policy names it. The snapshot lies beside it, as `rankings.snap`.
    pub fn new(service: impl Into<String>, rpc: impl Into<String>) -> Self {
        InProcess {
            service: service.into(),
            rpc: rpc.into(),
            clock: None,
            seed: None,
            folder: PathBuf::from("golden"),
            limit: None,
            descending: true,
            tolerance: Tolerance::default(),
            runs: MIN_RUNS,
        }
    }

    /// In another folder of the package.
    #[must_use]
    pub fn folder(self, folder: impl Into<PathBuf>) -> Self {
        InProcess { folder: folder.into(), ..self }
    }

    /// Asked at a time, written as the policy writes it: the test hands the same to the service that it starts.
    #[must_use]
    pub fn clock(self, clock: impl Into<String>) -> Self {
        InProcess { clock: Some(clock.into()), ..self }
    }

    /// Asked under a seed: the test hands the same to the service that it starts.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        InProcess { seed: Some(seed), ..self }
    }

    /// With the field of the request that says how many items are asked for at most.
    #[must_use]
    pub fn limit(self, path: impl Into<String>) -> Self {
        InProcess { limit: Some(path.into()), ..self }
    }

    /// With rankings whose scores may increase down the list, since a last stage reorders without changing them.
    #[must_use]
    pub fn reordered(self) -> Self {
        InProcess { descending: false, ..self }
    }

    /// With another tolerance between two scores that are the same.
    #[must_use]
    pub fn tolerance(self, tolerance: Tolerance) -> Self {
        InProcess { tolerance, ..self }
    }

    /// With more runs than [`MIN_RUNS`]; fewer are none.
    #[must_use]
    pub fn runs(self, runs: usize) -> Self {
        InProcess { runs: runs.max(MIN_RUNS), ..self }
    }

    /// Asks every request in every run, every second run from the last to the first, and gives back what is to be
    /// recorded. `recorded` is what stands there already: what differs from it by noise alone stays as it is, and noise
    /// that `golden accept` measured over the network and recorded counts here too.
    ///
    /// # Errors
    /// Where two runs differ by more than noise, or a ranking has [faults](Ranking::faults).
    pub fn ask<S, A>(
        &self,
        requests: &Requests,
        recorded: &Recording,
        mut start: S,
    ) -> Result<Recording, InProcessError>
    where
        S: FnMut() -> A,
        A: FnMut(&Case) -> Ranking,
    {
        let mut faults = Vec::new();
        let mut entries: BTreeMap<&str, Entry> = BTreeMap::new();
        for run in 1..=self.runs {
            let mut answer = start();
            let count = requests.cases.len();
            for at in 0..count {
                let case = &requests.cases[if run % 2 == 1 { at } else { count - 1 - at }];
                let ranking = answer(case);
                match entries.get(case.id.as_str()) {
                    None => {
                        let (id, segment) = (case.id.clone(), case.segment.clone());
                        faults.extend(self.faults(case, &ranking));
                        entries.insert(&case.id, Entry { id, segment, ranking, noise: None, line: 0 });
                    }
                    Some(first) => {
                        let noise = recorded.get(&case.id).and_then(|known| known.noise);
                        let comparison =
                            compare_beyond(&first.ranking, &ranking, &self.tolerance, noise.as_ref());
                        let (id, what) = (&case.id, comparison.class.name());
                        let unstable = format!("run {run} answers `{id}` otherwise than run 1: {what}");
                        faults.extend(comparison.class.is_change().then_some(unstable));
                    }
                }
            }
            if !faults.is_empty() {
                return Err(InProcessError::Faults { service: self.service.clone(), faults });
            }
        }
        let settled = |entry: Entry| match recorded.get(&entry.id) {
            Some(known) => {
                let noise = known.noise;
                let (_, ranking) = settle(&known.ranking, entry.ranking, &self.tolerance, noise.as_ref());
                Entry { ranking, noise, ..entry }
            }
            None => entry,
        };
        let entries = entries.into_values().map(settled).collect();
        let (service, rpc) = (self.service.clone(), self.rpc.clone());
        let (clock, seed) = (self.clock.clone(), self.seed);
        Ok(Recording { service, rpc, requests: requests.digest(), clock, seed, entries })
    }

    fn faults(&self, case: &Case, ranking: &Ranking) -> Option<String> {
        let limit = self.limit.as_deref().and_then(|path| case.number(path));
        let faults = ranking.faults(limit, self.descending);
        (!faults.is_empty())
            .then(|| format!("the ranking of `{}` is invalid: {}", case.id, faults.join("; ")))
    }

    /// Reads the corpus of a package, asks, and gives back what [`assert_rankings!`](crate::assert_rankings) hands to
    /// insta.
    ///
    /// # Errors
    /// Where the requests cannot be read, or as [`InProcess::ask`].
    pub fn prepare<S, A>(&self, package: &str, start: S) -> Result<Prepared, InProcessError>
    where
        S: FnMut() -> A,
        A: FnMut(&Case) -> Ranking,
    {
        let folder = Path::new(package).join(&self.folder);
        let path = folder.join("requests.jsonl");
        let failed = |reason: String| InProcessError::Requests { path: path.clone(), reason };
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        let requests = Requests::parse(&text)
            .map_err(|refusal| failed(format!("line {}: {}", refusal.line, refusal.reason)))?;
        let recording = self.ask(&requests, &recorded(&folder), start)?;
        let text = snapshot::to_body(&recording);
        // What was asked for is what the gate reads: a text that it would refuse fails here.
        snapshot::parse(&snapshot::to_text(&recording, None))
            .map_err(|refusal| InProcessError::Unfit { line: refusal.line, reason: refusal.reason })?;
        Ok(Prepared { folder, text })
    }
}

/// What stands there already. What cannot be read is nothing, since all of it is new then.
fn recorded(folder: &Path) -> Recording {
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        Recording::read(&text, Form::of(name)).ok()
    };
    read("rankings.snap").or_else(|| read("rankings.jsonl")).unwrap_or_default()
}

/// What insta compares, and where its snapshot lies.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The folder of the corpus, absolute.
    pub folder: PathBuf,
    /// The recording as [`snapshot::to_body`] writes it.
    pub text: String,
}

impl Prepared {
    /// Settings of insta that are those of no caller: neither a comparator nor a filter nor a redaction that somebody
    /// bound around the test has a say.
    #[cfg(feature = "insta")]
    pub fn settings(&self) -> insta::Settings {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&self.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings
    }
}

/// Why there is nothing to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InProcessError {
    /// The requests cannot be read.
    Requests {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
    /// The service answers what must not be recorded.
    Faults {
        /// Name of the service.
        service: String,
        /// A sentence each.
        faults: Vec<String>,
    },
    /// The recording has words or numbers that the gate would not read back.
    Unfit {
        /// Its line in the snapshot, from 1.
        line: u32,
        /// What is wrong.
        reason: String,
    },
}

impl std::fmt::Display for InProcessError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InProcessError::Requests { path, reason } => {
                write!(out, "failed to read {}: {reason}", path.display())
            }
            InProcessError::Faults { service, faults } => {
                let more = faults.len().saturating_sub(SHOWN);
                write!(
                    out,
                    "failed to record the rankings of `{service}`: {}",
                    faults[..faults.len() - more].join("\n")
                )?;
                if more > 0 { write!(out, "\nand {more} more") } else { Ok(()) }
            }
            InProcessError::Unfit { line, reason } => {
                write!(out, "failed to record the rankings: line {line} would read: {reason}")
            }
        }
    }
}

impl std::error::Error for InProcessError {}

/// Asks the requests of a corpus in process and compares the rankings with the recorded ones.
///
/// Takes an [`InProcess`] and a closure that starts the service for one run; what it gives back answers each request of
/// that run. A change fails the test and leaves `rankings.snap.new` beside `rankings.snap`, for `cargo insta review`.
/// Accepting it approves nothing: the gate judges the rankings by itself and blocks until an approval covers them.
#[cfg(feature = "insta")]
#[macro_export]
macro_rules! assert_rankings {
    ($corpus:expr, $start:expr $(,)?) => {
        match $crate::InProcess::prepare(&$corpus, ::core::env!("CARGO_MANIFEST_DIR"), $start) {
            ::core::result::Result::Ok(prepared) => prepared
                .settings()
                .bind(|| $crate::insta::assert_snapshot!("rankings", prepared.text, "rankings")),
            ::core::result::Result::Err(error) => ::core::panic!("{error}"),
        }
    };
}
