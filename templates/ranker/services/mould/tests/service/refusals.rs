//! What a caller gets for a request that is wrong, late or too much.
use std::time::{Duration, Instant};

use prost_reflect::prost::Message;
use protocol::ranking::v1::mould_client::MouldClient;
use protocol::ranking::v1::{MouldCandidate, MouldRankRequest};
use testkit::{Fault, FaultyStore, request_within};
use tonic::{Code, Request};
use tonic_types::StatusExt;

use crate::support::{Service, Setup, candidate, request};

/// The store does not answer, whatever its time.
fn stuck(setup: &mut Setup) {
    setup.parts.store = FaultyStore::always(setup.parts.store.clone(), Fault::Stuck);
}

#[tokio::test]
async fn a_wrong_field_is_named_in_message_and_details() {
    let service = Service::start().await;
    type Change = fn(&mut MouldRankRequest);
    let cases: [(Change, &str); 5] = [
        (|r| r.request_id.clear(), "request_id"),
        (|r| r.viewer = None, "viewer"),
        (|r| r.limit = 1_000_000, "limit"),
        (|r| r.candidates = vec![MouldCandidate::default(); 3], "candidates[0].track_id"),
        (|r| r.candidates[1].relevance = f64::INFINITY, "candidates[1].relevance"),
    ];
    for (change, field) in cases {
        let mut wrong = request();
        change(&mut wrong);
        let status = service.rank(wrong).await.expect_err("the request is wrong");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().starts_with(&format!("{field}: ")), "{}", status.message());
        let details = status.get_details_bad_request().expect("the status has details");
        assert_eq!(details.field_violations[0].field, field);
    }
    assert_eq!(service.exposures.all(), [], "what is refused is not exposed");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused_before_it_is_decoded() {
    let service = Service::start().await;
    let large = MouldRankRequest { candidates: vec![candidate(7, 0.5); 20_000], ..request() };
    assert!(large.encoded_len() > 256 << 10);
    let status = service.rank(large).await.expect_err("the request is too large");
    assert_eq!(status.code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_caller_who_sets_no_deadline_has_the_time_of_the_configuration() {
    let service = Service::with(stuck).await;
    let started = Instant::now();
    let mut client = MouldClient::new(service.channel().await);
    let status = client.rank(Request::new(request())).await.expect_err("the store is stuck");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() >= Duration::from_millis(36), "nine tenths of 40 ms are used");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(service.exposures.all(), [], "what is not served is not exposed");
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_refused_at_once() {
    let service = Service::with(|setup| {
        setup.config.in_flight = 1;
        stuck(setup);
    })
    .await;
    let client = MouldClient::new(service.channel().await);
    let call = |mut client: MouldClient<_>| async move {
        client.rank(request_within(request(), Duration::from_secs(1))).await.expect_err("the store is stuck")
    };
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(call(client.clone()))).collect();
    let mut refused = 0;
    for call in calls {
        let status = call.await.expect("the call does not panic");
        if status.code() == Code::ResourceExhausted {
            refused += 1;
        } else {
            assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status}");
        }
    }
    assert!((1..8).contains(&refused), "{refused} of 8 were refused");
}
