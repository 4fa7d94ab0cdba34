//! The built binary, started for real.
use std::fs;

use experiments::Exposure;
use protocol::ranking::v1::RankShelvesRequest;
use protocol::ranking::v1::home_client::HomeClient;
use testkit::{AMPLE, Binary, check_model_reload, connect, request_within};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{here, request};

fn binary() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_home"))
}

#[tokio::test]
async fn it_serves_and_at_sigterm_ends_well_with_all_exposures_written() {
    let binary = binary();
    let (process, address) = binary.start();
    let channel = connect(&address).await;
    let health = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await;
    assert_eq!(health.expect("it is up").into_inner().status(), ServingStatus::Serving);
    let mut client = HomeClient::new(channel);
    for number in 0..20 {
        let request = RankShelvesRequest { request_id: format!("r{number}"), ..request() };
        let response =
            client.rank_shelves(request_within(request, AMPLE)).await.expect("the request is valid");
        assert_eq!(response.into_inner().shelves.len(), 5);
    }
    drop(client);
    let logs = process.terminate();
    let text = fs::read_to_string(binary.exposures()).expect("exposures are written");
    let ids: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Exposure>(line).expect("a line is an exposure").request_id)
        .collect();
    assert_eq!(ids, (0..20).map(|number| format!("r{number}")).collect::<Vec<_>>());
    assert!(!logs.contains("vwr-"), "viewers are not logged");
}

#[tokio::test]
async fn two_run_side_by_side_and_answer_alike() {
    let binary = binary();
    let (first, second) = (binary.start(), binary.start());
    let mut answers = Vec::new();
    for (_, address) in [&first, &second] {
        let mut client = HomeClient::new(connect(address).await);
        let response = client.rank_shelves(request_within(request(), AMPLE)).await;
        answers.push(response.expect("the request is valid").into_inner());
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_model_is_loaded_anew_at_sighup_and_the_old_serves_on_if_the_new_is_not_right() {
    let binary = binary();
    let config = binary.config(&here("config.yaml"), |text| text.replace("../../models/", ""));
    check_model_reload(&binary, "home", "now_playing", &config, async |channel| {
        let response = HomeClient::new(channel).rank_shelves(request_within(request(), AMPLE)).await;
        response.expect("the request is valid").into_inner().model_version
    })
    .await;
}

#[test]
fn a_blend_that_makes_no_sense_is_said_and_nothing_starts() {
    let binary = binary();
    for (right, wrong, problem) in [
        ("weight: 0.5", "weight: -1", "`service.blend.weight` has to be between 0 and 1000"),
        ("cap: 0.02", "cap: .nan", "`service.blend.cap` has to be between 0 and 1000"),
        ("curiosity: 0.3", "courage: 0.3", "unknown field `courage`"),
    ] {
        let config = binary.config(&here("config.yaml"), |text| text.replace(right, wrong));
        let logs = binary.fails(&["--config", &config]);
        assert!(logs.contains(problem), "{logs}");
    }
}

#[test]
fn beliefs_that_are_not_right_are_said_with_file_and_line_and_nothing_starts() {
    let binary = binary();
    let name = binary.folder().to_str().expect("the path is text");
    binary.copy("data", &["tracks.jsonl", "viewers.jsonl", "shelves.jsonl"]);
    assert!(binary.fails(&["--data", name]).contains("beliefs.jsonl"), "they are missing");
    let text = fs::read_to_string(here("../../data/beliefs.jsonl")).expect("the beliefs are there");
    for (wrong, problem) in [
        (text.replacen("\"variance\":0", "\"variance\":-1", 1), "line 1: `variance` is -1"),
        (text.replacen("\"mean\":", "\"means\":", 1), "line 1: unknown feature `means` of a belief"),
    ] {
        fs::write(binary.folder().join("beliefs.jsonl"), wrong).expect("the file is written");
        let logs = binary.fails(&["--data", name]);
        assert!(logs.contains(problem), "{logs}");
    }
}
