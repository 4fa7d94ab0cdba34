//! What a caller gets for a request that is wrong, late or too much.
use std::time::{Duration, Instant};

use prost_reflect::prost::Message;
use protocol::ranking::v1::RankShelvesRequest;
use protocol::ranking::v1::home_client::HomeClient;
use testkit::{Fault, FaultyStore, check_unknown_field};
use tonic::{Code, Request};
use tonic_types::StatusExt;

use crate::support::{Service, Setup, request, shelf};

/// The store does not answer, whatever its time.
fn stuck(setup: &mut Setup) {
    setup.parts.store = FaultyStore::always(setup.parts.store.clone(), Fault::Stuck);
}

#[tokio::test]
async fn a_wrong_field_is_named_in_message_and_details() {
    let service = Service::start().await;
    type Change = fn(&mut RankShelvesRequest);
    let cases: [(Change, &str); 10] = [
        (|r| r.request_id.clear(), "request_id"),
        (|r| r.viewer = None, "viewer"),
        (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id"),
        (|r| r.viewer.as_mut().unwrap().content_filter = -1, "viewer.content_filter"),
        (|r| r.shelf_limit = 0, "shelf_limit"),
        (|r| r.item_limit = 1_000_000, "item_limit"),
        (|r| r.shelves = vec![shelf("", &[])], "shelves[0].shelf_id"),
        (|r| r.shelves = vec![shelf("a", &[]), shelf("a", &[])], "shelves[1].shelf_id"),
        (|r| r.shelves = vec![shelf("a", &["t", "\n"])], "shelves[0].track_ids[1]"),
        (|r| r.shelves = (0..41).map(|number| shelf(&number.to_string(), &[])).collect(), "shelves"),
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
    let large = "t".repeat(64);
    let mut request = request();
    request.shelves = vec![shelf("a", &vec![large.as_str(); 10_000])];
    assert!(request.encoded_len() > 256 << 10);
    let status = service.rank(request).await.expect_err("the request is too large");
    assert_eq!(status.code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_caller_who_sets_no_deadline_has_sixty_milliseconds() {
    let service = Service::with(stuck).await;
    let started = Instant::now();
    let mut client = HomeClient::new(service.channel().await);
    let status = client.rank_shelves(Request::new(request())).await.expect_err("the store is stuck");
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(started.elapsed() >= Duration::from_millis(54), "nine tenths of the time are used");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(service.exposures.all(), [], "what is not served is not exposed");
}

#[tokio::test]
async fn a_field_that_the_service_does_not_know_is_ignored() {
    let service = Service::start().await;
    check_unknown_field(request(), async |request| service.rank(request).await).await;
}
