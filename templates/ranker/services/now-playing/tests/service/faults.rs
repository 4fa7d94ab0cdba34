//! What a caller gets when a part fails: a degraded answer in time that says what was done without.
use std::sync::Arc;
use std::time::Duration;

use experiments::{Exposure, ExposureLog, LogError};
use features::{Entity, FeatureStore, Key, Record, StoreError};
use models::{Matrix, Model, ModelError, Signature};
use protocol::ranking::v1::{DegradeCause, QueueCandidate, RankQueueResponse};
use tonic::Code;

use crate::support::{Running, model, request, store};

/// How a part fails.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// It answers that something is broken.
    Broken,
    /// It gives up when its time is over.
    Slow,
    /// It does not answer, whatever its time.
    Stuck,
    /// It answers for one too few.
    Forgetful,
    /// It answers with what is no number.
    Garbage,
}

/// The real store, failing where the test wants it to.
pub(crate) struct Faulty {
    fault: Fault,
    on: fn(&[Key]) -> bool,
}

impl Faulty {
    /// A store that fails on every read.
    pub(crate) fn any(fault: Fault) -> Arc<dyn FeatureStore> {
        Arc::new(Self { fault, on: |_| true })
    }

    fn on(fault: Fault, on: fn(&[Key]) -> bool) -> Arc<dyn FeatureStore> {
        Arc::new(Self { fault, on })
    }
}

fn context(keys: &[Key]) -> bool {
    keys.iter().any(|key| key.entity == Entity::Viewer)
}

fn candidates(keys: &[Key]) -> bool {
    keys.iter().all(|key| key.entity == Entity::Track)
}

#[tonic::async_trait]
impl FeatureStore for Faulty {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        if !(self.on)(keys) {
            return store().read(keys, within).await;
        }
        match self.fault {
            Fault::Broken | Fault::Garbage => Err(StoreError::Engine("broken".into())),
            Fault::Slow => {
                tokio::time::sleep(within).await;
                Err(StoreError::Timeout)
            }
            Fault::Stuck => std::future::pending().await,
            Fault::Forgetful => {
                let mut records = store().read(keys, within).await?;
                records.pop();
                Ok(records)
            }
        }
    }
}

/// The real model's signature over something that fails.
struct FaultyModel(Fault, Signature);

impl FaultyModel {
    fn with(fault: Fault) -> Arc<dyn Model> {
        Arc::new(Self(fault, model().signature().clone()))
    }
}

#[tonic::async_trait]
impl Model for FaultyModel {
    fn signature(&self) -> &Signature {
        &self.1
    }

    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError> {
        match self.0 {
            Fault::Broken => Err(ModelError::Engine("broken".into())),
            Fault::Slow => {
                tokio::time::sleep(within).await;
                Err(ModelError::Timeout)
            }
            Fault::Stuck => std::future::pending().await,
            Fault::Forgetful => Ok(vec![0.5; rows.rows() - 1]),
            Fault::Garbage => {
                let numbers = [0.5, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
                Ok(numbers.into_iter().cycle().take(rows.rows()).collect())
            }
        }
    }
}

/// A log that takes nothing.
struct FullLog;

#[tonic::async_trait]
impl ExposureLog for FullLog {
    async fn record(&self, _exposure: Exposure) -> Result<(), LogError> {
        Err(LogError::Full)
    }

    async fn flush(&self, _within: Duration) -> Result<(), LogError> {
        Err(LogError::Timeout)
    }
}

fn degraded(response: &RankQueueResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

#[tokio::test]
async fn a_model_that_fails_leaves_a_ranking_by_the_prior() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Running::with(|app| app.parts.model = FaultyModel::with(fault)).await;
        let response = service
            .rank_within(request(), Duration::from_secs(1))
            .await
            .expect("an answer without the model");
        assert_eq!(degraded(&response), [("model", cause)]);
        assert_eq!(response.items.len(), 10);
        assert!(response.items.iter().all(|item| item.stage_scores.iter().any(|part| part.stage == "prior")));
        assert_eq!(service.exposures.all()[0].degraded, ["model"], "what is logged says what was served");
    }
}

#[tokio::test]
async fn scores_that_are_no_numbers_are_dropped_and_counted() {
    let service = Running::with(|app| app.parts.model = FaultyModel::with(Fault::Garbage)).await;
    let mut request = request();
    let candidate = |number| QueueCandidate { track_id: format!("trk-{number:05}"), origin: 0 };
    request.candidates = (100..120).map(candidate).collect();
    request.limit = 100;
    let response = service.rank(request).await.expect("some scores are numbers");
    let removed: u32 = response.removed.iter().map(|removed| removed.count).sum();
    assert_eq!(response.items.len() + response.non_finite_scores as usize + removed as usize, 20);
    assert!(response.non_finite_scores >= 14);
    assert!(response.items.iter().all(|item| item.score.is_finite()));
}

#[tokio::test]
async fn a_store_that_fails_on_candidates_leaves_a_ranking_of_what_is_known() {
    for (fault, cause) in [
        (Fault::Broken, DegradeCause::Dependency),
        (Fault::Slow, DegradeCause::Timeout),
        (Fault::Forgetful, DegradeCause::Length),
    ] {
        let service = Running::with(|app| app.parts.store = Faulty::on(fault, candidates)).await;
        let response =
            service.rank_within(request(), Duration::from_secs(1)).await.expect("an answer without features");
        assert_eq!(degraded(&response), [("features", cause)]);
        assert_eq!(response.items.len(), 10);
    }
}

#[tokio::test]
async fn a_store_that_fails_on_the_viewer_leaves_a_ranking_of_what_is_known_to_be_clean() {
    for fault in [Fault::Broken, Fault::Slow, Fault::Forgetful] {
        let service = Running::with(|app| app.parts.store = Faulty::on(fault, context)).await;
        let mut request = request();
        let candidate = |id: &str| QueueCandidate { track_id: id.to_owned(), origin: 0 };
        request.candidates = ["trk-00000", "trk-00001", "trk-unheard-of"].map(candidate).into();
        let response =
            service.rank_within(request, Duration::from_secs(1)).await.expect("an answer without the viewer");
        assert_eq!(degraded(&response)[0].0, "context");
        let ids: Vec<_> = response.items.iter().map(|item| item.track_id.as_str()).collect();
        assert_eq!(ids, ["trk-00001"], "who may be a child is treated as one");
    }
}

#[tokio::test]
async fn a_store_that_fails_where_candidates_come_from_leaves_no_answer() {
    let service = Running::with(|app| app.parts.store = Faulty::any(Fault::Broken)).await;
    let status = service.rank(request()).await.expect_err("there are no candidates");
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "stage `radio` failed", "nothing of the inside is told");
}

#[tokio::test]
async fn a_slow_store_and_a_slow_model_still_leave_an_answer_in_time() {
    let service = Running::with(|app| {
        app.parts.store = Faulty::on(Fault::Slow, |keys| context(keys) || candidates(keys));
        app.parts.model = FaultyModel::with(Fault::Slow);
    })
    .await;
    let mut request = request();
    request.candidates = vec![QueueCandidate { track_id: "trk-00001".to_owned(), origin: 0 }];
    let time = Duration::from_secs(2);
    let started = std::time::Instant::now();
    let response = service.rank_within(request, time).await.expect("an answer without store and model");
    assert!(started.elapsed() < time);
    let stages: Vec<_> = degraded(&response);
    let timeout = DegradeCause::Timeout;
    assert_eq!(stages, [("context", timeout), ("features", timeout), ("model", timeout)]);
}

#[tokio::test]
async fn an_exposure_log_that_is_full_is_said_in_the_answer_and_at_shutdown() {
    let service = Running::with(|app| app.parts.exposures = Arc::new(FullLog)).await;
    let response = service.rank(request()).await.expect("an answer without a log");
    assert_eq!(degraded(&response), [("exposure", DegradeCause::Dependency)]);
    assert_eq!(response.items.len(), 10);
    let ended = service.stop().await.expect_err("exposures are not kept");
    assert_eq!(ended.to_string(), "failed to flush exposures");
}
