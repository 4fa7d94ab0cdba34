//! Watching stages: each is seen to begin and to end, whatever becomes of it.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{Filter, OnFailure, Pipeline, Scorer, Source, StageError};

struct Three;

#[async_trait]
impl Source<(), u32> for Three {
    fn name(&self) -> &'static str {
        "three"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn fetch(&self, (): &(), _: Duration) -> Result<Vec<u32>, StageError> {
        Ok(vec![1, 2, 3])
    }
}

struct Odd;

impl Filter<(), u32> for Odd {
    fn name(&self) -> &'static str {
        "odd"
    }
    fn keep(&self, (): &(), number: &u32) -> bool {
        number % 2 == 1
    }
}

/// Scores by number, or is down, or never answers.
enum Score {
    Works,
    Down,
    Hangs,
}

#[async_trait]
impl Scorer<(), u32> for Score {
    fn name(&self) -> &'static str {
        "score"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn score(&self, (): &(), all: &[u32], _: Duration) -> Result<Vec<f64>, StageError> {
        match self {
            Self::Works => Ok(all.iter().copied().map(f64::from).collect()),
            Self::Down => Err(StageError::dependency("down")),
            Self::Hangs => std::future::pending().await,
        }
    }
}

/// Writes down that a stage ends.
struct Ends(&'static str, Arc<Mutex<Vec<String>>>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.1.lock().expect("nobody panics").push(format!("{} ends", self.0));
    }
}

async fn check(scorer: Score, expected: &[&str]) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let pipeline = Pipeline::default().source(Three).filter_by(Odd).scorer(scorer).watched_by(move |stage| {
        log.lock().expect("nobody panics").push(format!("{stage} begins"));
        Ends(stage, log.clone())
    });
    let budget = || Duration::from_secs(60);
    tokio::select! {
        biased;
        _ = pipeline.rank((), &budget) => {}
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(*seen.lock().expect("nobody panics"), expected);
}

const ALL: [&str; 6] = ["three begins", "three ends", "odd begins", "odd ends", "score begins", "score ends"];

#[tokio::test]
async fn a_stage_begins_and_ends() {
    check(Score::Works, &ALL).await;
}

#[tokio::test]
async fn a_stage_that_fails_has_ended() {
    check(Score::Down, &ALL).await;
}

#[tokio::test]
async fn a_stage_that_is_given_up_has_ended() {
    check(Score::Hangs, &ALL).await;
}
