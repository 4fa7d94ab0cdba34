//! Traces: one span for a request, below it one for each stage and each call of the store or the model.
//!
//! A trace begins with the caller or here, and is passed on in the headers of W3C Trace Context. Every request has a trace
//! identifier, and its log lines say which; what is exported is what is sampled, see [`crate::export`].
use std::future::Future;

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::{Empty, debug};
use tracing::{Instrument, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::calls::begin_call;
use crate::labels::{Code, Dependency};

/// The targets of the spans that make up a trace; spans of libraries are left out.
const REQUEST: &str = "request";
const INSIDE: [&str; 2] = ["pipeline", "dependency"];

/// The span of one request, for the method that metrics call `rpc`: a child of the caller's span if the request's headers
/// say so.
pub fn request_span<'a>(rpc: &'static str, header: impl Fn(&str) -> Option<&'a str>) -> Span {
    let span = tracing::info_span!(
        target: REQUEST,
        "request",
        otel.name = rpc,
        otel.kind = "server",
        otel.status_code = Empty,
        rpc.system = "grpc",
        code = Empty,
    );
    let headers = Headers { traceparent: header("traceparent"), tracestate: header("tracestate") };
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers);
    // Where nothing listens to spans, there is no trace to continue.
    span.set_parent(parent).unwrap_or_default();
    span
}

/// Says in a request's span what came of it.
pub fn answered(span: &Span, code: Code) {
    span.record("code", debug(code));
    if matches!(code, Code::DeadlineExceeded | Code::Unavailable | Code::Internal) {
        span.record("otel.status_code", "ERROR");
    }
}

/// Counts a call for so many records or rows for the request that this task runs, and follows it in a span.
pub async fn calling<T>(dependency: Dependency, keys: usize, call: impl Future<Output = T>) -> T {
    let _underway = begin_call(dependency, keys);
    let name = match dependency {
        Dependency::Store => "store",
        Dependency::Model => "model",
    };
    let span = tracing::info_span!(target: "dependency", "call", otel.name = name, otel.kind = "client");
    call.instrument(span).await
}

/// Hands the headers that pass the trace on to `put`, each with its name. A client adds them to its request.
pub fn inject(put: impl FnMut(&str, String)) {
    TraceContextPropagator::new().inject_context(&Context::current(), &mut Put(put));
}

/// The identifiers of the trace and the span in which this thread is, as hexadecimal numbers.
pub(crate) fn current() -> Option<(String, String)> {
    Context::map_current(|context| {
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| (span.trace_id().to_string(), span.span_id().to_string()))
    })
}

/// Whether a span is one of a trace. Every request has one; what is inside of it is followed if it is sampled.
pub(crate) fn is_followed(metadata: &Metadata<'_>) -> bool {
    let sampled = || Context::map_current(|context| context.span().span_context().is_sampled());
    metadata.is_span() && (metadata.target() == REQUEST || (INSIDE.contains(&metadata.target()) && sampled()))
}

/// The headers of a request that continue a trace.
struct Headers<'a> {
    traceparent: Option<&'a str>,
    tracestate: Option<&'a str>,
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            "traceparent" => self.traceparent,
            "tracestate" => self.tracestate,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent", "tracestate"]
    }
}

/// Headers to write.
struct Put<F>(F);

impl<F: FnMut(&str, String)> Injector for Put<F> {
    fn set(&mut self, key: &str, value: String) {
        if !value.is_empty() {
            (self.0)(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use tracing::Level;

    use super::*;
    use crate::logs::subscriber;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics").write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Does something for a request with this header, and gives what was logged.
    fn logged(traceparent: Option<&str>, work: impl FnOnce()) -> Vec<serde_json::Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        tracing::subscriber::with_default(subscriber(Level::INFO, move || writer.clone()), || {
            request_span("Rank", |name| if name == "traceparent" { traceparent } else { None })
                .in_scope(work);
        });
        let text = String::from_utf8(lines.0.lock().expect("nobody panics").clone()).expect("logs are text");
        text.lines().map(|line| serde_json::from_str(line).expect("a log line is JSON")).collect()
    }

    fn traceparent() -> String {
        let mut headers = Vec::new();
        inject(|name, value| headers.push((name.to_owned(), value)));
        let [(name, value)] = &headers[..] else { panic!("{headers:?}") };
        assert_eq!(name, "traceparent");
        value.clone()
    }

    #[test]
    fn a_log_line_says_in_which_trace_it_is_written() {
        let lines =
            logged(Some(&format!("00-{TRACE}-00f067aa0ba902b7-00")), || tracing::info!(items = 3, "ranked"));
        assert_eq!(lines[0]["trace_id"], TRACE);
        assert_ne!(lines[0]["span_id"], "00f067aa0ba902b7", "the span is the request's own");
        assert_eq!(lines[0]["message"], "ranked");
        assert_eq!(lines[0]["items"], 3);
    }

    #[test]
    fn a_request_without_a_trace_begins_one() {
        for header in [
            None,
            Some(""),
            Some("00-x-y-00"),
            Some("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
        ] {
            let one = logged(header, || tracing::info!("ranked"))[0]["trace_id"].clone();
            let other = logged(header, || tracing::info!("ranked"))[0]["trace_id"].clone();
            assert_eq!(one.as_str().map(str::len), Some(32));
            assert_ne!(one, other, "every request has its own");
        }
    }

    #[test]
    fn outside_of_a_request_there_is_no_trace() {
        let lines = Lines::default();
        let writer = lines.clone();
        tracing::subscriber::with_default(subscriber(Level::INFO, move || writer.clone()), || {
            tracing::info!("stopping");
        });
        let text = String::from_utf8(lines.0.lock().expect("nobody panics").clone()).expect("logs are text");
        assert!(text.contains("stopping") && !text.contains("trace_id"), "{text}");
    }

    #[test]
    fn a_trace_is_passed_on_with_its_decision() {
        for sampled in ["00", "01"] {
            let header = format!("00-{TRACE}-00f067aa0ba902b7-{sampled}");
            logged(Some(&header), || {
                let passed_on = traceparent();
                assert!(passed_on.starts_with(&format!("00-{TRACE}-")) && passed_on.ends_with(sampled));
                assert_ne!(passed_on, header, "the span is the request's own");
            });
        }
    }

    #[test]
    fn what_is_inside_of_a_request_is_followed_if_it_is_sampled() {
        for (sampled, followed) in [("00", false), ("01", true)] {
            logged(Some(&format!("00-{TRACE}-00f067aa0ba902b7-{sampled}")), || {
                let outside = traceparent();
                tracing::info_span!(target: "pipeline", "stage").in_scope(|| {
                    assert_eq!(traceparent() != outside, followed);
                });
            });
        }
    }
}
