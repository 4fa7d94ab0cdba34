//! Running stages under watch: a span for each, and whatever the service brings, since the runner has no clock.
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use crate::budget::Budget;
use crate::error::StageError;

/// What watches one stage: it is made before the stage begins, before any stage that runs beside it has run, and dropped as
/// the stage ends, however it does.
pub trait Watched: Send {
    /// The stage runs, until it ends or waits.
    fn enter(&mut self) {}

    /// The stage has ended or waits; others run meanwhile.
    fn leave(&mut self) {}
}

/// Called before a stage begins.
pub(crate) type Begin = Box<dyn Fn(&'static str) -> Box<dyn Watched> + Send + Sync>;

/// What watches stages run.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) begin: Option<Begin>,
}

impl Watch {
    /// Runs a stage that can fail, if there is time left for it.
    pub(crate) fn run<T, F>(
        &self,
        kind: &'static str,
        stage: &'static str,
        budget: &dyn Budget,
        run: impl FnOnce(Duration) -> F,
    ) -> impl Future<Output = Result<T, StageError>>
    where
        F: Future<Output = Result<T, StageError>>,
    {
        let in_time = async move {
            let within = budget.remaining();
            if within.is_zero() { Err(StageError::Timeout) } else { run(within).await }
        };
        self.run_anyway(kind, stage, in_time)
    }

    /// Runs a stage that can fail, however little time is left.
    pub(crate) fn run_anyway<T>(
        &self,
        kind: &'static str,
        stage: &'static str,
        run: impl Future<Output = Result<T, StageError>>,
    ) -> impl Future<Output = Result<T, StageError>> {
        let mut watched = self.begin(stage);
        async move {
            let span = span(kind, stage);
            let mut run = pin!(run.instrument(span.clone()));
            let in_turn = poll_fn(|context| {
                watched.iter_mut().for_each(|watched| watched.enter());
                let polled = run.as_mut().poll(context);
                watched.iter_mut().for_each(|watched| watched.leave());
                polled
            });
            in_turn.await.inspect_err(|error| {
                span.record("otel.status_code", "ERROR");
                span.record("error", display(error));
            })
        }
    }

    /// Runs a stage that cannot fail.
    pub(crate) fn run_surely<T>(
        &self,
        kind: &'static str,
        stage: &'static str,
        run: impl FnOnce() -> T,
    ) -> T {
        let _watched = self.begin(stage);
        span(kind, stage).in_scope(run)
    }

    fn begin(&self, stage: &'static str) -> Option<Box<dyn Watched>> {
        self.begin.as_ref().map(|begin| begin(stage))
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
