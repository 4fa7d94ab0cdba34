//! An answer is one exposure, and what is not served is none.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use experiments::{Exposure, ExposureLog, LogError};
use pipeline::{OnFailure, Outcome, Pipeline, RankError, Source, StageError};
use stages::ExposureEffect;
use tokio::time::{sleep, timeout};

#[derive(Default)]
struct Memory(Mutex<Vec<Exposure>>);

impl Memory {
    fn degraded(&self) -> Vec<Vec<String>> {
        let kept = self.0.lock().expect("no test panics while it holds the list");
        kept.iter().map(|exposure| exposure.degraded.clone()).collect()
    }
}

#[async_trait]
impl ExposureLog for Memory {
    async fn record(&self, exposure: Exposure) -> Result<(), LogError> {
        self.0.lock().expect("no test panics while it holds the list").push(exposure);
        Ok(())
    }

    async fn flush(&self, _: Duration) -> Result<(), LogError> {
        Ok(())
    }
}

/// Where candidates come from.
#[derive(Clone, Copy)]
enum From {
    /// At once.
    Memory,
    /// From something that does not answer.
    Silence,
    /// From something that fails; the policy is what this says.
    Ruin(OnFailure),
}

#[async_trait]
impl Source<(), u8> for From {
    fn name(&self) -> &'static str {
        "from"
    }

    fn on_failure(&self) -> OnFailure {
        match self {
            Self::Ruin(on_failure) => *on_failure,
            _ => OnFailure::Fail,
        }
    }

    async fn fetch(&self, (): &(), _: Duration) -> Result<Vec<u8>, StageError> {
        match self {
            Self::Memory => Ok(vec![1]),
            Self::Silence => {
                sleep(Duration::from_secs(3600)).await;
                Ok(vec![1])
            }
            Self::Ruin(_) => Err(StageError::Timeout),
        }
    }
}

fn event(served: &pipeline::Served<'_, (), u8>) -> Exposure {
    Exposure {
        at_ms: 0,
        service: "test".to_owned(),
        request_id: "r1".to_owned(),
        unit: "u1".to_owned(),
        arms: [("e".to_owned(), "control".to_owned())].into(),
        model_version: String::new(),
        degraded: served.degraded.iter().map(|degraded| degraded.stage.to_owned()).collect(),
        shown: Vec::new(),
    }
}

/// Ranks for a caller who waits this long, with this budget for each stage.
async fn rank(
    from: From,
    patience: Duration,
    budget: impl Fn() -> Duration + Send + Sync,
) -> (Option<Result<Outcome<(), u8>, RankError>>, Vec<Vec<String>>) {
    let log = Arc::new(Memory::default());
    let pipeline = Pipeline::default().source(from).effect(ExposureEffect::new(log.clone(), event));
    let answer = timeout(patience, pipeline.rank((), &budget)).await.ok();
    (answer, log.degraded())
}

const AMPLE: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn an_answer_is_one_event() {
    let (answer, events) = rank(From::Memory, AMPLE, || AMPLE).await;
    assert!(answer.is_some_and(|answer| answer.is_ok()));
    assert_eq!(events, [Vec::<String>::new()]);
}

#[tokio::test(start_paused = true)]
async fn a_degraded_answer_is_one_event_that_says_so() {
    let (answer, events) = rank(From::Ruin(OnFailure::Degrade), AMPLE, || AMPLE).await;
    assert!(answer.is_some_and(|answer| answer.is_ok()));
    assert_eq!(events, [["from"]]);
}

#[tokio::test(start_paused = true)]
async fn a_ranking_that_fails_is_no_event() {
    let (answer, events) = rank(From::Ruin(OnFailure::Fail), AMPLE, || AMPLE).await;
    assert!(answer.is_some_and(|answer| answer.is_err()));
    assert!(events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_ranking_that_is_late_or_whose_caller_has_gone_away_is_no_event() {
    let (answer, events) = rank(From::Silence, Duration::from_secs(1), || AMPLE).await;
    assert!(answer.is_none());
    assert!(events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn once_an_event_is_written_nothing_can_keep_the_answer_back() {
    let (answer, events) = rank(From::Memory, Duration::ZERO, || AMPLE).await;
    assert!(
        answer.is_some_and(|answer| answer.is_ok()),
        "the log does not wait, so nothing can come between"
    );
    assert_eq!(events.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_for_whose_event_no_time_is_left_is_an_event_all_the_same() {
    let asked = Mutex::new(0);
    let budget = || {
        let mut asked = asked.lock().expect("no test panics while it counts");
        *asked += 1;
        // The source is in time, the effect is not.
        if *asked == 1 { AMPLE } else { Duration::ZERO }
    };
    let (answer, events) = rank(From::Memory, AMPLE, budget).await;
    let outcome = answer.expect("it is in time").expect("the source does not fail");
    assert!(outcome.degraded.is_empty());
    assert_eq!(events.len(), 1);
}
