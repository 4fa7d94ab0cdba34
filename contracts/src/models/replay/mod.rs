//! Logged rows and scores, given again by the service's own path: the check that sees transforms, which no list of names
//! shows.

mod compare;
mod log;
mod record;
mod still;

pub use record::{Recorded, record};

pub(super) use still::{check, shortened};

use std::collections::BTreeMap;
use std::time::Duration;

use findings::{Finding, Location};
use serde_json::Value;
use service::{Answer, code_name};
use source::{Change, Tree};

use super::subject::Subject;
use crate::promise::Stage;
use crate::rules::replay_differs::REPLAY_DIFFERS;
use crate::{Error, Model, Policy, Replay};
use compare::Differences;
use log::{Log, Logged, Row};

/// How long an answer may take. A replay asks what is answered, not how fast.
const WITHIN: Duration = Duration::from_secs(10);
/// How many differences are told.
const TOLD: usize = 20;

/// The replay sets of a change.
pub(crate) struct Replays<'a> {
    sets: Vec<Set<'a>>,
}

/// The set of one model.
struct Set<'a> {
    name: &'a str,
    replay: &'a Replay,
    /// The rows to ask, each with whether its scores are those of head's model.
    rows: Vec<(Row, bool)>,
}

impl<'a> Replays<'a> {
    /// Reads the sets: head's rows, and the base's as the base has them while the model is the same. One that head cannot
    /// read is the static tier's finding, and nothing is asked of it.
    ///
    /// # Errors
    /// Head's set cannot be read.
    pub(crate) fn of(change: &Change, policy: &'a Policy) -> Result<Replays<'a>, Error> {
        let mut sets = Vec::new();
        let replays = policy
            .models
            .iter()
            .flat_map(|(name, model)| model.replay.iter().map(move |replay| (name, model, replay)));
        for (name, model, replay) in replays {
            let unread = |reason: String| Error::NotAsked { kind: "replay", name: name.clone(), reason };
            let digest = digest(&change.head, name, model);
            let mut rows: Vec<(Row, bool)> = Vec::new();
            let head = read(&change.head, replay).map_err(unread)?;
            let base = change.base.as_ref().and_then(|base| {
                let log = read(base, replay).ok()??;
                (self::digest(base, name, model) == digest).then_some(log)
            });
            for log in [base, head].into_iter().flatten() {
                let scores = Some(&log.sha256) == digest.as_ref();
                for row in log.rows {
                    let asked = rows.iter().any(|(known, _)| {
                        known.id == row.id && known.request == row.request && known.items == row.items
                    });
                    if !asked {
                        rows.push((row, scores));
                    }
                }
            }
            if !rows.is_empty() {
                sets.push(Set { name, replay, rows });
            }
        }
        Ok(Replays { sets })
    }

    /// How many requests there are of which a number is compared.
    pub(crate) fn len(&self) -> u64 {
        let rows = self.sets.iter().flat_map(|set| &set.rows);
        rows.filter(|(row, _)| row.compares()).count() as u64
    }

    /// Asks the services and compares.
    ///
    /// # Errors
    /// A service does not start or ends over a call.
    pub(crate) fn judge(&self, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        self.sets.iter().filter_map(|set| set.judge(stage).transpose()).collect()
    }
}

impl Set<'_> {
    fn judge(&self, stage: &mut Stage<'_>) -> Result<Option<Finding>, Error> {
        let mut differences = Differences::default();
        let (mut first, mut differing) = (None, 0_usize);
        // What was logged and what was given, for an approval to bind.
        let (mut logged, mut given) = (Vec::new(), Vec::new());
        for (row, scores) in &self.rows {
            let before = differences.told.len();
            let items = match asked(stage, self.replay, &row.request, self.name)? {
                Ok(response) => compare::items(self.replay, &response),
                Err(fault) => {
                    differences.told.push(format!("`{}` is not answered: {fault}", row.id));
                    BTreeMap::new()
                }
            };
            if differences.told.len() == before {
                differences.add(&row.items, &items, self.replay.tolerance, *scores);
            }
            if differences.told.len() > before {
                differing += 1;
                first.get_or_insert(row.line);
                logged.push(&row.items);
                given.push(items);
            }
        }
        let Some(line) = first else { return Ok(None) };
        let text = |items: Vec<&BTreeMap<String, Logged>>| serde_json::to_string(&items).unwrap_or_default();
        let (name, all) = (self.name, self.rows.len());
        let told = &differences.told;
        let finding = Finding::new(
            &REPLAY_DIFFERS,
            Location::point(&self.replay.file, line, 1),
            format!("{differing} of {all} logged requests to `{name}` are answered otherwise: {}", told[0]),
        )
        .help("give the model what it was trained with, or record the rows anew and have that approved")
        .fact(name)
        .judged(text(logged), text(given.iter().collect()));
        let swapped = differences.swapped(self.replay.tolerance);
        let more = told.len().saturating_sub(TOLD + 1);
        let more = (more > 0).then(|| format!("and {more} numbers more"));
        let notes = swapped.iter().chain(told.iter().skip(1).take(TOLD)).chain(&more);
        Ok(Some(notes.fold(finding, |finding, note| finding.note(note))))
    }
}

/// Asks a logged request. The inner error is what the service answered instead.
fn asked(
    stage: &mut Stage<'_>,
    replay: &Replay,
    request: &Value,
    name: &str,
) -> Result<Result<Value, String>, Error> {
    let failed = |reason: String| Error::NotAsked { kind: "replay", name: name.to_owned(), reason };
    let method = match service::method(stage.pool, &replay.rpc) {
        Ok(method) => method,
        Err(error) => return Err(failed(error.to_string())),
    };
    let request = match service::request(&method, request.clone()) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let session = stage.session(&replay.service)?;
    let answer =
        session.call_message(&method, request, WITHIN, &[]).map_err(|error| failed(error.to_string()))?;
    let Answer { code, message, response, .. } = answer;
    Ok(response.ok_or_else(|| format!("{} {message}", code_name(code))))
}

fn read(tree: &Tree, replay: &Replay) -> Result<Option<Log>, String> {
    if !tree.contains(&replay.file) {
        return Ok(None);
    }
    let text = tree.text(&replay.file).map_err(|error| error.to_string())?;
    let log = Log::read(&text);
    log.map(Some).map_err(|(line, fault)| format!("`{}:{line}`: {fault}", replay.file))
}

/// The digest of a model's artefact on one side.
fn digest(tree: &Tree, name: &str, model: &Model) -> Option<String> {
    let (subject, _) = Subject::of(tree, name, model);
    subject?.digest().map(str::to_owned)
}
