//! Sends requests when they are due, and measures from then on.
use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::{CreationError, Histogram};
use tokio::runtime::Runtime;
use tonic::Code;

use crate::client::Client;
use crate::requests::Requests;

/// Latencies are told apart to a thousandth of themselves.
const DIGITS: u8 = 3;
/// The longest latency that is told apart, in microseconds: ten minutes.
const LONGEST: u64 = 600_000_000;

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// Microseconds from the moment at which a request was due to its answer, of all that were answered.
    pub micros: Histogram<u64>,
    /// From the first request to the last answer.
    pub took: Duration,
    /// Requests that were refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Answers that lack a stage.
    pub degraded: u64,
    /// How much later than due a request was sent, at most: if it is much, this machine is too slow to ask.
    pub late: Duration,
}

/// Sends a request at each moment of the schedule, whether or not those before are answered, and waits for all answers.
///
/// A request that has to wait, here or at the service, is not excused: its time counts from when it was due. Were the next
/// request to wait for the last answer, a service that stalls would be asked less, and would look well (coordinated
/// omission).
///
/// # Errors
/// A [`CreationError`] if there is no room for a histogram.
pub fn drive(
    runtime: &Runtime,
    clients: &[Client],
    requests: &Requests,
    schedule: &[Duration],
) -> Result<Run, CreationError> {
    let (answered, answers) = channel();
    let start = Instant::now();
    let mut late = Duration::ZERO;
    let asks = requests.all.iter().cycle().zip(clients.iter().cycle());
    // Sleeping threads wake up within a tenth of a millisecond, tokio's timers within a whole one.
    for (&due, (request, client)) in schedule.iter().zip(asks) {
        let due = start + due;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        late = late.max(due.elapsed());
        let (request, client, answered) = (request.clone(), client.clone(), answered.clone());
        runtime.spawn(async move {
            let answer = client.ask(request).await;
            // The receiver lives until all answers are there.
            answered.send((due.elapsed(), answer)).unwrap_or_default();
        });
    }
    drop(answered);
    tally(answers.iter(), start, late)
}

fn tally(
    answers: impl Iterator<Item = (Duration, Result<bool, Code>)>,
    start: Instant,
    late: Duration,
) -> Result<Run, CreationError> {
    let mut micros = Histogram::new_with_max(LONGEST, DIGITS)?;
    let (mut refused, mut degraded) = (BTreeMap::new(), 0);
    for (took, answer) in answers {
        match answer {
            Ok(lacks_a_stage) => {
                micros.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
                degraded += u64::from(lacks_a_stage);
            }
            Err(code) => *refused.entry(format!("{code:?}")).or_default() += 1,
        }
    }
    Ok(Run { micros, took: start.elapsed(), refused, degraded, late })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_refusals_are_counted_apart() {
        let answers = [
            (1, Ok(false)),
            (3, Ok(true)),
            (900, Err(Code::Unavailable)),
            (2, Ok(false)),
            (1, Err(Code::Unavailable)),
        ];
        let answers = answers.into_iter().map(|(millis, answer)| (Duration::from_millis(millis), answer));
        let run = tally(answers, Instant::now(), Duration::ZERO).expect("there is room");
        assert_eq!((run.micros.len(), run.degraded), (3, 1));
        assert_eq!(run.micros.max() / 1000, 3, "refusals have no part in latency");
        assert_eq!(run.refused, [("Unavailable".to_owned(), 2)].into());
    }
}
