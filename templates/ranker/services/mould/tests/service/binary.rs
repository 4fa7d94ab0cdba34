//! The built binary, started for real.
use std::fs;

use experiments::Exposure;
use protocol::ranking::v1::MouldRankRequest;
use protocol::ranking::v1::mould_client::MouldClient;
use testkit::{AMPLE, Binary, connect, request_within};

use crate::support::{here, request};

fn binary() -> Binary {
    Binary::new(env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))))
}

#[tokio::test]
async fn it_serves_and_at_sigterm_ends_well_with_all_exposures_written() {
    let binary = binary();
    let (process, address) = binary.start();
    let mut client = MouldClient::new(connect(&address).await);
    for number in 0..20 {
        let request = MouldRankRequest { request_id: format!("r{number}"), ..request() };
        let response = client.rank(request_within(request, AMPLE)).await.expect("the request is valid");
        assert_eq!(response.into_inner().items.len(), 10);
    }
    drop(client);
    let logs = process.terminate();
    let text = fs::read_to_string(binary.exposures()).expect("exposures are written");
    let ids: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Exposure>(line).expect("a line is an exposure").request_id)
        .collect();
    assert_eq!(ids, (0..20).map(|number| format!("r{number}")).collect::<Vec<_>>());
    assert!(logs.contains(r#""request_id":"r7""#));
    assert!(!logs.contains("vwr-"), "viewers are not logged");
}

#[tokio::test]
async fn answers_say_what_they_cost_if_they_are_asked_to() {
    for (arguments, told) in [(&["--costs"][..], Some("2")), (&[], None)] {
        let binary = binary();
        let (_process, address) = binary.start_with(arguments);
        let mut client = MouldClient::new(connect(&address).await);
        let response = client.rank(request_within(request(), AMPLE)).await.expect("the request is valid");
        let calls = response.metadata().get("x-cost-calls-store");
        assert_eq!(calls.map(|calls| calls.to_str().expect("a number is text")), told);
    }
}

#[test]
fn a_configuration_that_is_not_one_is_said_and_nothing_starts() {
    let binary = binary();
    for (right, wrong, problem) in [
        ("listen:", "listen: [", "failed to parse"),
        ("popularity: 0.5", "popularity: 1.5", "`service.popularity` has to be between 0 and 1"),
        ("popularity: 0.5", "popular: 0.5", "unknown field `popular`"),
    ] {
        let config = binary.config(&here("config.yaml"), |text| text.replace(right, wrong));
        let logs = binary.fails(&["--config", &config]);
        assert!(logs.contains(problem), "{logs}");
    }
}
