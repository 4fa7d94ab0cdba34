//! Rankings out of a running service: requests replayed, and each answer read by the paths of the policy.
//!
//! What asks the service is a function, so that this module knows neither gRPC nor processes.

use serde_json::Value;

use crate::policy::Corpus;
use crate::reading::Reading;
use crate::requests::Case;
use crate::{Error, Ranking};

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
    let reading =
        Reading::of(corpus).map_err(|reason| Error::Start { service: corpus.service.clone(), reason })?;
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
        let ranking = reading.read(&answer).map_err(failed)?;
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
