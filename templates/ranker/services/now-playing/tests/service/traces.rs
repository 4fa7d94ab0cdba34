//! Traces, as a collector receives them from the built binary.
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

/// The names of the spans that are parts of another.
fn parts_of<'a>(whole: &CollectedSpan, spans: &'a [CollectedSpan]) -> Vec<&'a str> {
    let mut names: Vec<_> =
        spans.iter().filter(|span| span.parent == whole.id).map(|span| span.name.as_str()).collect();
    names.sort_unstable();
    names
}

fn named<'a>(name: &str, spans: &'a [CollectedSpan]) -> &'a CollectedSpan {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span {name} in {spans:?}"))
}

#[tokio::test]
async fn a_request_is_a_part_of_the_callers_trace_with_its_stages_and_their_calls() {
    let (spans, logs) = traced(Some(format!("00-{TRACE}-{CALLER}-01"))).await;
    let whole = named("RankQueue", &spans);
    assert_eq!(whole.parent, CALLER);
    assert!(spans.iter().all(|span| span.trace == TRACE && !span.failed), "{spans:?}");
    assert!(whole.service.contains("ranking.v1.NowPlaying"), "{}", whole.service);

    let parts = Parts { store: store().await, model: model("now_playing").await, seed: 0 };
    let host = host(&config(), Arc::new(MemoryLog::default()));
    let description = build(&parts, &host).expect("the model is one for this service").describe();
    let mut stages: Vec<_> = description.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    stages.sort_unstable();
    assert_eq!(parts_of(whole, &spans), stages);
    assert_eq!(parts_of(named("features", &spans), &spans), ["store"]);
    assert_eq!(
        parts_of(
            spans
                .iter()
                .find(|span| span.name == "model" && span.parent == whole.id)
                .expect("the stage is there"),
            &spans
        ),
        ["model"]
    );

    let line =
        logs.lines().find(|line| line.contains(r#""message":"ranked""#)).expect("the request is logged");
    assert!(line.contains(&format!(r#""trace_id":"{TRACE}""#)), "{line}");
    assert!(line.contains(&format!(r#""span_id":"{}""#, whole.id)), "{line}");
}

#[tokio::test]
async fn a_request_without_a_trace_begins_one() {
    let (spans, _) = traced(None).await;
    let whole = named("RankQueue", &spans);
    assert_eq!(whole.parent, "");
    assert_eq!(whole.trace.len(), 32);
    assert!(spans.iter().all(|span| span.trace == whole.trace), "{spans:?}");
}

#[tokio::test]
async fn a_trace_that_the_caller_does_not_sample_is_logged_and_not_exported() {
    let (spans, logs) = traced(Some(format!("00-{TRACE}-{CALLER}-00"))).await;
    assert_eq!(spans, []);
    assert!(logs.contains(TRACE));
}
