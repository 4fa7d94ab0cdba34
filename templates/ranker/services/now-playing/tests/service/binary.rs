//! The built binary, started for real.
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use experiments::Exposure;
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use tempfile::TempDir;
use tonic::Request;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::support::{NOON, connect, here, request};

/// A process that does not outlive its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn command(exposures: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_now-playing"));
    command.args(["--listen", "127.0.0.1:0", "--clock", NOON, "--exposures"]).arg(exposures);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(exposures: &Path) -> (Process, String) {
    let mut process = Process(command(exposures).spawn().expect("the binary starts"));
    let mut line = String::new();
    let stdout = process.0.stdout.take().expect("the output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the output is text");
    let address = line.trim_end().strip_prefix("listening on ").expect("the address is printed").to_owned();
    (process, format!("http://{address}"))
}

/// Sends SIGTERM, by the shell: the standard library can only kill.
fn terminate(process: &Process) {
    let sent = Command::new("kill").args(["-TERM", &process.0.id().to_string()]).status();
    assert!(sent.expect("there is a kill command").success());
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder is made")
}

#[tokio::test]
async fn it_serves_and_at_sigterm_ends_well_with_all_exposures_written() {
    let folder = folder();
    let exposures = folder.path().join("exposures.jsonl");
    let started = Instant::now();
    let (mut process, address) = start(&exposures);
    assert!(started.elapsed() < Duration::from_secs(10), "it took {:?} to start", started.elapsed());
    let channel = connect(&address).await;
    let health = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await;
    assert_eq!(health.expect("it is up").into_inner().status(), ServingStatus::Serving);
    let mut client = NowPlayingClient::new(channel);
    for number in 0..20 {
        let mut request = Request::new(protocol::ranking::v1::RankQueueRequest {
            request_id: format!("r{number}"),
            ..request()
        });
        request.set_timeout(Duration::from_secs(5));
        let response = client.rank_queue(request).await.expect("the request is valid").into_inner();
        assert_eq!(response.items.len(), 10);
    }
    drop(client);
    terminate(&process);
    assert!(process.0.wait().expect("it ends").success());
    let text = fs::read_to_string(&exposures).expect("exposures are written");
    let ids: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Exposure>(line).expect("a line is an exposure").request_id)
        .collect();
    assert_eq!(ids, (0..20).map(|number| format!("r{number}")).collect::<Vec<_>>());
    let mut logs = String::new();
    process
        .0
        .stderr
        .take()
        .expect("the logs are piped")
        .read_to_string(&mut logs)
        .expect("the logs are text");
    for line in logs.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a log line is JSON");
        assert!(line.get("level").is_some() && line.get("message").is_some(), "{line}");
    }
    assert!(logs.contains(r#""request_id":"r7""#));
    assert!(!logs.contains("vwr-"), "viewers are not logged");
}

#[tokio::test]
async fn two_run_side_by_side_and_answer_alike() {
    let folder = folder();
    let exposures = folder.path().join("exposures.jsonl");
    let (first, second) = (start(&exposures), start(&exposures));
    let mut answers = Vec::new();
    for (_, address) in [&first, &second] {
        let mut client = NowPlayingClient::new(connect(address).await);
        let mut request = Request::new(request());
        request.set_timeout(Duration::from_secs(5));
        answers.push(client.rank_queue(request).await.expect("the request is valid").into_inner());
    }
    assert_eq!(answers[0], answers[1]);
}

/// Runs a binary that cannot start, and gives what it says.
fn fails(arguments: &[&str]) -> String {
    let folder = folder();
    let output = command(&folder.path().join("e.jsonl")).args(arguments).output().expect("the binary starts");
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"", "it does not listen");
    let logs = String::from_utf8(output.stderr).expect("the logs are text");
    assert!(!logs.contains("panicked"), "{logs}");
    logs
}

#[test]
fn a_configuration_that_is_not_one_is_said_and_nothing_starts() {
    let folder = folder();
    let path = folder.path().join("config.yaml");
    let name = path.to_str().expect("the path is text");
    assert!(fails(&["--config", name]).contains("failed to read"));
    fs::write(&path, "listen: [").expect("the file is written");
    assert!(fails(&["--config", name]).contains("failed to parse"));
}

#[test]
fn data_that_is_not_right_is_said_with_file_and_line_and_nothing_starts() {
    let folder = folder();
    let name = folder.path().to_str().expect("the path is text");
    assert!(fails(&["--data", name]).contains("tracks.jsonl"));
    for file in ["tracks.jsonl", "viewers.jsonl", "shelves.jsonl"] {
        fs::copy(here("../../data").join(file), folder.path().join(file)).expect("the data is copied");
    }
    let tracks = folder.path().join("tracks.jsonl");
    let text = fs::read_to_string(&tracks).expect("the data is text");
    for (wrong, problem) in [
        (text.replacen("\"energy\":", "\"energi\":", 1), "line 1: unknown feature `energi` of a track"),
        (text.replacen("\"plays\":", "\"plays\":-", 1), "line 1: `plays` is"),
        (text[..text.len() - 20].to_owned(), "line 3000: EOF while parsing"),
    ] {
        fs::write(&tracks, wrong).expect("the file is written");
        let logs = fails(&["--data", name]);
        assert!(logs.contains(problem), "{logs}");
    }
}

#[test]
fn a_model_that_is_not_its_signatures_is_said_and_nothing_starts() {
    let folder = folder();
    for file in ["now_playing.onnx", "now_playing.signature.yaml"] {
        fs::copy(here("../../models").join(file), folder.path().join(file)).expect("the model is copied");
    }
    let config = folder.path().join("config.yaml");
    let text = fs::read_to_string(here("config.yaml")).expect("the configuration is there");
    let root = here("../..").canonicalize().expect("the workspace is there");
    let text = text
        .replace("../../models/", "")
        .replace(
            "experiments: experiments.yaml",
            &format!("experiments: {}", here("experiments.yaml").display()),
        )
        .replace("../../data", &format!("{}/data", root.display()));
    fs::write(&config, text).expect("the configuration is written");
    let onnx = folder.path().join("now_playing.onnx");
    let mut bytes = fs::read(&onnx).expect("the model is there");
    bytes.push(0);
    fs::write(&onnx, bytes).expect("the model is written");
    let logs = fails(&["--config", config.to_str().expect("the path is text")]);
    assert!(logs.contains("does not keep its signature: sha256 is"), "{logs}");
}

#[test]
fn an_address_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("the listener has an address").to_string();
    let folder = folder();
    let output = Command::new(env!("CARGO_BIN_EXE_now-playing"))
        .args(["--listen", &address, "--exposures"])
        .arg(folder.path().join("e.jsonl"))
        .output()
        .expect("the binary starts");
    assert!(!output.status.success());
    let logs = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(logs.contains(&format!("failed to listen on {address}")), "{logs}");
}
