//! The built binary, started for real.
use std::fs;
use std::time::Duration;

use experiments::Exposure;
use protocol::ranking::v1::SearchTracksRequest;
use protocol::ranking::v1::search_client::SearchClient;
use testkit::{AMPLE, Binary, check_model_reload, connect, metrics_with, request_within};
use tonic::transport::Channel;

use crate::support::{here, request};

fn binary() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_search"))
}

/// The committed data.
const DATA: [&str; 4] = ["tracks.jsonl", "viewers.jsonl", "shelves.jsonl", "titles.jsonl"];

/// A configuration in the binary's folder, changed, with paths that hold there.
fn config(binary: &Binary, change: impl FnOnce(&str) -> String) -> String {
    let profiles = format!("profiles: {}", here("profiles.yaml").display());
    binary.config(&here("config.yaml"), |text| change(text).replace("profiles: profiles.yaml", &profiles))
}

fn first_lines(text: &str, count: usize) -> String {
    text.lines().take(count).flat_map(|line| [line, "\n"]).collect()
}

async fn matches(client: &mut SearchClient<Channel>, text: &str) -> u32 {
    let request = SearchTracksRequest { text: text.to_owned(), ..request() };
    let response = client.search_tracks(request_within(request, AMPLE)).await;
    response.expect("the request is valid").into_inner().total_matches
}

#[tokio::test]
async fn it_serves_and_at_sigterm_ends_well_with_all_exposures_written() {
    let binary = binary();
    let (process, address) = binary.start();
    let mut client = SearchClient::new(connect(&address).await);
    for number in 0..20 {
        let request = SearchTracksRequest { request_id: format!("r{number}"), ..request() };
        let response = client.search_tracks(request_within(request, AMPLE)).await;
        assert_eq!(response.expect("the request is valid").into_inner().items.len(), 10);
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
    assert!(
        !logs.contains("vwr-") && !logs.contains("love"),
        "neither viewers nor what they type are logged"
    );
}

#[tokio::test]
async fn titles_are_read_anew_at_hangup_and_the_old_index_stays_if_they_are_wrong() {
    let binary = binary();
    binary.copy("data", &DATA);
    let config = config(&binary, |text| text.replace("titles: ../../data", "titles: ."));
    let (process, address) = binary.start_with(&["--config", &config]);
    let mut client = SearchClient::new(connect(&address).await);
    let titles = binary.folder().join("titles.jsonl");
    let text = fs::read_to_string(&titles).expect("the titles are text");
    let before = matches(&mut client, "love").await;
    assert_eq!(matches(&mut client, "zyzzyva").await, 0);

    fs::write(&titles, &text[..text.len() - 20]).expect("the titles are written");
    process.hang_up();
    metrics_with(&address, r#"ranking_reloads_total{part="Index",outcome="Refused"} 1"#).await;
    assert_eq!(matches(&mut client, "love").await, before);

    fs::write(&titles, first_lines(&text, 500)).expect("the titles are written");
    process.hang_up();
    metrics_with(&address, r#"ranking_reloads_total{part="Index",outcome="Refused"} 2"#).await;
    assert_eq!(matches(&mut client, "love").await, before, "titles of which most are gone are refused, too");

    fs::write(&titles, text.replacen("\"title\":\"", "\"title\":\"Zyzzyva ", 1))
        .expect("the titles are written");
    process.hang_up();
    for _ in 0..100 {
        if matches(&mut client, "zyzzyva").await == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(matches(&mut client, "zyzzyva").await, 1);
    drop(client);
    let logs = process.terminate();
    assert!(
        logs.contains("the old one serves on") && logs.contains("line 3000: EOF while parsing"),
        "{logs}"
    );
    assert!(logs.contains("the new one serves"), "{logs}");
}

#[tokio::test]
async fn a_model_is_loaded_anew_at_sighup_and_the_old_serves_on_if_the_new_is_not_right() {
    let binary = binary();
    let config = config(&binary, |text| text.replace("../../models/", ""));
    check_model_reload(&binary, "search", "home", &config, async |channel| {
        let response = SearchClient::new(channel).search_tracks(request_within(request(), AMPLE)).await;
        response.expect("the request is valid").into_inner().model_version
    })
    .await;
}

#[test]
fn titles_that_are_not_right_are_said_and_nothing_starts() {
    let binary = binary();
    binary.copy("data", &DATA);
    let titles = binary.folder().join("titles.jsonl");
    let text = fs::read_to_string(&titles).expect("the titles are text");
    let name = binary.folder().to_str().expect("the path is text");
    for (wrong, problem) in [
        (text[..text.len() - 20].to_owned(), "line 3000: EOF while parsing"),
        (text.replacen("\"title\":", "\"titel\":", 1), "line 1: unknown feature `titel` of a title"),
        (first_lines(&text, 500), "size: title: 500 records, expected 1000 to 5000000"),
    ] {
        fs::write(&titles, wrong).expect("the titles are written");
        let logs = binary.fails(&["--data", name]);
        assert!(logs.contains(problem), "{logs}");
    }
    let unchecked = config(&binary, |text| text.replace("\n  quality: ../../data/quality.yaml", ""));
    fs::write(&titles, "").expect("the titles are written");
    let logs = binary.fails(&["--config", &unchecked, "--data", name]);
    assert!(logs.contains("there are none"), "{logs}");
    fs::remove_file(&titles).expect("the titles are there");
    assert!(binary.fails(&["--data", name]).contains("titles.jsonl"));
}

#[test]
fn profiles_that_are_not_right_are_said_and_nothing_starts() {
    let binary = binary();
    let path = binary.folder().join("profiles.yaml");
    let text = fs::read_to_string(here("profiles.yaml")).expect("the profiles are text");
    for (right, wrong, problem) in [
        ("rerank: 150", "rerank: 15", "`rerank` has to be between 100 and 500"),
        (
            "model: search",
            "model: another",
            "profile `balanced` ranks by model `another`, the service has `search`",
        ),
        ("usual: balanced", "usual: best", "the usual profile `best` is not among the profiles"),
        ("text: 1.0", "txt: 1.0", "unknown field `txt`"),
    ] {
        fs::write(&path, text.replacen(right, wrong, 1)).expect("the profiles are written");
        let config = binary.config(&here("config.yaml"), str::to_owned);
        let logs = binary.fails(&["--config", &config]);
        assert!(logs.contains(problem), "{logs}");
    }
}
