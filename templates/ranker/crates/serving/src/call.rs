//! One call: its deadline, its place among those in flight, and what is measured of it.
use std::future::Future;
use std::time::{Duration, Instant, SystemTime};

use pipeline::{Degraded, Outcome, Pipeline, RankError, StageError};
use stages::{Contribution, Explainer};
use telemetry::trace::{answered, request_span};
use telemetry::{Calls, Cause, Code, Deadline, InFlight, counted, error_chain, grpc_timeout};
use tokio::time::timeout;
use tonic::metadata::MetadataMap;
use tonic::{Response, Status};
use tracing::{Instrument, Span};

use crate::cost::Meter;
use crate::host::{Host, Limits};
use crate::ranker::Ranker;
use crate::refusal::Refusal;

/// The name under which an explanation that could not be had is told.
const EXPLAIN: &str = "explain";

/// A call that is being answered.
pub struct Call<'a> {
    host: &'a Host,
    rpc: &'static str,
    request_id: &'a str,
    started: Instant,
    deadline: Deadline,
    /// When it came in, by the service's clock.
    pub now: SystemTime,
    span: Span,
    _in_flight: InFlight,
}

impl<'a> Call<'a> {
    /// A call of the method `rpc` has come in. Metrics call the method by this name; logs call the request by its
    /// identifier.
    pub fn begin(host: &'a Host, rpc: &'static str, metadata: &MetadataMap, request_id: &'a str) -> Self {
        let now = host.clock.now();
        host.tell_standings(now);
        Self {
            host,
            rpc,
            request_id,
            started: Instant::now(),
            deadline: deadline(host.limits, metadata),
            now,
            span: request_span(rpc, |name| metadata.get(name)?.to_str().ok()),
            _in_flight: host.metrics.begin(),
        }
    }

    /// Does the work if there is room for it, and makes a response or a status of what comes of it.
    ///
    /// # Errors
    /// The status of the work's [`Refusal`], or RESOURCE_EXHAUSTED where as many calls as there may be are in flight.
    pub async fn answer<R>(
        &self,
        work: impl Future<Output = Result<R, Refusal>>,
    ) -> Result<Response<R>, Status> {
        self.measured(work).instrument(self.span.clone()).await
    }

    async fn measured<R>(
        &self,
        work: impl Future<Output = Result<R, Refusal>>,
    ) -> Result<Response<R>, Status> {
        let mut told = Told { call: self, code: Code::Cancelled };
        let meter = self.host.costs.then(Meter::begin);
        let (result, calls) = match self.host.slots.try_acquire() {
            Err(_none_left) => (Err(Refusal::Busy), Calls::default()),
            Ok(_slot) => {
                let (result, calls) = counted(work).await;
                self.host.metrics.called(calls, self.now);
                (result, calls)
            }
        };
        told.code = result.as_ref().err().map_or(Code::Ok, Refusal::code);
        let mut answer = result.map(Response::new).map_err(|refusal| {
            refusal.log(self.request_id, self.took_ms());
            Status::from(refusal)
        });
        if let Some(meter) = meter {
            let metadata = match &mut answer {
                Ok(response) => response.metadata_mut(),
                Err(status) => status.metadata_mut(),
            };
            meter.tell(&calls, metadata);
        }
        answer
    }

    /// Ranks within what is left of the deadline, and counts and logs what came of it.
    ///
    /// # Errors
    /// [`Refusal::Late`] if the deadline is over, or over for a stage without which there is no ranking;
    /// [`Refusal::Failed`] if such a stage failed.
    pub async fn rank<Q, C>(&self, pipeline: &Pipeline<Q, C>, query: Q) -> Result<Outcome<Q, C>, Refusal>
    where
        Q: Send + Sync + 'static,
        C: Ord + Send + Sync + 'static,
    {
        let (outcome, _unexplained) = self.rank_and_explain(pipeline, None, query).await?;
        Ok(outcome)
    }

    /// Ranks as [`Call::rank`] does and, where the request asks for it and there is a model, explains what stands.
    ///
    /// # Errors
    /// Those of [`Call::rank`].
    pub async fn rank_by<Q, C>(
        &self,
        ranker: &Ranker<Q, C>,
        query: Q,
        explain: bool,
    ) -> Result<(Outcome<Q, C>, Vec<Vec<Contribution>>), Refusal>
    where
        Q: Send + Sync + 'static,
        C: Ord + Send + Sync + 'static,
    {
        let explainer = ranker.explainer.as_ref().filter(|_| explain);
        self.rank_and_explain(&ranker.pipeline, explainer, query).await
    }

    async fn rank_and_explain<Q, C>(
        &self,
        pipeline: &Pipeline<Q, C>,
        explainer: Option<&Explainer<Q, C>>,
        query: Q,
    ) -> Result<(Outcome<Q, C>, Vec<Vec<Contribution>>), Refusal>
    where
        Q: Send + Sync + 'static,
        C: Ord + Send + Sync + 'static,
    {
        // A stage gets half of what is left, so that a slow one leaves time for an answer without it.
        let budget = || self.remaining() / 2;
        let mut outcome = self.in_time(pipeline.choose(query, &budget)).await?;
        let explained = match explainer {
            Some(explainer) => self.explain(explainer, &mut outcome).await,
            None => Vec::new(),
        };
        // Effects tell that the answer is served, so nothing that waits stands between them and the answer: a caller who
        // goes away meanwhile would have been told of, too.
        self.in_time(pipeline.act(&mut outcome, &budget)).await?;
        self.count(&outcome);
        let degraded: Vec<_> = outcome.degraded.iter().map(|degraded| degraded.stage).collect();
        let degraded = degraded.join(",");
        let (request_id, took_ms, items) = (self.request_id, self.took_ms(), outcome.ranked.len());
        tracing::info!(request_id, took_ms, items, degraded, "ranked");
        Ok((outcome, explained))
    }

    /// Runs stages for as long as the deadline lasts. What does not wait is done even if it is over.
    async fn in_time<T>(&self, stages: impl Future<Output = Result<T, RankError>>) -> Result<T, Refusal> {
        match timeout(self.remaining(), stages).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(RankError { error: StageError::Timeout, .. })) | Err(_) => Err(Refusal::Late),
            Ok(Err(error)) => Err(Refusal::Failed(error)),
        }
    }

    /// Explains a ranking that stands: what each feature of the model contributed to the score of each candidate, in their
    /// order. If that cannot be had within half of what is left, it is nothing, and the outcome says that it is degraded.
    async fn explain<Q, C>(
        &self,
        explainer: &Explainer<Q, C>,
        outcome: &mut Outcome<Q, C>,
    ) -> Vec<Vec<Contribution>> {
        let within = self.remaining() / 2;
        let explain = explainer.explain(&outcome.query, &outcome.ranked, within);
        let error = match timeout(within, explain).await {
            Ok(Ok(explained)) => return explained,
            Ok(Err(error)) => error,
            Err(_elapsed) => StageError::Timeout,
        };
        outcome.degraded.push(Degraded { stage: EXPLAIN, error });
        Vec::new()
    }

    /// What is left of the deadline.
    pub fn remaining(&self) -> Duration {
        self.deadline.remaining()
    }

    fn took_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1e3
    }

    fn count<Q, C>(&self, outcome: &Outcome<Q, C>) {
        let metrics = &self.host.metrics;
        let mut candidates = outcome.ranked.len() + outcome.non_finite.len();
        for removed in &outcome.removed_by {
            metrics.removed(removed.stage, removed.candidates.len());
            candidates += removed.candidates.len();
        }
        metrics.ranked(candidates, outcome.non_finite.len());
        for Degraded { stage, error } in &outcome.degraded {
            tracing::warn!(stage, error = error_chain(error), "degraded");
            metrics.degraded(stage, cause(error));
        }
    }
}

/// When the answer is due. A tenth of the time is held back for the way to the caller.
fn deadline(limits: Limits, metadata: &MetadataMap) -> Deadline {
    let granted = metadata.get("grpc-timeout").and_then(|value| grpc_timeout(value.to_str().ok()?));
    let granted = granted.unwrap_or(limits.usual).min(limits.most);
    Deadline::within(granted - granted / 10)
}

fn cause(error: &StageError) -> Cause {
    match error {
        StageError::Timeout => Cause::Timeout,
        StageError::Dependency(_) => Cause::Dependency,
        StageError::Length { .. } => Cause::Length,
    }
}

/// Tells the metrics how a call ended, also if its caller went away and nobody waits for the answer any more.
struct Told<'a> {
    call: &'a Call<'a>,
    code: Code,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let Call { host, rpc, started, deadline, span, .. } = self.call;
        answered(span, self.code);
        host.metrics.answered(rpc, self.code, started.elapsed(), deadline.remaining());
    }
}
