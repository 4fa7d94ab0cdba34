//! Running stages under watch: a span for each, and whatever the service brings, since the runner has no clock.
use std::future::Future;
use std::time::Duration;

use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use crate::budget::Budget;
use crate::error::StageError;

/// Called as a stage begins; what it gives is dropped as the stage ends, however it does.
pub(crate) type Begin = Box<dyn Fn(&'static str) -> Box<dyn Send> + Send + Sync>;

/// What watches stages run.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) begin: Option<Begin>,
}

impl Watch {
    /// Runs a stage that can fail, if there is time left for it.
    pub(crate) async fn run<T, F>(
        &self,
        kind: &'static str,
        stage: &'static str,
        budget: &dyn Budget,
        run: impl FnOnce(Duration) -> F,
    ) -> Result<T, StageError>
    where
        F: Future<Output = Result<T, StageError>>,
    {
        let in_time = async {
            let within = budget.remaining();
            if within.is_zero() { Err(StageError::Timeout) } else { run(within).await }
        };
        self.run_anyway(kind, stage, in_time).await
    }

    /// Runs a stage that can fail, however little time is left.
    pub(crate) async fn run_anyway<T>(
        &self,
        kind: &'static str,
        stage: &'static str,
        run: impl Future<Output = Result<T, StageError>>,
    ) -> Result<T, StageError> {
        let _watched = self.begin.as_ref().map(|begin| begin(stage));
        let span = span(kind, stage);
        run.instrument(span.clone()).await.inspect_err(|error| {
            span.record("otel.status_code", "ERROR");
            span.record("error", display(error));
        })
    }

    /// Runs a stage that cannot fail.
    pub(crate) fn run_surely<T>(
        &self,
        kind: &'static str,
        stage: &'static str,
        run: impl FnOnce() -> T,
    ) -> T {
        let _watched = self.begin.as_ref().map(|begin| begin(stage));
        span(kind, stage).in_scope(run)
    }
}

/// The span of a stage. Its target is `pipeline`, so that whoever logs can leave the spans of stages out.
fn span(kind: &'static str, stage: &'static str) -> Span {
    tracing::info_span!(
        target: "pipeline",
        "stage",
        otel.name = stage,
        otel.status_code = Empty,
        kind,
        error = Empty
    )
}
