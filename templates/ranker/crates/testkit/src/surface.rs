//! What stands around the RPCs of every service: health, reflection and metrics, as a client sees them.
use std::path::Path;
use std::time::Duration;

use prost_reflect::prost::Message;
use prost_reflect::prost_types::FileDescriptorProto;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::{v1, v1alpha};

use crate::running::{AMPLE, Running};

/// Holds a service to it that its health says serving, and not serving once it stops.
pub async fn check_health(running: Running, service: &str) {
    let mut client = HealthClient::new(running.channel().await);
    let whole = client.check(HealthCheckRequest::default()).await.expect("the service is up").into_inner();
    assert_eq!(whole.status(), ServingStatus::Serving);
    let of_service = HealthCheckRequest { service: service.to_owned() };
    let mut watch = client.watch(of_service).await.expect("the service is up").into_inner();
    let mut next =
        async || watch.next().await.expect("the watch goes on").expect("the service is up").status();
    assert_eq!(next().await, ServingStatus::Serving);
    let stopping = tokio::spawn(running.stop());
    assert_eq!(next().await, ServingStatus::NotServing);
    drop(watch);
    drop(client);
    stopping.await.expect("stopping does not panic").expect("the service ends well");
}

/// Holds a service to it that clients of both versions of reflection find it, with its proto and its comments.
pub async fn check_reflection(running: &Running, service: &str, file: &str) {
    for (version, list, files) in [
        ("v1", list_v1(running).await, file_v1(running, service).await),
        ("v1alpha", list_v1alpha(running).await, file_v1alpha(running, service).await),
    ] {
        let reflection = format!("grpc.reflection.{version}.ServerReflection");
        assert_eq!(list, ["grpc.health.v1.Health", &reflection, service]);
        let shown = FileDescriptorProto::decode(files.first().expect("there is a file").as_slice());
        let shown = shown.expect("it is a descriptor");
        assert_eq!(shown.name(), file, "{version}");
        let locations = shown.source_code_info.expect("the source info is there").location;
        assert!(locations.iter().any(|at| !at.leading_comments().is_empty()), "{version} shows comments");
    }
}

/// The metrics of the service at an address, as plain HTTP gives them on the port of its RPCs.
pub async fn metrics(address: &str) -> String {
    let address = address.strip_prefix("http://").expect("the address is an URL");
    let mut stream = TcpStream::connect(address).await.expect("the service listens");
    let get = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(get.as_bytes()).await.expect("the request is sent");
    let mut text = String::new();
    let read = tokio::time::timeout(AMPLE, stream.read_to_string(&mut text)).await;
    read.expect("the answer comes in time").expect("the answer is text");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    text
}

/// The metrics of the service at an address, once they have this line. What a caller got may be counted a moment later.
pub async fn metrics_with(address: &str, line: &str) -> String {
    for _ in 0..50 {
        let text = metrics(address).await;
        if text.contains(line) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{line} is not in {}", metrics(address).await)
}

/// Holds the metrics of a service that answers nobody any more to these lines.
pub async fn check_metrics(running: &Running, lines: &[&str]) {
    let text = metrics_with(&running.address, "ranking_requests_in_flight 0").await;
    for line in lines {
        assert!(text.contains(line), "{line} in {text}");
    }
}

/// Holds the README of the service in a folder to showing this description of a pipeline.
pub fn check_readme(service: &Path, description: &str) {
    let readme = std::fs::read_to_string(service.join("README.md")).expect("the service has a README");
    assert!(readme.contains(description), "README.md does not show:\n{description}");
}

/// Asks one version of reflection, and gives the answer's response.
macro_rules! reflect {
    ($version:ident, $running:expr, $message:expr) => {{
        let channel = $running.channel().await;
        let mut client = $version::server_reflection_client::ServerReflectionClient::new(channel);
        let request =
            $version::ServerReflectionRequest { host: String::new(), message_request: Some($message) };
        let answers = client.server_reflection_info(tokio_stream::once(request)).await;
        let mut answers = answers.expect("it reflects").into_inner();
        answers.next().await.expect("there is an answer").expect("the answer is right").message_response
    }};
}

macro_rules! version {
    ($version:ident, $list:ident, $file:ident) => {
        async fn $list(running: &Running) -> Vec<String> {
            use $version::server_reflection_request::MessageRequest;
            use $version::server_reflection_response::MessageResponse;
            match reflect!($version, running, MessageRequest::ListServices(String::new())) {
                Some(MessageResponse::ListServicesResponse(list)) => {
                    let mut names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
                    names.sort();
                    names
                }
                other => panic!("{other:?}"),
            }
        }

        async fn $file(running: &Running, symbol: &str) -> Vec<Vec<u8>> {
            use $version::server_reflection_request::MessageRequest;
            use $version::server_reflection_response::MessageResponse;
            let request = MessageRequest::FileContainingSymbol(symbol.to_owned());
            match reflect!($version, running, request) {
                Some(MessageResponse::FileDescriptorResponse(files)) => files.file_descriptor_proto,
                other => panic!("{other:?}"),
            }
        }
    };
}

version!(v1, list_v1, file_v1);
version!(v1alpha, list_v1alpha, file_v1alpha);
