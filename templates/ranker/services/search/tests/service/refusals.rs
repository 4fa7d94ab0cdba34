//! What a caller gets for a request that is wrong, late or too much.
use std::time::{Duration, Instant};

use prost_reflect::prost::Message;
use protocol::ranking::v1::search_client::SearchClient;
use protocol::ranking::v1::{SearchFilter, SearchTracksRequest};
use testkit::{Fault, FaultyStore};
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
    type Change = fn(&mut SearchTracksRequest);
    let cases: [(Change, &str); 10] = [
        (|r| r.request_id.clear(), "request_id"),
        (|r| r.viewer = None, "viewer"),
        (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id"),
        (|r| r.viewer.as_mut().unwrap().content_filter = 7, "viewer.content_filter"),
        (|r| r.text = " ".to_owned(), "text"),
        (|r| r.limit = 0, "limit"),
        (|r| r.limit = 1_000_000, "limit"),
        (|r| r.profile = "nothing".to_owned(), "profile"),
        (|r| r.filter = Some(SearchFilter { genres: vec!["a".to_owned(); 21] }), "filter.genres"),
        (
            |r| r.filter = Some(SearchFilter { genres: vec!["a".to_owned(), "\n".to_owned()] }),
            "filter.genres[1]",
        ),
    ];
    for (change, field) in cases {
        let mut wrong = request();
        change(&mut wrong);
        let status = service.search(wrong).await.expect_err("the request is wrong");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().starts_with(&format!("{field}: ")), "{}", status.message());
        let details = status.get_details_bad_request().expect("the status has details");
        assert_eq!(details.field_violations[0].field, field);
    }
    assert_eq!(service.exposures.all(), [], "what is refused is not exposed");
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_refused_with_those_that_are() {
    let service = Service::start().await;
    for profile in ["Balanced", "balanced ", "../balanced", &"b".repeat(10_000)] {
        let wrong = SearchTracksRequest { profile: profile.to_owned(), ..request() };
        let status = service.search(wrong).await.expect_err("there is no such profile");
        assert_eq!(status.message(), "profile: is not one of balanced, literal, artist");
    }
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused_before_it_is_decoded() {
    let service = Service::start().await;
    let large = SearchTracksRequest { text: "love ".repeat(60_000), ..request() };
    assert!(large.encoded_len() > 256 << 10);
    let status = service.search(large).await.expect_err("the request is too large");
    assert_eq!(status.code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_caller_who_sets_no_deadline_has_eighty_milliseconds() {
    let service = Service::with(stuck).await;
    let started = Instant::now();
    let mut client = SearchClient::new(service.channel().await);
    let status = client.search_tracks(Request::new(request())).await.expect_err("the store is stuck");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() >= Duration::from_millis(72), "nine tenths of the time are used");
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
    let client = SearchClient::new(service.channel().await);
    let call = |mut client: SearchClient<_>| async move {
        let mut request = Request::new(request());
        request.set_timeout(Duration::from_secs(1));
        client.search_tracks(request).await.expect_err("the store is stuck")
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
