//! `golden accept`: asks the services and records what they answer. It approves nothing: the gate blocks until an
//! approval covers what changed.

use std::io::Write;
use std::path::{Path, PathBuf};

use source::{ReadError, Tree};

use crate::bulk::{self, Store};
use crate::capture::{Replayed, Start};
use crate::compare::compare;
use crate::noise::{Measured, Noisy, Runs, repeat};
use crate::policy::{Corpus, Policy};
use crate::recording::{Entry, Form, Recording};
use crate::requests::{Case, Requests};
use crate::rules::ranking_invalid;
use crate::side::{read_requests, standing};
use crate::{Error, Noise, witness};

/// Statuses that say something about the machine or the moment and not about the request.
const NEVER_RECORDED: &[&str] = &[
    "CANCELLED",
    "UNKNOWN",
    "DEADLINE_EXCEEDED",
    "RESOURCE_EXHAUSTED",
    "ABORTED",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
];

/// What became of the recording of one corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Name of the service.
    pub service: String,
    /// The recording, from the root.
    pub path: String,
    /// Whether the file was written; it is not where it would stay the same.
    pub written: bool,
    /// Recorded rankings that changed, a sentence each, in the order of their ids.
    pub changed: Vec<String>,
    /// Ids of requests that had no recorded ranking.
    pub added: Vec<String>,
    /// Ids of recorded rankings that no request asks for any longer.
    pub removed: Vec<String>,
    /// How many rankings stay as they are recorded, because nothing or only noise differs.
    pub kept: usize,
    /// How many requests are answered differently from run to run of the build that was asked.
    pub noisy: usize,
    /// How many changed, were added and were removed beyond those that are named: of a corpus in the store only the
    /// first are.
    pub more: [usize; 3],
}

impl Accepted {
    pub(crate) fn of(corpus: &Corpus, path: String) -> Self {
        let service = corpus.service.clone();
        let (changed, added, removed) = Default::default();
        Accepted { service, path, written: false, changed, added, removed, kept: 0, noisy: 0, more: [0; 3] }
    }
}

/// Records the rankings of every corpus, or of those of one service. Each service is asked in that many runs, and what
/// differs from run to run is recorded with them as the noise of those requests.
///
/// A recorded ranking that differs by noise alone is kept as it is, so that noise never adds up. Nothing is written
/// unless all corpora can be; each file is replaced as a whole.
///
/// # Errors
///
/// Where a service does not start, errs, hangs, answers more requests differently from run to run than policy allows, or
/// answers what is invalid for any request. Then every recording is as it was.
pub fn accept(
    root: &Path,
    policy: &Policy,
    service: Option<&str>,
    runs: Runs,
    start: &mut Start<'_>,
) -> Result<Vec<Accepted>, Error> {
    accept_with(root, policy, service, runs, &Store::none(), start)
}

/// The same with a store for corpora whose files are manifests, which are recorded there; see [`bulk`](crate::bulk).
///
/// # Errors
///
/// As [`accept`], and where the store does not give what the manifest of the requests names, or cannot be written.
pub fn accept_with(
    root: &Path,
    policy: &Policy,
    service: Option<&str>,
    runs: Runs,
    store: &Store,
    start: &mut Start<'_>,
) -> Result<Vec<Accepted>, Error> {
    let wanted: Vec<&Corpus> =
        policy.corpora.iter().filter(|corpus| service.is_none_or(|name| name == corpus.service)).collect();
    if let (Some(service), true) = (service, wanted.is_empty()) {
        return Err(Error::NoCorpus(service.to_owned()));
    }
    let prepared: Vec<(Accepted, Option<String>)> = wanted
        .into_iter()
        .map(|corpus| record(root, corpus, runs, store, start))
        .collect::<Result<_, _>>()?;
    for (accepted, text) in &prepared {
        if let Some(text) = text {
            replace(root, &accepted.path, text)?;
        }
    }
    Ok(prepared.into_iter().map(|(accepted, _)| accepted).collect())
}

/// What would be recorded, with the file's new text where it differs.
fn record(
    root: &Path,
    corpus: &Corpus,
    runs: Runs,
    store: &Store,
    start: &mut Start<'_>,
) -> Result<(Accepted, Option<String>), Error> {
    let requests_path = corpus.requests();
    let recorded = corpus.recordings().into_iter().filter(|path| root.join(path).symlink_metadata().is_ok());
    let tree = Tree::from_disk(root, recorded.chain([requests_path.clone()]).collect());
    if let Some(recorded) = bulk::record(&tree, corpus, store, start)? {
        return Ok(recorded);
    }
    let path = standing(&tree, &corpus.rankings());
    let requests = read_requests(&tree, &requests_path)
        .map_err(|unread| Error::Read { path: unread.path, reason: unread.reason })?;
    let (form, old_text) = (Form::of(&path), tree.text(&path).ok());
    // A recording that cannot be read is no recording: all of it is new.
    let old = old_text.as_deref().and_then(|text| Recording::read(text, form).ok()).unwrap_or_default();
    let answers = ask(corpus, &requests, runs, start)?;

    let mut accepted = Accepted::of(corpus, path);
    let mut new = Recording {
        service: corpus.service.clone(),
        rpc: corpus.rpc.clone(),
        requests: requests.digest(),
        clock: corpus.clock.as_ref().map(ToString::to_string),
        seed: corpus.seed,
        entries: Vec::with_capacity(answers.len()),
    };
    for (case, (answer, noise)) in requests.cases.iter().zip(answers) {
        accepted.noisy += usize::from(noise.is_some());
        let ranking = settle(corpus, case, answer, noise, &old, &mut accepted);
        let (id, segment) = (case.id.clone(), case.segment.clone());
        new.entries.push(Entry { id, segment, ranking, noise, line: 0 });
    }
    new.entries.sort_by(|a, b| a.id.cmp(&b.id));
    accepted.changed.sort_unstable();
    accepted.added.sort_unstable();
    let gone = old.entries.into_iter().filter(|entry| new.get(&entry.id).is_none());
    accepted.removed = gone.map(|entry| entry.id).collect();
    let text = new.write(form, old_text.as_deref());
    accepted.written = old_text.as_deref() != Some(text.as_str());
    let text = accepted.written.then_some(text);
    Ok((accepted, text))
}

/// The ranking to record: the recorded one where only noise differs.
fn settle(
    corpus: &Corpus,
    case: &Case,
    answer: Replayed,
    noise: Option<Noise>,
    old: &Recording,
    accepted: &mut Accepted,
) -> crate::Ranking {
    let Some(entry) = old.get(&case.id) else {
        accepted.added.push(case.id.clone());
        return answer.ranking;
    };
    let known = match (entry.noise, noise) {
        (Some(one), Some(other)) => Some(one.join(other)),
        (one, other) => one.or(other),
    };
    let (comparison, ranking) =
        crate::settle(&entry.ranking, answer.ranking, &corpus.tolerance, known.as_ref());
    if comparison.class.is_change() {
        accepted.changed.push(witness::sentence(&case.id, &comparison));
    } else {
        accepted.kept += 1;
    }
    ranking
}

/// Asks every request in every run and refuses what must not be recorded. Each answer comes with the noise of its request.
fn ask(
    corpus: &Corpus,
    requests: &Requests,
    runs: Runs,
    start: &mut Start<'_>,
) -> Result<Vec<(Replayed, Option<Noise>)>, Error> {
    let refused = |reason: String| Error::NotRecorded { service: corpus.service.clone(), reason };
    let cases: Vec<&Case> = requests.cases.iter().collect();
    let mut measured = Measured::new(corpus, &Recording::default(), &cases, runs);
    repeat(start, corpus, &cases, runs, &mut |_, answers| {
        if let Some(fault) = cases.iter().zip(&answers).find_map(|(case, answer)| unfit(corpus, case, answer))
        {
            return Err(refused(fault));
        }
        measured.add(answers);
        Ok(())
    })?;
    let noisy: Vec<&Noisy> = measured.noisy().collect();
    let beyond = noisy.iter().find(|noisy| noisy.noise.is_none()).or(noisy.first());
    if let Some(worst) = beyond.filter(|worst| worst.noise.is_none() || noisy.len() > measured.allowed) {
        let (count, all, allowed) = (noisy.len(), measured.requests, measured.allowed);
        return Err(refused(format!(
            "{} runs of one build answer {count} of {all} requests differently where policy allows {allowed}: {}",
            runs.runs(),
            worst.example
        )));
    }
    Ok(measured.into_first())
}

/// Why an answer must not be recorded.
fn unfit(corpus: &Corpus, case: &Case, answer: &Replayed) -> Option<String> {
    let (id, status) = (&case.id, answer.ranking.status.as_str());
    if let Some(reason) = &answer.unsent {
        return Some(format!("`{id}` was not answered: {reason}"));
    }
    if NEVER_RECORDED.contains(&status) {
        return Some(format!("`{id}` was answered with {status}"));
    }
    let faults = ranking_invalid::faults(corpus, case, &answer.ranking);
    (!faults.is_empty()).then(|| format!("the ranking of `{id}` is invalid: {}", faults.join("; ")))
}

/// Why what two runs answered to a request must not be recorded where nothing is noise.
pub(crate) fn refusal(corpus: &Corpus, case: &Case, first: &Replayed, second: &Replayed) -> Option<String> {
    let fault = [first, second].into_iter().find_map(|answer| unfit(corpus, case, answer));
    fault.or_else(|| {
        let comparison = compare(&first.ranking, &second.ranking, &corpus.tolerance);
        let differs = comparison.class.is_change();
        differs.then(|| format!("two runs answer differently: {}", witness::sentence(&case.id, &comparison)))
    })
}

/// Replaces a file below the root as a whole: a reader sees the old text or the new one.
///
/// # Errors
/// Where it cannot be written; the old one is untouched.
pub fn replace(root: &Path, path: &str, text: &str) -> Result<(), Error> {
    let target = root.join(path);
    let failed = |reason: String| Error::Write { path: target.clone(), reason };
    let folder = real_folder(root, &target).map_err(|error| failed(error.to_string()))?;
    let mut file = tempfile::Builder::new()
        .prefix(".rankings-")
        .tempfile_in(&folder)
        .map_err(|error| failed(error.to_string()))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all());
    written.map_err(|error| failed(error.to_string()))?;
    set_mode(file.path()).map_err(|error| failed(error.to_string()))?;
    let name = target.file_name().ok_or_else(|| failed("it is not a file".to_owned()))?;
    file.persist(folder.join(name)).map_err(|error| failed(error.error.to_string()))?;
    Ok(())
}

/// The folder of the target, through links, as long as they stay below the root.
fn real_folder(root: &Path, target: &Path) -> std::io::Result<PathBuf> {
    let folder = target.parent().unwrap_or(root).canonicalize()?;
    if folder.starts_with(root.canonicalize()?) {
        Ok(folder)
    } else {
        Err(std::io::Error::other(ReadError::Outside(target.display().to_string())))
    }
}

/// Temporary files are private; a recording is read by whoever reads the repository.
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path) -> std::io::Result<()> {
    Ok(())
}
