//! Traces, as a collector receives them from the built binary.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use now_playing::pipeline::{Parts, build};
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use testkit::{
    AMPLE, Binary, CollectedSpan, Collector, MemoryLog, connect, host, model, request_within, store,
};
use tonic::Request;

use crate::support::{config, request};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// What a collector receives of one request with this header, and what the service logs of it.
async fn traced(traceparent: Option<String>) -> (Vec<CollectedSpan>, String) {
    let collector = Collector::start();
    let binary = Binary::new(env!("CARGO_BIN_EXE_now-playing"));
    let (process, address) = binary.start_with(&["--traces", &collector.address]);
    let mut request: Request<_> = request_within(request(), AMPLE);
    if let Some(header) = traceparent {
        request.metadata_mut().insert("traceparent", header.parse().expect("it is a header"));
    }
    let mut client = NowPlayingClient::new(connect(&address).await);
    client.rank_queue(request).await.expect("the request is valid");
    drop(client);
    let logs = process.terminate();
    (collector.spans(), logs)
}

/// The span of the request.
fn whole(spans: &[CollectedSpan]) -> &CollectedSpan {
    spans.iter().find(|span| span.name == "RankQueue").unwrap_or_else(|| panic!("no request in {spans:?}"))
}

/// The spans that are parts of another, by name.
fn parts<'a>(whole: &CollectedSpan, spans: &'a [CollectedSpan]) -> BTreeMap<&'a str, &'a CollectedSpan> {
    let parts = spans.iter().filter(|span| span.parent == whole.id);
    parts.map(|span| (span.name.as_str(), span)).collect()
}

/// The stages of the pipeline, by name.
async fn stages() -> BTreeSet<String> {
    let parts = Parts { store: store().await, model: model("now_playing").await, seed: 0 };
    let host = host(&config(), Arc::new(MemoryLog::default()));
    let description = build(&parts, &host).expect("the model is one for this service").describe();
    description.lines().filter_map(|line| line.split_whitespace().nth(1)).map(str::to_owned).collect()
}

// The client is closed while the test waits for the service to end.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_a_part_of_the_callers_trace_with_its_stages_and_their_calls() {
    let (spans, logs) = traced(Some(format!("00-{TRACE}-{CALLER}-01"))).await;
    let whole = whole(&spans);
    assert_eq!(whole.parent, CALLER);
    assert!(spans.iter().all(|span| span.trace == TRACE && !span.failed), "{spans:?}");
    assert!(whole.service.contains("ranking.v1.NowPlaying"), "{}", whole.service);

    let stage_spans = parts(whole, &spans);
    assert!(stage_spans.keys().copied().eq(&stages().await), "{:?}", stage_spans.keys());
    for (stage, call) in [("context", "store"), ("features", "store"), ("model", "model")] {
        assert!(parts(stage_spans[stage], &spans).keys().eq([&call]), "calls of {stage}");
    }

    let line =
        logs.lines().find(|line| line.contains(r#""message":"ranked""#)).expect("the request is logged");
    assert!(line.contains(&format!(r#""trace_id":"{TRACE}""#)), "{line}");
    assert!(line.contains(&format!(r#""span_id":"{}""#, whole.id)), "{line}");
}

// The client is closed while the test waits for the service to end.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_trace_begins_one() {
    let (spans, _) = traced(None).await;
    let whole = whole(&spans);
    assert_eq!(whole.parent, "");
    assert_eq!(whole.trace.len(), 32);
    assert!(spans.iter().all(|span| span.trace == whole.trace), "{spans:?}");
}

// The client is closed while the test waits for the service to end.
#[tokio::test(flavor = "multi_thread")]
async fn a_trace_that_the_caller_does_not_sample_is_logged_and_not_exported() {
    let (spans, logs) = traced(Some(format!("00-{TRACE}-{CALLER}-00"))).await;
    assert_eq!(spans, []);
    assert!(logs.contains(TRACE));
}
