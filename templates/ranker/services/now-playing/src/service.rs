//! The gRPC handler: decode, deadline, rank, encode.
use std::sync::Arc;
use std::time::{Duration, Instant};

use experiments::Assignments;
use pipeline::{Outcome, Pipeline, RankError, StageError};
use protocol::ranking::v1::now_playing_server::NowPlaying;
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use stages::EXPOSURE;
use telemetry::{Cause, Clock, Code, Deadline, Metrics, error_chain, grpc_timeout};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::candidate::Candidate;
use crate::query::Query;
use crate::request::{InvalidField, decode};
use crate::response::encode;

/// The method, as metrics call it.
const RPC: &str = "RankQueue";

/// How much time a request has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadlines {
    /// Where the caller says nothing.
    pub(crate) default: Duration,
    /// However much the caller grants.
    pub(crate) max: Duration,
}

/// Answers requests.
pub(crate) struct Service {
    pub(crate) pipeline: Pipeline<Query, Candidate>,
    pub(crate) model_version: String,
    pub(crate) assignments: Assignments,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) deadlines: Deadlines,
    pub(crate) slots: Semaphore,
}

#[tonic::async_trait]
impl NowPlaying for Service {
    async fn rank_queue(
        &self,
        request: Request<RankQueueRequest>,
    ) -> Result<Response<RankQueueResponse>, Status> {
        let started = Instant::now();
        let deadline = self.deadline(request.metadata());
        let _in_flight = self.metrics.begin();
        let request = request.into_inner();
        let request_id = request.request_id.clone();
        let result = self.answer(request, deadline).await;
        self.report(&request_id, &result, started.elapsed(), deadline);
        match result {
            Ok(outcome) => Ok(Response::new(encode(&outcome, &self.model_version))),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error("too many requests are being answered")]
    Busy,
    #[error("no answer within the deadline")]
    Late,
    #[error(transparent)]
    Failed(RankError),
}

impl Service {
    /// When the answer is due. A tenth of the time is held back for the way to the caller.
    fn deadline(&self, metadata: &MetadataMap) -> Deadline {
        let granted = metadata.get("grpc-timeout").and_then(|value| grpc_timeout(value.to_str().ok()?));
        let granted = granted.unwrap_or(self.deadlines.default).min(self.deadlines.max);
        Deadline::within(granted - granted / 10)
    }

    async fn answer(
        &self,
        request: RankQueueRequest,
        deadline: Deadline,
    ) -> Result<Outcome<Query, Candidate>, Refusal> {
        let _slot = self.slots.try_acquire().map_err(|_none_left| Refusal::Busy)?;
        let query = decode(request, self.clock.now(), &self.assignments)?;
        // A stage gets half of what is left, so that a slow one leaves time for an answer without it.
        let budget = move || deadline.remaining() / 2;
        match timeout(deadline.remaining(), self.pipeline.rank(query, &budget)).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(RankError { error: StageError::Timeout, .. })) | Err(_) => Err(Refusal::Late),
            Ok(Err(error)) => Err(Refusal::Failed(error)),
        }
    }

    fn report(
        &self,
        request_id: &str,
        result: &Result<Outcome<Query, Candidate>, Refusal>,
        took: Duration,
        deadline: Deadline,
    ) {
        let took_ms = took.as_secs_f64() * 1e3;
        let code = match result {
            Ok(outcome) => {
                self.count(outcome);
                let degraded: Vec<_> = outcome.degraded.iter().map(|degraded| degraded.stage).collect();
                tracing::info!(request_id, took_ms, items = outcome.ranked.len(), ?degraded, "ranked");
                Code::Ok
            }
            Err(refusal) => {
                refusal.log(request_id, took_ms);
                refusal.code()
            }
        };
        self.metrics.answered(RPC, code, took, deadline.remaining());
    }

    fn count(&self, outcome: &Outcome<Query, Candidate>) {
        let mut candidates = outcome.ranked.len() + outcome.non_finite.len();
        for removed in &outcome.removed_by {
            self.metrics.removed(removed.stage, removed.candidates.len());
            candidates += removed.candidates.len();
        }
        self.metrics.ranked(candidates, outcome.non_finite.len());
        for degraded in &outcome.degraded {
            let cause = match degraded.error {
                StageError::Timeout => Cause::Timeout,
                StageError::Dependency(_) => Cause::Dependency,
                StageError::Length { .. } => Cause::Length,
            };
            tracing::warn!(stage = degraded.stage, error = error_chain(&degraded.error), "degraded");
            self.metrics.degraded(degraded.stage, cause);
        }
        if !outcome.degraded.iter().any(|degraded| degraded.stage == EXPOSURE) {
            self.metrics.exposed();
        }
    }
}

impl Refusal {
    fn log(&self, request_id: &str, took_ms: f64) {
        let code = self.code();
        match self {
            // What is wrong may be the identifier, and then it may be anything.
            Self::Invalid(wrong) => tracing::info!(took_ms, ?code, field = wrong.field, "refused"),
            Self::Busy | Self::Late => tracing::warn!(took_ms, ?code, error = %self, "refused"),
            Self::Failed(error) => {
                tracing::error!(request_id, took_ms, ?code, error = error_chain(error), "refused");
            }
        }
    }

    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::Busy => Code::ResourceExhausted,
            Self::Late => Code::DeadlineExceeded,
            Self::Failed(_) => Code::Unavailable,
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Invalid(InvalidField { field, problem }) => Self::with_error_details(
                tonic::Code::InvalidArgument,
                message,
                ErrorDetails::with_bad_request_violation(field, problem),
            ),
            Refusal::Busy => Self::resource_exhausted(message),
            Refusal::Late => Self::deadline_exceeded(message),
            Refusal::Failed(_) => Self::unavailable(message),
        }
    }
}
