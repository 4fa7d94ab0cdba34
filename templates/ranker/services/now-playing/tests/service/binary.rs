//! The built binary, started for real.
use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use experiments::Exposure;
use protocol::ranking::v1::RankQueueRequest;
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use testkit::{AMPLE, Binary, check_model_reload, connect, metrics_with, request_within};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{here, request};

fn binary() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_now-playing"))
}

#[tokio::test]
async fn it_serves_and_at_sigterm_ends_well_with_all_exposures_written() {
    let binary = binary();
    let started = Instant::now();
    let (process, address) = binary.start();
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?} to start", started.elapsed());
    let channel = connect(&address).await;
    let health = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await;
    assert_eq!(health.expect("it is up").into_inner().status(), ServingStatus::Serving);
    let mut client = NowPlayingClient::new(channel);
    for number in 0..20 {
        let request = RankQueueRequest { request_id: format!("r{number}"), ..request() };
        let response = client.rank_queue(request_within(request, AMPLE)).await.expect("the request is valid");
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
    for line in logs.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a log line is JSON");
        assert!(line.get("level").is_some() && line.get("message").is_some(), "{line}");
    }
    assert!(logs.contains(r#""request_id":"r7""#));
    assert!(logs.contains(r#""degraded":"""#), "nothing is");
    assert!(!logs.contains("vwr-"), "viewers are not logged");
}

#[tokio::test]
async fn two_run_side_by_side_and_answer_alike() {
    let binary = binary();
    let (first, second) = (binary.start(), binary.start());
    let mut answers = Vec::new();
    for (_, address) in [&first, &second] {
        let mut client = NowPlayingClient::new(connect(address).await);
        let response = client.rank_queue(request_within(request(), AMPLE)).await;
        answers.push(response.expect("the request is valid").into_inner());
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn a_configuration_that_is_not_one_is_said_and_nothing_starts() {
    let binary = binary();
    let path = binary.folder().join("nothing.yaml");
    let name = path.to_str().expect("the path is text");
    assert!(binary.fails(&["--config", name]).contains("failed to read"));
    fs::write(&path, "listen: [").expect("the file is written");
    assert!(binary.fails(&["--config", name]).contains("failed to parse"));
    let config = binary.config(&here("config.yaml"), |text| text.replace("model:", "service:"));
    let logs = binary.fails(&["--config", &config]);
    assert!(logs.contains("this service has no keys of its own"), "{logs}");
}

#[test]
fn data_that_is_not_right_is_said_with_file_and_line_and_nothing_starts() {
    let binary = binary();
    let name = binary.folder().to_str().expect("the path is text");
    assert!(binary.fails(&["--data", name]).contains("tracks.jsonl"));
    binary.copy("data", &["tracks.jsonl", "viewers.jsonl", "shelves.jsonl"]);
    let tracks = binary.folder().join("tracks.jsonl");
    let text = fs::read_to_string(&tracks).expect("the data is text");
    for (wrong, problem) in [
        (text.replacen("\"energy\":", "\"energi\":", 1), "line 1: unknown feature `energi` of a track"),
        (text.replacen("\"plays\":", "\"plays\":-", 1), "line 1: `plays` is"),
        (text[..text.len() - 20].to_owned(), "line 3000: EOF while parsing"),
    ] {
        fs::write(&tracks, wrong).expect("the file is written");
        let logs = binary.fails(&["--data", name]);
        assert!(logs.contains(problem), "{logs}");
    }
}

#[tokio::test]
async fn data_is_read_anew_at_sighup_and_the_old_serves_on_if_the_new_is_not_right() {
    let binary = binary();
    binary.copy("data", &["tracks.jsonl", "viewers.jsonl", "shelves.jsonl"]);
    let data = binary.folder().to_str().expect("the path is text");
    let (process, address) = binary.start_with(&["--data", data]);
    let mut client = NowPlayingClient::new(connect(&address).await);
    let mut rank = async || {
        let response = client.rank_queue(request_within(request(), AMPLE)).await;
        response.expect("the request is valid").into_inner().items
    };
    let tracks = binary.folder().join("tracks.jsonl");
    let text = fs::read_to_string(&tracks).expect("the data is text");
    let before = rank().await;

    fs::write(&tracks, text.replacen("\"energy\":", "\"energi\":", 1)).expect("the data is written");
    process.hang_up();
    metrics_with(&address, r#"ranking_reloads_total{part="Store",outcome="Refused"} 1"#).await;
    assert_eq!(rank().await, before);

    fs::write(&tracks, text.replace("\"completion\":0.", "\"completion\":0.0")).expect("the data is written");
    process.hang_up();
    metrics_with(&address, r#"ranking_reloads_total{part="Store",outcome="Refused"} 2"#).await;
    assert_eq!(rank().await, before, "values unlike those of yesterday are refused, too");

    let first = &before[0].track_id;
    let without = |line: &&str| !line.contains(&format!("\"{first}\""));
    let lines: Vec<_> = text.lines().filter(without).collect();
    fs::write(&tracks, lines.join("\n")).expect("the data is written");
    process.hang_up();
    metrics_with(&address, r#"ranking_reloads_total{part="Store",outcome="Accepted"} 1"#).await;
    assert_ne!(rank().await, before);
    assert!(process.terminate().contains("the old one serves on"));
}

#[test]
fn a_model_that_is_not_its_signatures_is_said_and_nothing_starts() {
    let binary = binary();
    binary.copy("models", &["now_playing.onnx", "now_playing.signature.yaml"]);
    let onnx = binary.folder().join("now_playing.onnx");
    let mut bytes = fs::read(&onnx).expect("the model is there");
    bytes.push(0);
    fs::write(&onnx, bytes).expect("the model is written");
    let config = binary.config(&here("config.yaml"), |text| text.replace("../../models/", ""));
    let logs = binary.fails(&["--config", &config]);
    assert!(logs.contains("does not keep its signature: sha256 is"), "{logs}");
}

#[tokio::test]
async fn a_model_is_loaded_anew_at_sighup_and_the_old_serves_on_if_the_new_is_not_right() {
    let binary = binary();
    let config = binary.config(&here("config.yaml"), |text| text.replace("../../models/", ""));
    check_model_reload(&binary, "now_playing", "home", &config, async |channel| {
        let response = NowPlayingClient::new(channel).rank_queue(request_within(request(), AMPLE)).await;
        response.expect("the request is valid").into_inner().model_version
    })
    .await;
}

#[test]
fn an_address_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("the listener has an address").to_string();
    let logs = binary().fails(&["--listen", &address]);
    assert!(logs.contains(&format!("failed to listen on {address}")), "{logs}");
}
