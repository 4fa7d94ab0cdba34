//! Rankings out of a running service: requests replayed, and each answer read by the paths of the policy.
//!
//! What asks the service is a function, so that this module knows neither gRPC nor processes.

use serde_json::Value;

use crate::lines::{is_id, is_word};
use crate::policy::Corpus;
use crate::ranking::MAX_ITEMS;
use crate::requests::Case;
use crate::{Error, Item, Ranking, parts};

/// What came back for one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Name of the gRPC status.
    pub status: String,
    /// The response as JSON with proto field names; `None` unless the status is `OK`.
    pub response: Option<Value>,
    /// Why the status is not the service's own word: it hung, it broke the connection.
    pub unsent: Option<String>,
}

/// Asks one running service. An error means that there was no call, for instance because a request does not fit the
/// protos. Dropping it ends the service.
pub type Ask = Box<dyn FnMut(&Value) -> Result<Answer, String>>;

/// Starts the service of a corpus anew and gives back who asks it.
pub type Start<'a> = dyn FnMut(&Corpus) -> Result<Ask, String> + 'a;

/// How many answers in a row may fail to come before the service counts as gone.
pub(crate) const PATIENCE: usize = 3;

/// The answer to one request as a ranking.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replayed {
    pub(crate) ranking: Ranking,
    /// Why the answer is not the service's own word.
    pub(crate) unsent: Option<String>,
}

/// Starts the service and asks every request, see [`run`].
pub(crate) fn replay(
    start: &mut Start<'_>,
    corpus: &Corpus,
    cases: &[&Case],
    order: Order,
) -> Result<Vec<Replayed>, Error> {
    run(&mut begin(start, corpus)?, corpus, cases, order)
}

/// Starts the service.
pub(crate) fn begin(start: &mut Start<'_>, corpus: &Corpus) -> Result<Ask, Error> {
    start(corpus).map_err(|reason| Error::Start { service: corpus.service.clone(), reason })
}

/// Asks every request of a service that was started, and gives back the rankings in the order of the cases, whatever the
/// order of asking.
pub(crate) fn run(
    ask: &mut Ask,
    corpus: &Corpus,
    cases: &[&Case],
    order: Order,
) -> Result<Vec<Replayed>, Error> {
    let mut replayed: Vec<Option<Replayed>> = vec![None; cases.len()];
    let mut silent = 0;
    for index in order.indices(cases) {
        let case = cases[index];
        let failed =
            |reason: String| Error::Ask { service: corpus.service.clone(), request: case.id.clone(), reason };
        let answer = ask(&case.request).map_err(failed)?;
        silent = if answer.unsent.is_some() { silent + 1 } else { 0 };
        if let Some(reason) = answer.unsent.as_ref().filter(|_| silent == PATIENCE) {
            let (request, reason) = (case.id.clone(), reason.clone());
            return Err(Error::Silent {
                service: corpus.service.clone(),
                request,
                patience: PATIENCE,
                reason,
            });
        }
        let ranking = read(corpus, &answer).map_err(failed)?;
        replayed[index] = Some(Replayed { ranking, unsent: answer.unsent });
    }
    Ok(replayed.into_iter().flatten().collect())
}

/// In which order requests are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As they stand.
    Forward,
    /// From the last to the first, which shows what one request leaves for the next.
    Backward,
    /// In an order that only the number and the requests' ids decide.
    Shuffled(usize),
}

impl Order {
    fn indices(self, cases: &[&Case]) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..cases.len()).collect();
        match self {
            Order::Forward => {}
            Order::Backward => indices.reverse(),
            Order::Shuffled(number) => {
                let key =
                    |index: &usize| findings::digest(format!("{number} {}", cases[*index].id).as_bytes());
                indices.sort_by_cached_key(key);
            }
        }
        indices
    }
}

/// Reads the ranking out of an answer. An error means that the response has not the form that the policy says.
pub(crate) fn read(corpus: &Corpus, answer: &Answer) -> Result<Ranking, String> {
    let Some(response) = &answer.response else {
        return Ok(Ranking { status: answer.status.clone(), ..Ranking::default() });
    };
    let items = listed(response, &corpus.items)
        .ok_or_else(|| format!("the response has no list at `{}`", corpus.items))?;
    if items.len() > MAX_ITEMS {
        return Err(format!(
            "the response has {} items, more than the {MAX_ITEMS} that are read",
            items.len()
        ));
    }
    let read_item = |item: &Value| -> Result<Item, String> {
        let id = at(item, &corpus.id).and_then(scalar).filter(|id| is_id(id));
        let id = id.ok_or_else(|| format!("an item has no identifier at `{}`", corpus.id))?;
        let score = at(item, &corpus.score).and_then(number);
        let score = score.ok_or_else(|| format!("`{id}` has no score at `{}`", corpus.score))?;
        Ok(Item { parts: parts::read(corpus, item, &id)?, id, score })
    };
    let items: Vec<Item> = items.into_iter().map(read_item).collect::<Result<_, _>>()?;
    parts::check(&items)?;
    Ok(Ranking {
        status: answer.status.clone(),
        items,
        model: words(response, corpus.model.as_deref())?.into_iter().next(),
        degraded: words(response, corpus.degraded.as_deref())?,
    })
}

/// The texts at a path that the policy may name. Empty ones are what proto JSON writes for a field that is not set.
fn words(response: &Value, path: Option<&str>) -> Result<Vec<String>, String> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let words = every(response, path).into_iter().filter_map(scalar).filter(|word| !word.is_empty());
    words
        .map(|word| {
            if is_word(&word) {
                Ok(word)
            } else {
                Err(format!("what stands at `{path}` is not fit to be recorded"))
            }
        })
        .collect()
}

/// The items of the list at a path. Where lists stand on the way, those of all lists below them, one after the other;
/// `None` if there is none below one of them.
fn listed<'a>(value: &'a Value, path: &str) -> Option<Vec<&'a Value>> {
    let Some((name, rest)) = path.split_once('.') else {
        return Some(value.get(path)?.as_array()?.iter().collect());
    };
    match value.get(name)? {
        Value::Array(values) => {
            let lists: Option<Vec<_>> = values.iter().map(|value| listed(value, rest)).collect();
            Some(lists?.concat())
        }
        value => listed(value, rest),
    }
}

pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, name| value.get(name))
}

/// Every value at a path; a list on the way stands for each of its items.
fn every<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    path.split('.').fold(spread(value), |values, name| {
        values.into_iter().filter_map(|value| value.get(name)).flat_map(spread).collect()
    })
}

fn spread(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        value => vec![value],
    }
}

pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also as proto JSON writes those that JSON has no words for.
pub(crate) fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| match value.as_str()? {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        text => text.parse().ok(),
    })
}
