//! What a caller gets for a request that is wrong, late or too much.
use std::time::{Duration, Instant};

use prost_reflect::prost::Message;
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use protocol::ranking::v1::{QueueCandidate, RankQueueRequest, SessionTrack};
use testkit::{Fault, FaultyStore, check_unknown_field};
use tonic::{Code, Request};
use tonic_types::StatusExt;

use crate::support::{Service, Setup, request};

/// The store does not answer, whatever its time.
fn stuck(setup: &mut Setup) {
    setup.parts.store = FaultyStore::always(setup.parts.store.clone(), Fault::Stuck);
}

#[tokio::test]
async fn a_wrong_field_is_named_in_message_and_details() {
    let service = Service::start().await;
    type Change = fn(&mut RankQueueRequest);
    let cases: [(Change, &str); 8] = [
        (|r| r.request_id.clear(), "request_id"),
        (|r| r.viewer = None, "viewer"),
        (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id"),
        (|r| r.playing = None, "playing"),
        (|r| r.limit = 0, "limit"),
        (|r| r.limit = 1_000_000, "limit"),
        (|r| r.candidates = vec![QueueCandidate::default(); 3], "candidates[0].track_id"),
        (
            |r| r.session = vec![SessionTrack { track_id: "\n".to_owned(), skipped: false }],
            "session[0].track_id",
        ),
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
    let mut large = request();
    large.candidates = vec![QueueCandidate { track_id: "t".repeat(64), origin: 0 }; 10_000];
    assert!(large.encoded_len() > 256 << 10);
    let status = service.rank(large).await.expect_err("the request is too large");
    assert_eq!(status.code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_caller_with_no_time_gets_no_answer_and_soon() {
    let service = Service::with(stuck).await;
    let started = Instant::now();
    let status =
        service.rank_within(request(), Duration::from_millis(50)).await.expect_err("the store is stuck");
    // The client's own timer may end the call just before the service's answer is there.
    assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status}");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(service.exposures.all(), [], "what is not served is not exposed");
}

#[tokio::test]
async fn a_caller_who_sets_no_deadline_has_forty_milliseconds() {
    let service = Service::with(stuck).await;
    let started = Instant::now();
    let mut client = NowPlayingClient::new(service.channel().await);
    let status = client.rank_queue(Request::new(request())).await.expect_err("the store is stuck");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() >= Duration::from_millis(36), "nine tenths of the time are used");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_deadline_longer_than_the_longest_is_cut_to_it() {
    let service = Service::with(|setup| {
        setup.config.deadline.max_ms = 50;
        stuck(setup);
    })
    .await;
    let started = Instant::now();
    let status =
        service.rank_within(request(), Duration::from_secs(60)).await.expect_err("the store is stuck");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn more_requests_than_there_is_room_for_are_refused_at_once() {
    let service = Service::with(|setup| {
        setup.config.in_flight = 1;
        stuck(setup);
    })
    .await;
    let client = NowPlayingClient::new(service.channel().await);
    let call = |mut client: NowPlayingClient<_>| async move {
        let mut request = Request::new(request());
        request.set_timeout(Duration::from_secs(1));
        client.rank_queue(request).await.expect_err("the store is stuck")
    };
    let calls: Vec<_> = (0..8).map(|_| tokio::spawn(call(client.clone()))).collect();
    let mut refused = 0;
    for call in calls {
        let status = call.await.expect("the call does not panic");
        if status.code() == Code::ResourceExhausted {
            assert_eq!(status.message(), "too many requests are being answered");
            refused += 1;
        } else {
            assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status}");
        }
    }
    assert!((1..8).contains(&refused), "{refused} of 8 were refused");
}

#[tokio::test]
async fn a_field_that_the_service_does_not_know_is_ignored() {
    let service = Service::start().await;
    check_unknown_field(request(), async |request| service.rank(request).await).await;
}
