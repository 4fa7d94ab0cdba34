//! Structured logs: one JSON object a line, on standard error.
use std::error::Error;
use std::fmt;

use opentelemetry::trace::TracerProvider;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{dynamic_filter_fn, filter_fn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{export, trace};

/// Logs events of at least this level from here on, panics among them, and follows requests in traces. A process does so
/// once; a second call changes nothing.
pub fn log_to_stderr(level: Level) {
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panicked")));
    // A second subscriber is refused, and the first one stays: tests start services more than once in a process.
    subscriber(level, std::io::stderr).try_init().unwrap_or_default();
}

/// Writes events, and makes spans of a trace known to [`trace`] and to [`export`].
pub(crate) fn subscriber<W>(level: Level, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let of_level = filter_fn(move |metadata| metadata.is_event() && *metadata.level() <= level);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .map_event_format(WithTrace)
        .with_writer(writer)
        .with_filter(of_level.with_max_level_hint(level));
    let followed = dynamic_filter_fn(|metadata, _| trace::is_followed(metadata));
    let traces = tracing_opentelemetry::layer()
        .with_tracer(export::tracer_provider().tracer("ranker"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(followed.with_max_level_hint(Level::INFO));
    tracing_subscriber::registry().with(lines).with(traces)
}

/// Writes events as another format does, with the trace and the span in which they happened.
struct WithTrace<F>(F);

impl<S, N, F> FormatEvent<S, N> for WithTrace<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut object = String::new();
        self.0.format_event(context, Writer::new(&mut object), event)?;
        match (trace::current(), object.strip_prefix('{')) {
            (Some((trace_id, span_id)), Some(fields)) => {
                write!(writer, r#"{{"trace_id":"{trace_id}","span_id":"{span_id}",{fields}"#)
            }
            _ => writer.write_str(&object),
        }
    }
}

/// An error and what led to it, on one line.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        // Some errors end with what their cause says.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::error_chain;

    #[derive(Debug, thiserror::Error)]
    enum Failure {
        #[error("failed to rank")]
        Rank(#[source] Box<Failure>),
        #[error("dependency failed: {0}")]
        Dependency(#[source] Box<Failure>),
        #[error("the store is down")]
        Down,
    }

    #[test]
    fn all_causes_are_said_once() {
        let error = Failure::Rank(Box::new(Failure::Dependency(Box::new(Failure::Down))));
        assert_eq!(error_chain(&error), "failed to rank: dependency failed: the store is down");
    }
}
