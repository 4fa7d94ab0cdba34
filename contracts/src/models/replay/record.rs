//! Recording a replay set: what the service answers now. It approves nothing.

use serde_json::Value;
use source::Change;

use super::log::{Log, Row};
use super::{asked, compare, digest, read};
use crate::evolution::compile_whole;
use crate::promise::{Stage, Start};
use crate::{Error, Outside, Policy, Replay};

/// A replay set that was recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
    /// How many requests it has.
    pub requests: usize,
    /// How many items they have.
    pub items: usize,
}

/// Asks the service of a model, or the named one of several, what it gives: for the requests of the set that is there, or for others by their names.
///
/// # Errors
/// There is no such model or replay, or several, no request, no artefact; a service does not start, does not answer one of them, or shows
/// nothing where the policy says that rows and scores are.
pub fn record<'a>(
    change: &'a Change,
    policy: &'a Policy,
    name: &str,
    service: Option<&str>,
    requests: Vec<(String, Value)>,
    outside: &Outside,
    start: &'a mut Start<'a>,
) -> Result<Recorded, Error> {
    let failed = |reason: String| Error::NotAsked { kind: "replay", name: name.to_owned(), reason };
    let known = policy.models.get_key_value(name);
    let (name, model) = known.ok_or_else(|| failed("`contracts.models` has no such model".to_owned()))?;
    let of_service = |replay: &&Replay| service.is_none_or(|service| service == replay.service);
    let replay = match model.replay.iter().filter(of_service).collect::<Vec<_>>()[..] {
        [only] => only,
        [] => {
            let with = service.map_or_else(String::new, |service| format!(" with the service `{service}`"));
            return Err(failed(format!("the policy has no `replay` of it{with}")));
        }
        _ => return Err(failed("the policy has several replays of it; name the service of one".to_owned())),
    };
    let sha256 = digest(&change.head, name, model);
    let sha256 = sha256.ok_or_else(|| failed("its artefact cannot be read".to_owned()))?;
    let requests = if requests.is_empty() {
        let there = read(&change.head, replay).map_err(failed)?;
        there.map(|log| log.rows.into_iter().map(|row| (row.id, row.request)).collect()).unwrap_or_default()
    } else {
        requests
    };
    if requests.is_empty() {
        return Err(failed("there are no requests; name a file of some".to_owned()));
    }
    let pool = compile_whole(&change.head, policy, outside)?.pool;
    let mut stage = Stage::new(change, policy, &pool, start);
    let mut rows = Vec::new();
    for (id, request) in requests {
        let response = asked(&mut stage, replay, &request, name)?;
        let response = response.map_err(|fault| failed(format!("`{id}` is not answered: {fault}")))?;
        let items = compare::items(replay, &response);
        if items.is_empty() || items.values().all(|item| item.score.is_none()) {
            let (items, score) = (replay.items.text(), replay.score.text());
            return Err(failed(format!("the answer to `{id}` shows nothing at `{items}` and `{score}`")));
        }
        if replay.features.is_some() && items.values().all(|item| item.features.is_empty()) {
            return Err(failed(format!("the answer to `{id}` does not show what the model was told")));
        }
        rows.push(Row { id, request, items, line: 0 });
    }
    let items = rows.iter().map(|row| row.items.len()).sum();
    let log = Log { sha256, rows };
    let text = log.text().map_err(|error| failed(error.to_string()))?;
    Ok(Recorded { path: replay.file.clone(), requests: log.rows.len(), items, text })
}
