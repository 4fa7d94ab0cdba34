//! Watching stages: each is seen to begin and to end, whatever becomes of it.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{Filter, OnFailure, Pipeline, Scorer, Source, StageError, Watched};

/// What happened, in order.
type Log = Arc<Mutex<Vec<String>>>;

fn note(log: &Log, event: String) {
    log.lock().expect("nobody panics").push(event);
}

struct Three(Log);

#[async_trait]
impl Source<(), u32> for Three {
    fn name(&self) -> &'static str {
        "three"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn fetch(&self, (): &(), _: Duration) -> Result<Vec<u32>, StageError> {
        note(&self.0, "three runs".to_owned());
        Ok(vec![1, 2, 3])
    }
}

struct Third(Log);

impl Filter<(), u32> for Third {
    fn name(&self) -> &'static str {
        "third"
    }
    fn keep(&self, (): &(), number: &u32) -> bool {
        let keep = *number == 3;
        if keep {
            note(&self.0, "third runs".to_owned());
        }
        keep
    }
}

/// Scores by number, or is down, or never answers.
#[derive(Clone, Copy)]
enum Behaviour {
    Works,
    Fails,
    Hangs,
}

struct Score(Behaviour, Log);

#[async_trait]
impl Scorer<(), u32> for Score {
    fn name(&self) -> &'static str {
        "score"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }
    async fn score(&self, (): &(), all: &[u32], _: Duration) -> Result<Vec<f64>, StageError> {
        note(&self.1, "score runs".to_owned());
        match self.0 {
            Behaviour::Works => Ok(all.iter().copied().map(f64::from).collect()),
            Behaviour::Fails => Err(StageError::dependency("down")),
            Behaviour::Hangs => std::future::pending().await,
        }
    }
}

/// Notes that a stage ends.
struct Ends(&'static str, Log);

impl Watched for Ends {}

impl Drop for Ends {
    fn drop(&mut self) {
        note(&self.1, format!("{} ends", self.0));
    }
}

async fn give_up(log: &Log) {
    tokio::task::yield_now().await;
    note(log, "nobody waits any more".to_owned());
}

async fn check(score: Behaviour) {
    let log = Log::default();
    let watching = log.clone();
    let pipeline = Pipeline::default()
        .source(Three(log.clone()))
        .filter_by(Third(log.clone()))
        .scorer(Score(score, log.clone()))
        .watched_by(move |stage| {
            note(&watching, format!("{stage} begins"));
            Ends(stage, watching.clone())
        });
    let budget = || Duration::from_secs(60);
    tokio::select! {
        biased;
        _ = pipeline.rank((), &budget) => {}
        () = give_up(&log) => {}
    }
    let mut expected = Vec::new();
    for stage in ["three", "third", "score"] {
        expected.extend(["begins", "runs", "ends"].map(|event| format!("{stage} {event}")));
    }
    if matches!(score, Behaviour::Hangs) {
        expected.insert(expected.len() - 1, "nobody waits any more".to_owned());
    }
    assert_eq!(*log.lock().expect("nobody panics"), expected);
}

#[tokio::test]
async fn a_stage_begins_and_ends() {
    check(Behaviour::Works).await;
}

#[tokio::test]
async fn a_stage_that_fails_has_ended() {
    check(Behaviour::Fails).await;
}

#[tokio::test]
async fn a_stage_that_is_given_up_has_ended() {
    check(Behaviour::Hangs).await;
}
